"""The plugin process talks to Stash, and keeps its session."""

from __future__ import annotations

from pathlib import Path

import pytest

from plexsync.stash_plugin import manifest
from plexsync.stash_plugin.protocol import Channel, Level
from plexsync.stash_plugin.tasks.catalogue import TASKS, load_task
from plexsync.store.files.stash_files import StashFiles
from plexsync.usecases.stash_session import keep_session
from plexsync_simulators.shared.json_type import Json

NOW = 1_800_000_000.0
SECRET = "MTIzNDU2Nzg5MA"


@pytest.fixture
def written() -> list[bytes]:
    return []


@pytest.fixture
def channel(written: list[bytes]) -> Channel:
    return Channel(lambda text: text.replace(SECRET, "*"), written.append)


def server(cookie: str = SECRET, port: int = 9999) -> Json:
    return {"Scheme": "http", "Host": "", "Port": port, "Dir": "/s", "SessionCookie": {"Value": cookie}}


def test_every_task_of_the_menu_can_be_run() -> None:
    assert sorted(TASKS) == sorted(task.word for task in manifest.TASKS)
    assert all(callable(load_task(word)) for word in TASKS)


def test_a_line_carries_its_level_and_stays_one_line(channel: Channel, written: list[bytes]) -> None:
    channel.log("first\nsecond")
    channel.log("late", Level.WARNING)
    assert written == [b"\x01i\x02first second\n", b"\x01w\x02late\n"]


def test_a_line_too_long_for_stash_is_cut(channel: Channel, written: list[bytes]) -> None:
    channel.log("ü" * 70_000)
    assert len(written[0]) < 60_000
    assert written[0].endswith(b"\n")


def test_a_secret_is_masked_wherever_it_comes_from(channel: Channel, written: list[bytes]) -> None:
    channel.log(f"cookie {SECRET}", Level.ERROR)
    assert SECRET.encode() not in b"".join(written)


def test_progress_is_seldom_and_its_end_is_said_twice(channel: Channel, written: list[bytes]) -> None:
    for step in range(1001):
        channel.progress(step / 1000)
    assert len(written) <= 51
    channel.end()
    assert written[-2:] == [b"\x01p\x021.000\n"] * 2


def test_a_session_is_kept(tmp_path: Path) -> None:
    files = StashFiles(tmp_path)
    keep_session(tmp_path, server())
    assert files.session == {"url": "http://127.0.0.1:9999", "cookie": SECRET, "dir": "/s"}


def test_a_kept_session_is_not_written_again(tmp_path: Path) -> None:
    keep_session(tmp_path, server())
    before = [(file.name, file.stat().st_ino) for file in tmp_path.iterdir()]
    keep_session(tmp_path, server())
    assert [(file.name, file.stat().st_ino) for file in tmp_path.iterdir()] == before


@pytest.mark.parametrize("given", [server("new", port=1), server("new")])
def test_another_server_or_session_is_taken_over(tmp_path: Path, given: Json) -> None:
    files = StashFiles(tmp_path)
    keep_session(tmp_path, server())
    keep_session(tmp_path, given)
    assert (files.session or {})["cookie"] == "new"
