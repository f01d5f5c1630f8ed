"""A trial on an overlay reads as if it were written, and nothing of it is."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plexsync import store as store_room
from plexsync.domain.left_out import LeftOut
from plexsync.domain.model import Base, EntityKind, Field, ListedItem, Part, Scene, Section
from plexsync.net.decode import text
from plexsync.store import Store
from plexsync.store.cover import Cover
from plexsync.store.jobs import Priority
from plexsync.store.links import SyncRecord
from plexsync.store.overlay import Overlay
from plexsync.store.scenes import EntityRow, FileRow
from plexsync.store.state import Key

TABLES = (
    "meta", "scene", "scene_file", "scene_entity", "entity", "link", "link_kept", "plex_section", "plex_item",
    "plex_file", "left_out",
)  # fmt: skip
KEYS = {name: Key(name, text) for name in "kl"}
STORE = Path(store_room.__file__).parent
NUMBER = st.integers(1, 4)
Operation = Callable[[Store], object]


def rows(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    return {
        table: sorted((tuple(row) for row in store.connection.execute(f"SELECT * FROM {table}")), key=repr)
        for table in TABLES
    }


def record(scene: int, item: int, title: str) -> SyncRecord:
    return SyncRecord(scene, str(item), "1", Base(pushed={Field.TITLE: title}), "f", "r", 7, Cover(), 1.0)


def listed(item: int, title: str, path: int, section: int) -> ListedItem:
    return ListedItem(str(item), str(section), title, 5, 4, (Part(f"/media/{path}", 10),))


def operations() -> st.SearchStrategy[Operation]:
    title, server = st.sampled_from(["one", "two"]), st.sampled_from("mn")
    files = st.lists(
        st.builds(FileRow, st.sampled_from(["/a", "/b"]), st.sampled_from(["", "/media/1", "/media/2"]), NUMBER)
    )
    return st.one_of(
        st.builds(lambda key, value: lambda s: s.state.put(KEYS[key], value), st.sampled_from("kl"), title),
        st.builds(lambda items, sweep: lambda s: s.library.keep(map(str, items), "1", sweep), st.sets(NUMBER), NUMBER),
        st.builds(lambda row: lambda s: s.left_out.add([row]), st.builds(left_out, NUMBER, title)),
        st.builds(lambda place: lambda s: s.left_out.replace("plex", str(place), []), NUMBER),
        st.builds(
            lambda item, sweep: lambda s: s.library.put([item], sweep),
            st.builds(listed, NUMBER, title, NUMBER, st.integers(1, 2)), NUMBER,
        ),
        st.builds(lambda section, sweep: lambda s: s.library.drop_unswept(str(section), sweep), NUMBER, NUMBER),
        st.builds(lambda item: lambda s: s.library.drop_items([str(item)]), NUMBER),
        st.builds(lambda section: lambda s: s.library.drop_section(str(section)), NUMBER),
        st.builds(
            lambda section, mark: lambda s: s.library.remember_section(section, mark, 1.0),
            st.builds(lambda key: Section(str(key), "t", "u", ("/media",)), NUMBER), NUMBER,
        ),
        st.builds(lambda scene, f: lambda s: s.scenes.remember(Scene(scene), "content", "c", f, 0.0), NUMBER, files),
        st.builds(lambda scene, f: lambda s: s.scenes.remember_listed(Scene(scene), "u", "c", f, 0.0), NUMBER, files),
        st.builds(lambda scene: lambda s: s.scenes.forget([scene]), NUMBER),
        st.builds(lambda scene, key: lambda s: s.scenes.rekey([(f"/k{key}", scene, 0, "/a")]), NUMBER, NUMBER),
        st.builds(
            lambda one, name: lambda s: s.scenes.remember_entities(EntityKind.TAG, [EntityRow(one, name, 0, "u")]),
            NUMBER, title,
        ),
        st.builds(lambda one: lambda s: s.links.remember(one), st.builds(record, NUMBER, NUMBER, title)),
        st.builds(lambda scene, item: lambda s: s.links.forget(scene, str(item)), NUMBER, NUMBER),
        st.builds(lambda before, now: lambda s: s.change_plex(before, now), server, server),
    )  # fmt: skip


def left_out(place: int, problem: str) -> LeftOut:
    return LeftOut("plex", str(place), "key", "library", "title", "path", problem)


def digest(folder: Path) -> str:
    return hashlib.sha256((folder / "state.db").read_bytes()).hexdigest()


@settings(max_examples=150, deadline=None)
@given(st.lists(operations(), max_size=12), st.lists(operations(), max_size=12))
def test_an_overlay_reads_as_the_store_would_after_the_same_writes(
    before: list[Operation], after: list[Operation]
) -> None:
    with tempfile.TemporaryDirectory() as made:
        kept_folder, written_folder = Path(made, "kept"), Path(made, "written")
        with closing(Store(kept_folder)) as kept:
            for operation in before:
                operation(kept)
            kept.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            unchanged, first = digest(kept_folder), rows(kept)
            written_folder.mkdir()
            shutil.copy(kept_folder / "state.db", written_folder)
            with closing(Store(written_folder)) as written, closing(Overlay(kept)) as overlay:
                assert rows(overlay) == first
                for operation in after:
                    with overlay.transaction():
                        operation(overlay)
                    operation(written)
                    assert rows(overlay) == rows(written)
                assert list(overlay.library.twins()) == list(written.library.twins())
                assert overlay.links.gone() == written.links.gone()
            assert rows(kept) == first
            assert digest(kept_folder) == unchanged


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path)) as store:
        yield store


def test_what_others_write_meanwhile_is_seen_unless_it_was_tried_out(kept: Store) -> None:
    with closing(Overlay(kept)) as overlay:
        overlay.library.put([listed(1, "tried", 1, 1)], 1)
        kept.library.put([listed(1, "agent's", 1, 1), listed(2, "agent's", 2, 1)], 1)
        found = overlay.connection.execute("SELECT title FROM plex_item ORDER BY rating_key")
        assert [row[0] for row in found] == ["tried", "agent's"]
    kept.state.put(KEYS["k"], "still works")


def test_trying_out_queues_nothing(kept: Store) -> None:
    kept.jobs.enqueue([1], priority=Priority.BULK, origin="test", now=1.0)
    with closing(Overlay(kept)) as overlay:
        overlay.jobs.enqueue([1, 2], priority=Priority.BULK, origin="test", now=2.0)
        overlay.jobs.enqueue_again([1], priority=Priority.BULK, origin="test", now=2.0)
        overlay.jobs.wake_waiting([1], "missing", 2.0)
        assert overlay.jobs.wake_parked(2.0, ["missing"]) == 0
    assert (kept.jobs.revision(1), kept.jobs.revision(2)) == (1, 0)


def test_what_is_not_meant_to_be_written_cannot_be(kept: Store) -> None:
    with closing(Overlay(kept)) as overlay, pytest.raises(sqlite3.OperationalError):
        overlay.runs.start("sync", "test", "all", 1.0)


def test_nothing_is_left_of_it(kept: Store) -> None:
    before = {file.name for file in kept.folder.iterdir()}
    with closing(Overlay(kept)) as overlay:
        overlay.state.put(KEYS["k"], "x" * 100_000)
        with closing(Overlay(kept)) as other:
            other.state.put(KEYS["k"], "y")
            assert overlay.state.get(KEYS["k"]) != other.state.get(KEYS["k"])
    assert {file.name for file in kept.folder.iterdir()} == before


def test_every_table_that_may_be_written_can_be_covered() -> None:
    """SQLite has no upsert into a view: the tables an overlay covers are written in other ways."""
    upserts = {file.name for file in STORE.glob("*.py") if "ON CONFLICT (" in file.read_text("utf-8")}
    assert upserts <= {"jobs.py", "gaps.py"}


def test_a_full_listing_of_what_is_known_keeps_little(kept: Store) -> None:
    """A run marks every item as seen; of 100,000 that are as they were only the marks are kept."""
    number = 100_000
    with kept.transaction():
        kept.connection.executemany(
            "INSERT INTO plex_item (rating_key, section_id, title, updated_at, sweep) VALUES (?, '1', ?, 5, 1)",
            ((str(item), "a title of some length " * 4) for item in range(number)),
        )
    with closing(Overlay(kept)) as overlay:
        for start in range(0, number, 500):
            items = [
                ListedItem(str(item), "1", "a title of some length " * 4, 5, 4, ())
                for item in range(start, start + 500)
            ]
            with overlay.transaction():
                overlay.library.put(items, 2)
        assert overlay.library.unswept("1", 2) == ()
        assert overlay.connection.execute("SELECT count(*) FROM new_plex_item").fetchone()[0] == 0
        pages = overlay.connection.execute("PRAGMA main.page_count").fetchone()[0]
        assert pages * 4096 < 4_000_000
