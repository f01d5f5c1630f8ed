"""A value that cannot be used is told, stops nothing else, and never shows a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from plexsync.domain.errors import BadSetting
from plexsync.domain.settings import MASK, resolve
from plexsync.runtime.context import Context
from plexsync.store import Store
from plexsync.store.files.settings_file import SettingsFile


@pytest.mark.parametrize(
    "url", ["http://h:99999", "http://[::1", "http://h:abc", "http://", "http://a b", "ftp://h:32400"]
)
@pytest.mark.parametrize("key", ["stash_url", "plex_url"])
def test_an_address_that_is_none_stops_nothing_else(tmp_path: Path, key: str, url: str) -> None:
    store = Store(tmp_path)
    context = Context(tmp_path, {f"PLEXSYNC_{key.upper()}": url, "PLEXSYNC_LABEL_ALL": "x"})
    context.refresh(store)
    store.close()
    assert context.settings.text("label_all") == "x"
    assert [problem.data["value"] for problem in context.settings.problems] == [url]


@pytest.mark.parametrize("url", ["http://me:hunter2@h:1", "http://h:1/?X-Plex-Token=hunter2", "http://h#hunter2"])
def test_an_address_with_a_secret_in_it_is_refused_unseen(url: str) -> None:
    settings = resolve({"PLEXSYNC_PLEX_URL": url}, {}, {})
    assert [problem.data["value"] for problem in settings.problems] == [MASK]
    assert settings.shown("plex_url") == ""


@pytest.mark.parametrize("key", ["abc\u2026", "ab\nc", "a b"])
@pytest.mark.parametrize("name", ["stash_api_key", "plex_token"])
def test_a_key_that_no_header_can_hold_is_told(name: str, key: str) -> None:
    settings = resolve({}, {name: key}, {})
    assert settings.text(name) == ""
    assert [problem.data["value"] for problem in settings.problems] == [MASK]


@pytest.mark.parametrize(
    "line", ["plex_token hunter2", "plex_token = hunter2", 'plex_token = "hunter2', "hunter2 = 1 2"]
)
def test_a_broken_settings_file_is_not_quoted(tmp_path: Path, line: str) -> None:
    (tmp_path / "settings.toml").write_text(line + "\n")
    with pytest.raises(BadSetting) as caught:
        SettingsFile(tmp_path).read()
    assert "hunter2" not in str(caught.value)
    assert "line 1" in str(caught.value)
