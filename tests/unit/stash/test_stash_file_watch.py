from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from plexsync.stash.changes.file_watch import FileWatch


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "stash-go.sqlite"
    _create(path)
    return path


def _create(path: Path) -> None:
    with closing(_open(path)) as connection:
        connection.execute("CREATE TABLE scenes (title)")


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    return connection


def _write(connection: sqlite3.Connection) -> None:
    connection.execute("INSERT INTO scenes VALUES ('x')")


def test_it_moves_with_a_write_and_not_with_a_read(database: Path) -> None:
    with closing(_open(database)) as connection:
        _write(connection)
        watch = FileWatch(str(database))
        assert watch.visible
        assert not watch.moved()
        connection.execute("SELECT * FROM scenes").fetchall()
        assert not watch.moved()
        _write(connection)
        assert watch.moved()
        assert not watch.moved()


def test_every_one_of_many_writes_is_told_also_over_a_checkpoint(database: Path) -> None:
    with closing(_open(database)) as connection:
        _write(connection)
        watch = FileWatch(str(database))
        told = 0
        for number in range(50):
            time.sleep(0.005)  # the file system's clock has to move on
            _write(connection)
            if number == 25:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            told += watch.moved()
        assert told == 50


def test_it_survives_a_log_that_went_and_a_database_that_is_another_one(database: Path) -> None:
    with closing(_open(database)) as connection:
        _write(connection)
        watch = FileWatch(str(database))
    assert watch.moved()  # the last connection takes the log with it
    database.rename(database.with_suffix(".old"))
    assert watch.moved()
    assert not watch.visible
    assert not watch.moved()
    _create(database)
    assert watch.moved()
    assert watch.visible


def test_a_file_exchanged_for_one_of_the_same_size_and_time_is_another_one(database: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_bytes(database.read_bytes())
    watch = FileWatch(str(database))
    found = database.stat()
    other.replace(database)
    os.utime(database, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert watch.moved()


@pytest.mark.parametrize("path", ["stash-go.sqlite", "./data/stash-go.sqlite", ""])
def test_a_path_relative_to_stashs_folder_is_not_seen(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stash-go.sqlite").touch()
    watch = FileWatch(path)
    assert not watch.visible
    assert not watch.moved()


def test_asking_costs_next_to_nothing(database: Path) -> None:
    watch = FileWatch(str(database))
    best = min(_seconds(watch) for _ in range(20))
    assert best / 100 < 20e-6


def _seconds(watch: FileWatch) -> float:
    began = time.process_time()
    for _ in range(100):
        watch.moved()
    return time.process_time() - began
