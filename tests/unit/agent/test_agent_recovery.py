"""A damaged ``state.db``: found, put aside, and what it still says taken over."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from plexsync.agent.recovery import find, mend, note
from plexsync.domain.model import Base, Field
from plexsync.store import Store
from plexsync.store.cover import Cover
from plexsync.store.database import connect
from plexsync.store.jobs import Priority
from plexsync.store.links import SyncRecord
from plexsync.store.schema import MIGRATIONS
from plexsync.store.state import CLIENT_ID, FOLDER_PROBE, LISTING_MARK, MACHINE_ID, REBUILD_NEEDS_RUN, REBUILT, Rebuilt

VISITOR = """
import sys
from pathlib import Path
from plexsync.store import Store
from plexsync.store.state import LISTING_MARK
store = Store(Path(sys.argv[1]))
store.state.put(LISTING_MARK, 1)
print("in", flush=True)
sys.stdin.read()
store.close()
"""
READER = """
import sys
from pathlib import Path
from plexsync.store import Store
from plexsync.store.state import LISTING_MARK
print(Store(Path(sys.argv[1])).state.get(LISTING_MARK))
"""
KILLED = """
import runpy, sqlite3, sys
from functools import partial
from pathlib import Path
odd, folder, number = sys.argv[1:]
deadly = runpy.run_path(odd)
fate = deadly["Fate"](f"{number} before")
vars(sqlite3)["connect"] = partial(sqlite3.connect, factory=partial(deadly["Deadly"], fate=fate))
from plexsync.agent.recovery import mend
mend(Path(folder), 1_700_000_000.0)
"""
CRAMPED = """
import resource, sys
from pathlib import Path
from plexsync.agent.recovery import mend
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
mend(Path(sys.argv[1]), 1_700_000_000.0)
"""
ODD = Path(__file__).parents[2] / "system" / "helpers" / "odd_agent.py"
PAGE = 4096
SCENES = 400
NOW = 1_700_000_000.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A database that remembers something of many scenes."""
    store = Store(tmp_path)
    store.state.put(CLIENT_ID, "as Plex knows us")
    with store.transaction():
        for scene in range(1, SCENES + 1):
            base = Base({Field.TITLE: f"Title {scene} {'x' * 200}"}, {})
            store.links.remember(SyncRecord(scene, f"k{scene}", "1", base, "fingerprint", "rules", 5, Cover(), NOW))
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


def lose_entries(path: Path, index: str) -> None:
    """Take all entries out of a small index, as a lost write does: behind SQLite's back."""
    with closing(sqlite3.connect(path)) as state:
        (root,) = state.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (index,)).fetchone()
    with path.open("r+b") as file:
        file.seek((root - 1) * PAGE)
        file.write(b"\x0a\0\0\0\0\x10\0\0" + bytes(PAGE - 8))  # a leaf page of an index, without cells


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
    records = store.links.of_scenes(range(1, SCENES + 1))
    assert len(records) == SCENES
    assert records[7, "k7"].base.pushed[Field.TITLE].startswith("Title 7 ")  # type: ignore[union-attr]
    assert (records[7, "k7"].fingerprint, records[7, "k7"].rules) == ("", ""), "nothing counts as settled"
    assert store.state.get(CLIENT_ID) == "as Plex knows us"
    assert store.state.get(REBUILT, Rebuilt(0, "", "")).path == str(folder / put_aside(folder)[0])
    assert store.state.get(REBUILD_NEEDS_RUN)
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
    assert "not a database" in store.state.get(REBUILT, Rebuilt(0, "", "")).detail
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
        store.state.put(LISTING_MARK, 1)
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


def all_is_taken_over(folder: Path) -> bool:
    with closing(Store(folder)) as store:
        records = store.links.of_scenes(range(1, SCENES + 1))
        said = (
            store.state.get(CLIENT_ID),
            store.state.get(REBUILD_NEEDS_RUN),
            store.state.get(REBUILT, Rebuilt(0, "", "")).path,
        )
    return len(records) == SCENES and said == ("as Plex knows us", True, str(folder / put_aside(folder)[0]))


def cut_off_after_the_log(folder: Path) -> None:
    """The log has its new name, and the file has not."""
    with closing(Store(folder)) as store:
        store.state.put(FOLDER_PROBE, "x" * 5000)
        (folder / "as_it_is").write_bytes((folder / "state.db-wal").read_bytes())
    (folder / "as_it_is").rename(folder / "state.db.damaged-20231114-221320-wal")
    (folder / "state.db.doubt").write_text("state.db.damaged-20231114-221320", encoding="ascii")


def cut_off_after_the_file(folder: Path) -> None:
    (folder / "state.db").rename(folder / "state.db.damaged-20231114-221320")


def cut_off_after_a_visitor(folder: Path) -> None:
    """Somebody else has made a new, empty one meanwhile."""
    cut_off_after_the_file(folder)
    Store(folder).close()


