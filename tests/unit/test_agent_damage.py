"""A damaged ``state.db``: found, put aside, and what it still says taken over."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from plexsync.agent.damage import REBUILT, WANTS_RUN, find, mend
from plexsync.agent.surroundings import CLIENT_ID
from plexsync.model import Base, Field
from plexsync.store import Store
from plexsync.store.links import Cover, Memory

VISITOR = """
import sys
from pathlib import Path
from plexsync.store import Store
store = Store(Path(sys.argv[1]))
store.put("visitor", 1)
print("in", flush=True)
sys.stdin.read()
store.close()
"""
READER = """
import sys
from pathlib import Path
from plexsync.store import Store
print(Store(Path(sys.argv[1])).get("ours"))
"""
PAGE = 4096
SCENES = 400
NOW = 1_700_000_000.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A database that remembers something of many scenes."""
    store = Store(tmp_path)
    store.put(CLIENT_ID, "as Plex knows us")
    with store.transaction():
        for scene in range(1, SCENES + 1):
            base = Base({Field.TITLE: f"Title {scene} {'x' * 200}"}, {}, {})
            store.links.remember(Memory(scene, f"k{scene}", "1", base, "fingerprint", "rules", 5, Cover(), NOW))
    store.close()
    return tmp_path


def spoil(path: Path, page: int, pages: int = 1) -> None:
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(random.Random(page).randbytes(PAGE * pages))


def root_page(path: Path, table: str) -> int:
    state = sqlite3.connect(path)
    row = state.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    state.close()
    return int(row[0])


def page_of(path: Path, words: str) -> int:
    return path.read_bytes().index(words.encode()) // PAGE + 1


def put_aside(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("state.db.damaged-*"))


def test_a_sound_database_is_left_alone(folder: Path) -> None:
    before = (folder / "state.db").read_bytes()
    mend(folder, NOW)
    assert (folder / "state.db").read_bytes() == before
    assert not put_aside(folder)


def test_none_at_all_is_sound(tmp_path: Path) -> None:
    assert not find(tmp_path / "state.db")
    mend(tmp_path, NOW)
    assert not list(tmp_path.iterdir())


def test_what_was_left_on_each_item_and_the_id_of_this_install_are_taken_over(folder: Path) -> None:
    spoil(folder / "state.db", root_page(folder / "state.db", "job"))
    mend(folder, NOW)
    assert put_aside(folder) == ["state.db.damaged-20231114-221320"]
    store = Store(folder)
    memories = store.links.of_scenes(range(1, SCENES + 1))
    assert len(memories) == SCENES
    assert memories[7, "k7"].base.pushed[Field.TITLE].startswith("Title 7 ")  # type: ignore[union-attr]
    assert (memories[7, "k7"].fingerprint, memories[7, "k7"].rules) == ("", ""), "nothing counts as settled"
    assert store.get(CLIENT_ID) == "as Plex knows us"
    assert store.get(REBUILT)["path"] == str(folder / put_aside(folder)[0])
    assert store.get(WANTS_RUN)
    store.close()


def test_what_lies_behind_a_page_that_cannot_be_read_is_taken_over_too(folder: Path) -> None:
    path = folder / "state.db"
    spoil(path, page_of(path, "Title 200 "))
    mend(folder, NOW)
    store = Store(folder)
    left = {scene for scene, _ in store.links.of_scenes(range(1, SCENES + 1))}
    store.close()
    assert SCENES * 0.9 <= len(left) < SCENES
    assert {1, SCENES} <= left


def test_of_a_file_that_was_cut_off_the_beginning_is_taken_over(folder: Path) -> None:
    path = folder / "state.db"
    os.truncate(path, path.stat().st_size * 3 // 4)
    mend(folder, NOW)
    store = Store(folder)
    assert len(store.links.of_scenes(range(1, SCENES + 1))) > SCENES // 3
    store.close()


def test_of_a_file_without_its_head_nothing_is_left_but_the_file(folder: Path) -> None:
    spoil(folder / "state.db", 1)
    spoiled = (folder / "state.db").read_bytes()
    mend(folder, NOW)
    store = Store(folder)
    assert not store.links.of_scenes(range(1, SCENES + 1))
    assert "not a database" in store.get(REBUILT)["detail"]
    store.close()
    assert (folder / put_aside(folder)[0]).read_bytes() == spoiled


def test_a_visitor_of_the_damaged_file_takes_nothing_away_when_it_leaves(folder: Path) -> None:
    """SQLite deletes a write-ahead log by its name; that of the new database must not be the one."""
    command = [sys.executable, "-c", VISITOR, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as visitor:
        assert visitor.stdout is not None
        assert visitor.stdout.readline() == b"in\n"
        spoil(folder / "state.db", root_page(folder / "state.db", "job"))
        mend(folder, NOW)
        store = Store(folder)
        store.put("ours", 1)
        visitor.communicate()
    fresh = subprocess.run([sys.executable, "-c", READER, str(folder)], check=True, capture_output=True)
    assert fresh.stdout == b"1\n"
    assert len(store.links.of_scenes(range(1, SCENES + 1))) == SCENES
    store.close()


def test_only_the_newest_three_are_kept(folder: Path) -> None:
    for number in range(5):
        spoil(folder / "state.db", 1)
        mend(folder, NOW + number)
    assert [name[-2:] for name in put_aside(folder)] == ["22", "23", "24"]
