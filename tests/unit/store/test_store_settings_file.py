"""``settings.toml``: private, read anew, comments survive, broken TOML is explained."""

from __future__ import annotations

import os
import stat
import sys
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from plexsync.domain.errors import BadSetting
from plexsync.store.files.settings_file import SettingsFile


def test_no_file_means_no_values(tmp_path: Path) -> None:
    assert SettingsFile(tmp_path).read() == {}
    assert not list(tmp_path.iterdir())


def test_what_is_set_is_read_and_none_removes_it(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path)
    file.set("plex_libraries", ["Shorts, Clips & Más", "Movies"])
    file.set("read_timeout", 30)
    file.set("dry_run", True)  # noqa: FBT003  the value of a setting
    assert file.read() == {"plex_libraries": ["Shorts, Clips & Más", "Movies"], "read_timeout": 30, "dry_run": True}
    file.set("dry_run", None)
    file.set("never_there", None)
    assert SettingsFile(tmp_path).read().keys() == {"plex_libraries", "read_timeout"}


def test_a_persons_comments_and_order_survive(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path)
    file.path.write_text("# my server\nplex_url = 'http://a:1'  # at home\nlog_level = 'info'\n", encoding="utf-8")
    file.set("plex_url", "http://b:2")
    text = file.path.read_text(encoding="utf-8")
    assert text.startswith("# my server\n")
    assert "# at home" in text
    assert text.index("plex_url") < text.index("log_level")
    assert file.read()["plex_url"] == "http://b:2"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_nobody_else_may_read_it_whatever_it_was_before(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "data")
    before = os.umask(0)
    try:
        file.set("plex_token", "secret")
        assert stat.S_IMODE(file.path.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
        file.path.chmod(0o644)
        file.set("plex_token", "other")
    finally:
        os.umask(before)
    files = sorted(file.path.parent.iterdir())
    assert [path.name for path in files] == ["settings.lock", "settings.toml", "settings.toml.last"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_a_left_over_of_a_killed_writer_does_not_make_it_readable(tmp_path: Path) -> None:
    left = tmp_path / "settings.toml.new"
    left.write_text("half = ", encoding="utf-8")
    left.chmod(0o644)
    file = SettingsFile(tmp_path)
    file.set("plex_token", "secret")
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert file.read() == {"plex_token": "secret"}


@pytest.mark.parametrize("content", [b"plex_url = ", b"\xff\xfe\x00", b"a = 1\na = 2\n"])
def test_what_is_no_toml_is_explained_and_never_overwritten(tmp_path: Path, content: bytes) -> None:
    file = SettingsFile(tmp_path)
    file.path.write_bytes(content)
    with pytest.raises(BadSetting) as caught:
        file.read()
    assert caught.value.data["setting"] == "settings.toml"
    assert caught.value.data["origin"] == str(file.path)
    with pytest.raises(BadSetting):
        file.set("plex_url", "http://a:1")
    assert file.path.read_bytes() == content


@pytest.mark.parametrize("text", [None, ""])
def test_what_it_said_last_counts_where_it_is_gone_or_empty(tmp_path: Path, text: str | None) -> None:
    file = SettingsFile(tmp_path)
    file.set("read_timeout", 2)
    assert file.gone() is None
    file.path.unlink()
    if text is not None:
        file.path.write_text(text, "utf-8")
    assert file.gone() is not None
    assert file.read() == {"read_timeout": 2}
    file.set("log_level", "debug")
    assert file.gone() is None
    assert file.read() == {"read_timeout": 2, "log_level": "debug"}


def test_the_last_setting_may_be_taken_out(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path)
    file.set("read_timeout", 2)
    file.set("read_timeout", None)
    assert (file.read(), file.gone()) == ({}, None)


def test_only_what_can_be_understood_is_kept(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path)
    file.set("read_timeout", 2)
    for broken in (b"read_timeout = ", b"\xff\xfe", b""):
        file.path.write_bytes(broken)
        file.keep()
    assert file.read() == {"read_timeout": 2}


def test_two_who_set_at_the_same_instant_lose_nothing(tmp_path: Path) -> None:
    def set_twenty(name: str) -> None:
        for number in range(20):
            SettingsFile(tmp_path).set(f"{name}{number}", number)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(set_twenty, "abcd"))
    assert len(SettingsFile(tmp_path).read()) == 80


def test_who_sets_waits_for_a_change_under_way(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path)
    file.set("plex_url", "http://a:1")
    with ThreadPoolExecutor(1) as pool:

        def meanwhile() -> None:
            pause = pool.submit(SettingsFile(tmp_path).set, "paused", True)  # noqa: FBT003  the value of a setting
            assert wait([pause], timeout=0.1).not_done

        assert file.set_if({"plex_url": "http://a:1"}, {"plex_url": "http://b:2"}, meanwhile)
    assert file.read() == {"plex_url": "http://b:2", "paused": True}


def test_nothing_is_set_where_something_else_than_expected_stands(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path)
    file.set("plex_url", "http://b:2")
    done: list[str] = []
    assert not file.set_if({"plex_url": "http://a:1"}, {"plex_url": "http://c:3"}, lambda: done.append("first"))
    assert (file.read(), done) == ({"plex_url": "http://b:2"}, [])