@pytest.mark.parametrize("cut_off", [cut_off_after_the_log, cut_off_after_the_file, cut_off_after_a_visitor])
def test_a_start_that_was_cut_off_is_finished_by_the_next(folder: Path, cut_off: Callable[[Path], None]) -> None:
    spoil(folder / "state.db", root_page(folder / "state.db", "job"))
    cut_off(folder)
    mend(folder, NOW + 60)
    assert put_aside(folder) == ["state.db.damaged-20231114-221320"]
    assert all_is_taken_over(folder)
    assert not (folder / "state.db.doubt").exists()
    with closing(Store(folder)) as store:
        store.state.put(REBUILD_NEEDS_RUN, value=False)
    mend(folder, NOW + 120)
    with closing(Store(folder)) as store:
        assert store.state.get(REBUILD_NEEDS_RUN) is False, "finished once"


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
def test_killed_at_any_commit_it_is_finished_by_the_next_start(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    spoil(folder / "state.db", root_page(folder / "state.db", "job"))
    for number in count(1):
        tried = tmp_path_factory.mktemp("killed") / "data"
        shutil.copytree(folder, tried)
        killed = subprocess.run([sys.executable, "-c", KILLED, str(ODD), str(tried), str(number)], check=False)
        mend(tried, NOW + 60)
        assert all_is_taken_over(tried), number
        if not killed.returncode:
            break
    assert number >= 3


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
def test_a_disk_that_is_full_meanwhile_takes_nothing_away(folder: Path) -> None:
    with closing(Store(folder / "empty")):
        size = max(file.stat().st_size for file in (folder / "empty").iterdir())
    spoil(folder / "state.db", root_page(folder / "state.db", "job"))
    command = [sys.executable, "-c", CRAMPED, str(folder), str(size + 20_000)]
    cramped = subprocess.run(command, check=False, capture_output=True, text=True)
    assert "OperationalError" in cramped.stderr.splitlines()[-1]
    with closing(Store(folder)) as store:
        assert store.state.get(REBUILT) is None
    mend(folder, NOW)
    assert all_is_taken_over(folder)


def test_a_file_of_an_earlier_version_with_the_same_records_is_taken_over_too(tmp_path: Path) -> None:
    with closing(connect(tmp_path, MIGRATIONS[:2])) as old:
        old.execute(
            """INSERT INTO link
                   (scene_id, rating_key, section_id, base, fingerprint, rules, item_updated_at, images, synced_at)
               VALUES (1, 'k1', '1', '{"pushed": {"title": "ours"}, "wanted": {}, "intended": {}}', 'f', 'r', 5,
                   '{"etag": "", "seen": "", "uploads": {}}', ?)""",
            (NOW,),
        )
    spoil(tmp_path / "state.db", root_page(tmp_path / "state.db", "job"))
    mend(tmp_path, NOW)
    with closing(Store(tmp_path)) as store:
        assert store.links.of_scenes([1])[1, "k1"].base.pushed == {Field.TITLE: "ours"}


def test_a_row_that_cannot_be_read_takes_no_other_scene_with_it(folder: Path) -> None:
    with closing(Store(folder)) as store:
        store.links.remember(SyncRecord(7, "k7b", "1", Base({}, {}), "", "", 5, Cover(), NOW))
        store.connection.execute("UPDATE link SET base = '{' WHERE rating_key IN ('k7b', 'k9')")
    spoil(folder / "state.db", root_page(folder / "state.db", "job"))
    mend(folder, NOW)
    with closing(Store(folder)) as store:
        left = {scene for scene, _ in store.links.of_scenes(range(1, SCENES + 1))}
    assert set(range(1, SCENES + 1)) - left == {9}


def test_what_is_known_better_by_now_stays(folder: Path) -> None:
    spoil(folder / "state.db", root_page(folder / "state.db", "job"))
    cut_off_after_the_file(folder)
    newer = SyncRecord(7, "k7", "1", Base({Field.TITLE: "newer"}, {}), "print", "rules", 5, Cover(), NOW + 5)
    with closing(Store(folder)) as store:
        store.links.remember(newer)
        store.links.remember(replace(newer, scene_id=1007, rating_key="k8"))
    mend(folder, NOW + 60)
    with closing(Store(folder)) as store:
        known = store.links.of_items(["k6", "k7", "k8"])
    assert known["k7"] == newer
    assert known["k8"].scene_id == 1007
    assert known["k6"].scene_id == 6


def test_of_another_server_nothing_is_taken_over(folder: Path) -> None:
    with closing(Store(folder)) as store:
        store.state.put(MACHINE_ID, "one")
    spoil(folder / "state.db", root_page(folder / "state.db", "job"))
    cut_off_after_the_file(folder)
    with closing(Store(folder)) as store:
        store.state.put(MACHINE_ID, "other")
    mend(folder, NOW)
    with closing(Store(folder)) as store:
        assert (store.state.get(MACHINE_ID), store.links.number()) == ("other", 0)


def test_an_index_that_lacks_an_entry_is_found_once_it_has_done_harm(folder: Path) -> None:
    with closing(Store(folder)) as store:
        store.jobs.enqueue([7], priority=Priority.PERSON, origin="test", now=NOW)
    lose_entries(folder / "state.db", "job_cause")
    mend(folder, NOW)
    assert not put_aside(folder), "reading through does not show it"
    with closing(Store(folder)) as store, pytest.raises(sqlite3.DatabaseError, match="malformed") as caught:
        store.connection.execute("DELETE FROM job WHERE scene_id = 7")
    note(folder, caught.value)
    mend(folder, NOW)
    assert all_is_taken_over(folder)
    assert not (folder / "state.db.doubt").exists()


@pytest.mark.parametrize("trouble", [sqlite3.OperationalError("disk is full"), OSError("gone"), ValueError()])
def test_other_trouble_is_no_reason_to_look_closely(folder: Path, trouble: Exception) -> None:
    note(folder, trouble)
    assert not (folder / "state.db.doubt").exists()


@pytest.mark.parametrize("words", ["", "\0\0\0", "state.db", "../elsewhere"])
def test_of_a_sound_database_in_doubt_only_the_mark_goes(folder: Path, words: str) -> None:
    before = (folder / "state.db").read_bytes()
    (folder / "state.db.doubt").write_text(words, encoding="ascii")
    mend(folder, NOW)
    assert (folder / "state.db").read_bytes() == before
    assert sorted(file.name for file in folder.iterdir()) == ["state.db"]
