"""``state.db``: who may read it, migrations with a backup first, transactions."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from plexsync.domain.errors import StateDamaged, StateTooNew
from plexsync.net.decode import text, whole
from plexsync.store import Store
from plexsync.store.database import connect, transaction
from plexsync.store.schema import MIGRATIONS
from plexsync.store.sqlite.errors import is_passing
from plexsync.store.state import Key

KEPT, ONE, OWN, OTHERS = (Key(name, whole) for name in ("kept", "one", "own", "others"))
OURS, THEIRS = Key("ours", whole), Key("theirs", whole)
SECRET, MUCH = Key("secret", text), Key("much", text)
NOTES = Key("notes", dict)
TWO: Key[object] = Key("two", lambda value: value)

posix_only = pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
ADD_COLOUR = "ALTER TABLE scene ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


@posix_only
def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        store = Store(tmp_path / "made" / "here")
        store.state.put(SECRET, "x")
    finally:
        os.umask(before)
    assert mode(store.folder) == 0o700
    assert {file.name: oct(mode(file)) for file in store.folder.iterdir()} == {
        name: oct(0o600) for name in ("state.db", "state.db-wal", "state.db-shm")
    }
    store.close()


def test_what_was_put_is_there_after_a_reopening(tmp_path: Path) -> None:
    first = Store(tmp_path)
    assert first.state.get(NOTES) is None
    first.state.put(NOTES, {"Ünï": [1, None]})
    first.state.put(NOTES, {"Ünï": [2, None]})
    first.close()
    second = Store(tmp_path)
    assert second.state.get(NOTES) == {"Ünï": [2, None]}
    second.close()


def test_a_migration_leaves_a_private_backup_of_the_old_version(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.state.put(KEPT, 1)
    store.close()
    grown = connect(tmp_path, (*MIGRATIONS, ADD_COLOUR))
    assert version(grown) == len(MIGRATIONS) + 1
    assert grown.execute("SELECT value FROM meta WHERE key = 'kept'").fetchone()[0] == "1"
    assert [row[1] for row in grown.execute("PRAGMA table_info(scene)")][-1] == "colour"
    grown.close()
    backup = tmp_path / f"state.db.v{len(MIGRATIONS)}.bak"
    if sys.platform != "win32":
        assert mode(backup) == 0o600
    old = sqlite3.connect(backup)
    assert version(old) == len(MIGRATIONS)
    assert old.execute("SELECT value FROM meta WHERE key = 'kept'").fetchone()[0] == "1"
    assert "colour" not in [row[1] for row in old.execute("PRAGMA table_info(scene)")]
    old.close()


def test_a_first_start_needs_no_backup(tmp_path: Path) -> None:
    Store(tmp_path).close()
    assert not list(tmp_path.glob("*.bak"))


def test_a_migration_that_fails_changes_nothing(tmp_path: Path) -> None:
    Store(tmp_path).close()
    with pytest.raises(sqlite3.OperationalError, match="no_such_table"):
        connect(tmp_path, (*MIGRATIONS, ADD_COLOUR + "; ALTER TABLE no_such_table ADD COLUMN x"))
    store = Store(tmp_path)
    assert version(store.connection) == len(MIGRATIONS)
    assert "colour" not in [row[1] for row in store.connection.execute("PRAGMA table_info(scene)")]
    store.close()


def test_a_file_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    connect(tmp_path, (*MIGRATIONS, ADD_COLOUR)).close()
    content = (tmp_path / "state.db").read_bytes()
    with pytest.raises(StateTooNew) as caught:
        Store(tmp_path)
    assert caught.value.data == {
        "path": str(tmp_path / "state.db"),
        "version": str(len(MIGRATIONS) + 1),
        "known": str(len(MIGRATIONS)),
    }
    assert (tmp_path / "state.db").read_bytes() == content


def test_a_transaction_is_whole_or_nothing(tmp_path: Path) -> None:
    store, other = Store(tmp_path), Store(tmp_path)

    def fail_half_way() -> None:
        with store.transaction():
            store.state.put(ONE, 1)
            store.state.put(TWO, object())

    with pytest.raises(TypeError):
        fail_half_way()
    assert other.state.get(ONE) is None
    with store.transaction():
        store.state.put(ONE, 1)
        assert other.state.get(ONE) is None
    assert other.state.get(ONE) == 1
    store.close()
    other.close()


def fill_up(store: Store) -> None:
    pages = store.connection.execute("PRAGMA page_count").fetchone()[0]
    store.connection.execute(f"PRAGMA max_page_count = {pages}")


def test_a_full_disk_leaves_no_transaction_open_and_says_what_is_the_matter(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.state.put(KEPT, 1)
    fill_up(store)

    def write_much() -> None:
        with store.transaction():
            store.state.put(KEPT, 2)
            store.state.put(MUCH, "x" * 100_000)

    for _ in range(2):
        with pytest.raises(sqlite3.OperationalError, match="full") as caught:
            write_much()
        assert is_passing(caught.value)
        assert not store.connection.in_transaction
    store.connection.execute("PRAGMA max_page_count = 1000000")
    assert store.state.get(KEPT) == 1
    write_much()
    assert store.state.get(KEPT) == 2
    store.close()


def test_a_file_that_is_no_database_is_called_damaged(tmp_path: Path) -> None:
    (tmp_path / "state.db").write_bytes(b"no database at all, but of some length" * 200)
    with pytest.raises(StateDamaged, match="not a database"):
        Store(tmp_path)


def test_the_version_tells_of_other_connections_only(tmp_path: Path) -> None:
    store, other = Store(tmp_path), Store(tmp_path)
    before = store.version()
    store.state.put(OWN, 1)
    assert store.version() == before
    other.state.put(OTHERS, 1)
    assert store.version() != before
    store.close()
    other.close()


def test_another_process_that_leaves_takes_nothing_away_from_connections_opened_one_after_the_other(
    tmp_path: Path,
) -> None:
    """Locks are the process's, not the connection's: to lose one lets the other delete the log under us."""
    stores = [Store(tmp_path) for _ in range(3)]
    script = "import sys; from pathlib import Path; from plexsync.store import Store; "
    script += "from plexsync.store.state import *; s = Store(Path(sys.argv[1])); s.state.put(Key('theirs', whole), "
    for number in range(2):
        command = [
            sys.executable,
            "-c",
            f"{script} {number}); s.close()",
            str(tmp_path),
        ]
        subprocess.run(command, check=True, timeout=30)
        stores[number].state.put(OURS, number)
        assert [store.state.get(THEIRS) for store in stores] == [number] * 3
        assert [store.state.get(OURS) for store in stores] == [number] * 3
    fresh = sqlite3.connect(tmp_path / "state.db")
    assert fresh.execute("SELECT value FROM meta WHERE key = 'ours'").fetchone()[0] == "1"
    assert fresh.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    fresh.close()
    for store in stores:
        store.close()


def test_who_opens_a_new_file_waits_for_another_that_is_at_it(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "state.db", isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE made_first (x)")
    other.execute("BEGIN IMMEDIATE")
    later = threading.Timer(0.3, other.execute, ("COMMIT",))
    later.start()
    store = Store(tmp_path)
    assert store.connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    store.close()
    later.join()
    other.close()


def test_two_connections_migrate_once(tmp_path: Path) -> None:
    Store(tmp_path).close()
    longer = (*MIGRATIONS, ADD_COLOUR)
    first, second = connect(tmp_path, longer), connect(tmp_path, longer)
    with transaction(first):
        first.execute("INSERT INTO meta VALUES ('a', '1')")
    assert second.execute("SELECT count(*) FROM meta").fetchone()[0] == 1
    first.close()
    second.close()
