"""Stash's session and settings: read only if whole, and moved out of ``state.db`` without a trace."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from plexsync.net.decode import flag, text
from plexsync.runtime.context import Context
from plexsync.store import Store
from plexsync.store.files.stash_files import StashFiles, move_out
from plexsync.store.state import Key

COOKIES = tuple(f"MTc2NDA5NjQwMHxjb29raWUt{number:04}" for number in range(200))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A state as earlier versions left it: the newest cookie in its row, others in what is free by now."""
    with closing(Store(tmp_path)) as store:
        store.connection.execute("PRAGMA secure_delete = OFF")
        for cookie in COOKIES:
            store.state.put(Key(cookie, text), cookie)
        store.connection.execute("DELETE FROM meta")
        session = {"url": "http://127.0.0.1:9999", "cookie": COOKIES[-1], "dir": "/root"}
        store.state.put(Key("session", dict), session)
    assert traces(tmp_path)
    return tmp_path


def traces(folder: Path) -> list[str]:
    return [file.name for file in folder.glob("state.db*") if COOKIES[0][:24].encode() in file.read_bytes()]


def test_what_stood_in_the_database_leaves_no_trace_there(folder: Path) -> None:
    with closing(Store(folder)) as store:
        assert not traces(folder)
        assert store.state.get(Key("session", dict)) is None
        assert store.connection.execute("SELECT count(*) FROM meta").fetchone()[0] == 0, "nothing is owed"
    assert (StashFiles(folder).session or {})["cookie"] == COOKIES[-1]


def test_what_could_not_be_cleared_is_by_a_later_opening(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "state.db", isolation_level=None)) as busy:
        under_way = busy.execute("SELECT name FROM sqlite_master")
        under_way.fetchone()  # no VACUUM while a statement is under way
        move_out(busy, folder)
        under_way.close()
        assert traces(folder)
    with closing(Store(folder)) as store:
        assert not traces(folder)
        assert store.state.get(Key("uncleared", flag)) is None


def test_somebody_who_reads_just_now_fails_no_opening(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "state.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM meta").fetchone()
        Store(folder).close()
        assert traces(folder)
        reader.execute("COMMIT")
    Store(folder).close()
    assert not traces(folder)


@pytest.mark.parametrize(
    "kept",
    [{}, {"url": "http://127.0.0.1:9999"}, {"cookie": "c"}, {"url": None, "cookie": "c"}, {"url": "", "cookie": 5}, []],
    ids=str,
)
def test_a_session_that_is_not_whole_is_none(tmp_path: Path, kept: object) -> None:
    (tmp_path / "session.json").write_text(json.dumps(kept), encoding="utf-8")
    assert StashFiles(tmp_path).session is None
    context = Context(tmp_path, {})
    with closing(Store(tmp_path)) as store:
        context.refresh(store)
    context.adopt_session()
    context.keep_session()
    whole = {"url": "http://127.0.0.1:9999", "cookie": "c", "dir": "/root"}
    StashFiles(tmp_path).keep_session(whole)
    assert StashFiles(tmp_path).session == whole
