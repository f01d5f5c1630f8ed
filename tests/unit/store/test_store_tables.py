"""The tables beside the queue: scenes, links, the path index, journal, runs, commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from plexsync.domain.model import (
    Base,
    Change,
    Entity,
    EntityKind,
    Field,
    Intent,
    ListedItem,
    Part,
    Plan,
    Scene,
    Section,
    Why,
)
from plexsync.domain.paths.key import path_key
from plexsync.store import Store
from plexsync.store.cover import Cover
from plexsync.store.history.journal import Observed
from plexsync.store.library import Library
from plexsync.store.links import SyncRecord
from plexsync.store.scenes import EntityRow, FileRow, SeenScene


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path)
    yield store
    store.close()


def scene(number: int, **facts: object) -> Scene:
    return Scene(number, updated_at="2024-01-01T00:00:00Z", **facts)  # type: ignore[arg-type]


def listed(key: str, *paths: str, section: str = "1") -> ListedItem:
    return ListedItem(key, section, f"item {key}", 5, 4, tuple(Part(path, 10) for path in paths))


class TestScenes:
    def test_which_scenes_name_an_entity(self, store: Store) -> None:
        studio, tag, actor, group = (Entity(7, name) for name in ("studio", "tag", "actor", "group"))
        store.scenes.remember(
            scene(1, studio=studio, tags=(tag, tag), performers=(actor,), groups=(group,)), "one", "", (), 0.0
        )
        store.scenes.remember(scene(2, tags=(Entity(8, "other"),)), "two", "", (), 0.0)
        assert {kind: store.scenes.of_entities(kind, [7]) for kind in EntityKind} == dict.fromkeys(
            EntityKind, frozenset({1})
        )
        assert store.scenes.of_entities(EntityKind.TAG, [7, 8]) == {1, 2}
        store.scenes.remember(scene(1), "one again", "", (), 0.0)
        assert store.scenes.of_entities(EntityKind.TAG, [7]) == frozenset(), "as it was last seen"

    def test_which_scenes_claim_a_file(self, store: Store) -> None:
        store.scenes.remember(scene(1), "", "", [FileRow("/data/a", "/media/a", 1), FileRow("/data/b", "", 1)], 0.0)
        store.scenes.remember(scene(2), "", "", [FileRow("/old/a", "/media/a", 1)], 0.0)
        assert store.scenes.claimants(["/media/a", "/media/z"]) == {"/media/a": {1, 2}, "/media/z": set()}
        store.scenes.rekey([("/media/b", 1, 1, "/data/b"), ("/media/z", 2, 0, "/read/meanwhile")])
        assert store.scenes.claimants(["/media/b", "/media/z"]) == {"/media/b": {1}, "/media/z": set()}
        assert list(store.scenes.files()) == [(1, 0, "/data/a", 1), (1, 1, "/data/b", 1), (2, 0, "/old/a", 1)]

    def test_what_is_as_it_was_is_not_written_and_what_others_wrote_is_set_right(self, store: Store) -> None:
        """A migration leaves columns unknown, and a path map that grew leaves keys behind."""
        files = [FileRow("/data/a", "/media/a", 1)]
        store.scenes.remember(scene(1), "hash", "columns", files, 0.0)
        before = store.connection.total_changes
        store.scenes.remember(scene(1), "hash", "columns", files, 0.0)
        assert store.connection.total_changes == before
        for change in ("UPDATE scene SET columns = ''", "UPDATE scene_file SET path_key = '/stale'"):
            store.connection.execute(change)
            store.scenes.remember(scene(1), "hash", "columns", files, 0.0)
            assert store.scenes.keys_of(1) == ("/media/a",)
            assert store.scenes.between(1, 1)[1].columns == "columns"

    def test_a_listing_takes_nothing_away_from_what_was_read(self, store: Store) -> None:
        store.scenes.remember(scene(1, title="read"), "hash", "", [FileRow("/a", "/a", 1)], 0.0)
        store.scenes.remember_listed(scene(1), "2030-01-01T00:00:00Z", "", [FileRow("/b", "/b", 1)], 0.0)
        store.scenes.remember_listed(scene(2), "2024-01-01T00:00:00Z", "", [], 0.0)
        store.scenes.remember_listed(scene(3), "", "", [], 0.0)
        assert store.scenes.seen([1, 2, 3, 4]) == {
            1: SeenScene("2024-01-01T00:00:00Z", "hash"),
            2: SeenScene("2024-01-01T00:00:00Z", ""),
        }
        assert store.scenes.claimants(["/a", "/b"]) == {"/a": set(), "/b": {1}}

    def test_what_is_gone_is_forgotten_everywhere(self, store: Store) -> None:
        store.scenes.remember(scene(1, tags=(Entity(7, "t"),)), "", "", [FileRow("/a", "/a", 1)], 0.0)
        store.scenes.remember(scene(2), "", "", (), 0.0)
        store.scenes.forget([1])
        assert store.scenes.ids() == {2}
        assert store.scenes.number() == 1
        assert store.scenes.of_entities(EntityKind.TAG, [7]) == frozenset()
        assert store.scenes.claimants(["/a"]) == {"/a": set()}

    def test_entities_by_kind(self, store: Store) -> None:
        kind = EntityKind.STUDIO
        store.scenes.remember_entities(kind, [EntityRow(1, "parent", 0, "t"), EntityRow(2, "child", 1, "t")])
        store.scenes.remember_entities(EntityKind.TAG, [EntityRow(2, "a tag", 0, "t")])
        store.scenes.remember_entities(kind, [EntityRow(2, "renamed", 1, "u")])
        assert store.scenes.entities(kind) == {1: ("parent", 0), 2: ("renamed", 1)}
        assert store.scenes.entity_rows(kind, [2, 3]) == {2: EntityRow(2, "renamed", 1, "u")}
        store.scenes.forget_entities(kind, [2])
        assert store.scenes.entities(kind) == {1: ("parent", 0)}
        assert store.scenes.entities(EntityKind.TAG) == {2: ("a tag", 0)}


class TestLinks:
    def test_a_memory_comes_back_as_it_was(self, store: Store) -> None:
        base = Base(
            pushed={Field.TITLE: "Ünï", Field.GENRES: ("a, b", "c")},
            wanted={Field.SUMMARY: "", Field.LABELS: ()},
            intents=(Intent(Field.ACTORS, ("x",), 12.0), Intent(Field.TITLE, "Old", 5.0)),
        )
        cover = Cover("etag", "2024", {"poster": "sha"})
        record = SyncRecord(1, "10", "2", base, "print", "rules", 99, cover, 12.5)
        store.links.remember(record)
        store.links.remember(SyncRecord(1, "11", "2", Base(), "", "", 0, Cover(), 0.0))
        store.links.remember(SyncRecord(2, "12", "2", Base(), "", "", 0, Cover(), 0.0))
        found = store.links.of_scenes([1, 3])
        assert found.keys() == {(1, "10"), (1, "11")}
        assert found[1, "10"] == record
        assert store.links.number() == 3

    def test_an_item_is_one_scenes_at_a_time(self, store: Store) -> None:
        for scene, key in ((1, "10"), (1, "11"), (2, "10")):
            store.links.remember(SyncRecord(scene, key, "2", Base(), "", "", 0, Cover(), 0.0))
        assert store.links.of_scenes([1, 2]).keys() == {(1, "11"), (2, "10")}
        assert {key: record.scene_id for key, record in store.links.of_items(["10", "11", "12"]).items()} == {
            "10": 2,
            "11": 1,
        }


class TestLibrary:
    def test_which_items_hold_a_file(self, store: Store) -> None:
        library = store.library
        library.put([listed("10", "/media/a.mp4", "/media/b.mp4"), listed("11", "/media/a.mp4", section="2")], 1)
        keys = library.keys_of(["10"])["10"]
        assert len(keys) == 2
        first = library.holding(keys)[keys[0]]
        assert sorted(first) == [("10", 10), ("11", 10)]
        assert library.number() == 2

    def test_an_item_listed_again_has_only_the_files_it_has_now(self, store: Store) -> None:
        library = store.library
        library.put([listed("10", "/media/a.mp4")], 1)
        library.put([listed("10", "/media/b.mp4")], 1)
        assert [path for path, _ in library.files()] == ["/media/b.mp4"]

    def test_files_in_parts_by_size(self, store: Store) -> None:
        library = store.library
        library.put([ListedItem("10", "1", "", 5, 4, tuple(Part(f"/{size}", size) for size in range(9)))], 1)
        assert list(library.files(1, 3)) == [("/1", 1), ("/4", 4), ("/7", 7)]
        rows = [FileRow(f"/data/{size}", "", size) for size in range(9)]
        store.scenes.remember(scene(1), "", "", rows, 0.0)
        assert [path for _, _, path, _ in store.scenes.files(2, 3)] == ["/data/2", "/data/5", "/data/8"]

    def test_of_an_item_listed_twice_the_last_counts(self, store: Store) -> None:
        store.library.put([listed("10", "/media/b.mp4"), listed("10", "/media/a.mp4")], 1)
        store.library.put([listed("10", "/media/b.mp4"), listed("10", "/media/a.mp4")], 2)
        assert [path for path, _ in store.library.files()] == ["/media/a.mp4"]

    def test_keys_made_by_an_earlier_rule_are_replaced_by_the_next_listing(self, store: Store) -> None:
        earlier = Library(store.connection, str.upper)
        earlier.put([listed("10", "/media/a.mp4")], 1)
        assert earlier.keys_of(["10"]) == {"10": ("/MEDIA/A.MP4",)}
        store.library.put([listed("10", "/media/a.mp4")], 1)
        assert store.library.keys_of(["10"]) == {"10": (path_key("/media/a.mp4"),)}

    def test_what_is_listed_again_as_it_was_is_not_written(self, store: Store) -> None:
        store.library.put([listed("10", "/media/a.mp4", "/media/B.mp4")], 1)
        before = store.connection.execute("SELECT total_changes()").fetchone()[0]
        store.library.put([listed("10", "/media/a.mp4", "/media/B.mp4")], 1)
        assert store.connection.execute("SELECT total_changes()").fetchone()[0] == before + 1, "the item's own row"

    def test_a_complete_listing_drops_what_it_did_not_show(self, store: Store) -> None:
        library = store.library
        library.put([listed("10", "/a"), listed("11", "/b"), listed("20", "/c", section="2")], 1)
        library.put([listed("11", "/b")], 2)
        assert library.unswept("1", 2) == ("10",)
        assert library.drop_unswept("1", 2) == 1
        assert {path for path, _ in library.files()} == {"/b", "/c"}
        library.drop_items(["11"])
        library.drop_section("2")
        assert (library.number(), list(library.files())) == (0, [])

    def test_how_far_a_section_was_listed(self, store: Store) -> None:
        section = Section("1", "Movies", "movie", ("/media",), changed=7)
        store.library.remember_section(section, 55, 1.5)
        row = store.library.sections()["1"]
        assert (row.title, row.changed, row.watermark, row.swept_at) == ("Movies", 7, 55, 1.5)
        store.library.drop_section("1")
        assert store.library.sections() == {}

    def test_another_server_has_other_rating_keys(self, store: Store) -> None:
        store.library.put([listed("10", "/a")], 1)
        store.library.remember_section(Section("1", "Movies", "movie", ()), 1, 1.0)
        store.links.remember(SyncRecord(1, "10", "1", Base(), "", "", 0, Cover(), 0.0))
        store.scenes.remember(scene(1), "", "", (), 0.0)
        assert store.change_plex("right", "wrong") == frozenset()
        assert (store.library.number(), store.links.number(), store.library.sections()) == (0, 0, {})
        assert store.scenes.number() == 1

    def test_what_was_left_on_a_server_is_known_again_when_it_is_back(self, store: Store) -> None:
        base = Base({Field.TITLE: "ours", Field.GENRES: ("a", "b")}, {Field.TITLE: "ours"})
        cover = Cover("etag", "2024-01-01", {"poster": "f" * 40})
        store.links.remember(SyncRecord(1, "10", "1", base, "print", "rules", 99, cover, 5.0))
        with store.transaction():
            assert store.change_plex("right", "wrong") == frozenset()
        store.links.remember(SyncRecord(2, "10", "7", Base(), "print", "rules", 42, Cover(), 6.0))
        with store.transaction():
            assert store.change_plex("wrong", "right") == {1}
        (record,) = store.links.of_scenes([1, 2]).values()
        assert record == SyncRecord(1, "10", "1", base, "", "", 0, cover, 5.0), "not confirmed: looked at again"
        with store.transaction():
            assert store.change_plex("right", "third") == frozenset()
            assert store.change_plex("third", "wrong") == {2}
        assert [key for _, key in store.links.of_scenes([2])] == ["10"]


class TestJournal:
    def test_before_and_after_are_kept_until_and_after_plex_showed_it(self, store: Store) -> None:
        changes = (
            Change(Field.TITLE, "old", "Ünï", Why.UPDATE),
            Change(Field.GENRES, ("a",), ("a", "b"), Why.LIST_MERGE),
        )
        plan = Plan(1, "10", "1", changes, (), Base())
        other = Plan(1, "11", "1", (Change(Field.DATE, "", "2024-01-01", Why.FILL),), (), Base())
        store.journal.plan([plan, other], {1: 5}, 12.0)
        assert {entry.state for entry in store.journal.of_scene(1)} == {"planned"}
        store.journal.settle(1, "10", {"title", "genres"})
        store.journal.settle(1, "11", ())
        store.journal.settle(1, "10", ())
        entries = {entry.field: entry for entry in store.journal.of_scene(1)}
        title, genres, date = entries[Field.TITLE], entries[Field.GENRES], entries[Field.DATE]
        assert (title.before, title.after, title.state, title.why) == ("old", "Ünï", "written", "update")
        assert (genres.before, genres.after, genres.run_id, genres.at) == (("a",), ("a", "b"), 5, 12.0)
        assert (date.rating_key, date.state) == ("11", "failed")

    def test_each_field_is_settled_by_itself(self, store: Store) -> None:
        changes = Change(Field.TITLE, "old", "new", Why.UPDATE), Change(Field.DATE, "", "x", Why.FILL)
        store.journal.plan([Plan(1, "10", "1", changes, (), Base())], {}, 1.0)
        store.journal.settle(1, "10", {"title"})
        states = {entry.field: entry.state for entry in store.journal.of_scene(1)}
        assert states == {Field.TITLE: "written", Field.DATE: "failed"}

    def test_what_a_killed_attempt_left_open_is_not_written_by_a_later_one(self, store: Store) -> None:
        plan = Plan(1, "10", "1", (Change(Field.TITLE, "old", "new", Why.UPDATE),), (), Base())
        store.journal.plan([plan], {}, 1.0)
        store.journal.plan([plan], {}, 2.0)
        store.journal.settle(1, "10", {"title"})
        assert [(entry.at, entry.state) for entry in store.journal.of_scene(1)] == [(2.0, "written"), (1.0, "failed")]

    def test_what_a_killed_attempt_wrote_counts_once_it_is_seen(self, store: Store) -> None:
        arrived, lost = Change(Field.TITLE, "old", "new", Why.UPDATE), Change(Field.DATE, "", "2024-01-01", Why.FILL)
        photo = Change(Field.ACTORS, ("Ann",), ("Ann",), Why.PHOTO)
        first = store.journal.plan([Plan(1, "10", "1", (arrived, lost, photo), (), Base())], {}, 1.0)
        assert store.journal.written_to(1) == ()
        shown = Observed({Field.TITLE: "new", Field.DATE: "", Field.ACTORS: ("Ann",)})
        second = store.journal.plan([Plan(1, "10", "1", (lost,), (), Base())], {}, 2.0, {"10": shown})
        assert first != second
        states = [(entry.attempt, entry.field, entry.state) for entry in store.journal.of_scene(1)]
        assert states == [
            (second, Field.DATE, "planned"),
            (first, Field.ACTORS, "failed"),
            (first, Field.DATE, "failed"),
            (first, Field.TITLE, "written"),
        ]
        assert [entry.field for entry in store.journal.written_to(1)] == [Field.TITLE]

    def test_what_was_there_before_is_kept_for_each_field(self, store: Store) -> None:
        changes = (
            Change(Field.TITLE, "ours", "new", Why.UPDATE),
            Change(Field.STUDIO, "theirs", "new", Why.OVERWRITE_UNLOCKED),
            Change(Field.DATE, "", "2024-01-01", Why.FILL),
        )
        pushed = {Field.TITLE: "ours", Field.STUDIO: "ours"}
        before = Observed({}, frozenset({Field.TITLE}), pushed)
        store.journal.plan([Plan(1, "10", "7", changes, (), Base())], {}, 1.0, {"10": before})
        kept = {entry.field: entry for entry in store.journal.of_scene(1)}
        assert [kept[of].was_locked for of in (Field.TITLE, Field.STUDIO, Field.DATE)] == [True, False, False]
        assert [kept[of].base for of in (Field.TITLE, Field.STUDIO, Field.DATE)] == ["ours", "ours", None]
        assert {entry.section_id for entry in kept.values()} == {"7"}

    def test_newest_first_and_no_more_than_asked_for(self, store: Store) -> None:
        for moment in (1.0, 3.0, 2.0):
            change = Change(Field.TITLE, "", str(moment), Why.UPDATE)
            store.journal.plan([Plan(1, "10", "1", (change,), (), Base())], {}, moment)
        assert [entry.at for entry in store.journal.of_scene(1, limit=2)] == [3.0, 2.0]


class TestRuns:
    def test_a_run_from_start_to_end(self, store: Store) -> None:
        run = store.runs.start("sync", "task", "all", 1.0)
        store.runs.add(run, 500)
        store.runs.add(run, 20)
        assert [(one.id, one.total, one.ended_at) for one in store.runs.running("sync")] == [(run, 520, 0.0)]
        store.runs.end(run, "done", {"done": 520}, 9.0)
        ended = store.runs.get(run)
        assert ended is not None
        assert (ended.state, ended.result, ended.ended_at, ended.scope) == ("done", {"done": 520}, 9.0, "all")
        assert store.runs.get(run + 1) is None

    def test_what_a_killed_agent_left_is_stopped(self, store: Store) -> None:
        first = store.runs.start("sync", "task", "all", 1.0)
        store.runs.end(first, "done", {}, 2.0)
        second = store.runs.start("sync", "task", "all", 3.0)
        assert store.runs.stop_unfinished(4.0) == 1
        assert [(run.id, run.state) for run in store.runs.newest(5)] == [(second, "stopped"), (first, "done")]


class TestCommands:
    def test_each_command_is_taken_once_in_the_order_asked(self, store: Store) -> None:
        first = store.commands.ask("sync", {"scope": "all"}, 1.0)
        second = store.commands.ask("wake", {}, 2.0)
        taken = [store.commands.take(0.0), store.commands.take(0.0), store.commands.take(0.0)]
        assert [None if one is None else one.id for one in taken] == [first, second, None]
        assert taken[0] is not None
        assert taken[0].arguments == {"scope": "all"}

    def test_whoever_asked_sees_progress_and_end(self, store: Store) -> None:
        asked = store.commands.ask("sync", {}, 1.0)
        store.commands.listen(asked, 2.0)
        store.commands.show(asked, 0.5, {"queued": 10})
        seen = store.commands.get(asked)
        assert seen is not None
        assert (seen.progress, seen.result, seen.heard_at) == (0.5, {"queued": 10}, 2.0)
        store.commands.end(asked, "failed", {"code": "x"}, 3.0)
        seen = store.commands.get(asked)
        assert seen is not None
        assert (seen.state, seen.result) == ("failed", {"code": "x"})
        assert store.commands.get(asked + 1) is None

    def test_what_a_killed_agent_left_is_failed_and_what_it_never_saw_is_not(self, store: Store) -> None:
        first = store.commands.ask("sync", {}, 1.0)
        store.commands.take(0.0)
        second = store.commands.ask("sync", {}, 1.0)
        assert store.commands.fail_unfinished(2.0) == 1
        states = [store.commands.get(one) for one in (first, second)]
        assert [one and one.state for one in states] == ["failed", "new"]
        store.commands.purge(5.0)
        assert store.commands.get(first) is None
        assert store.commands.get(second) is not None, "nobody has looked at it yet"


TEXT = "UPDATE command SET arguments = CAST(? AS TEXT)"
PLAIN = "UPDATE command SET arguments = ?"
NAME = "UPDATE command SET name = CAST(? AS TEXT)"


@pytest.mark.parametrize(
    ("statement", "value"),
    [
        (TEXT, b"[1, 2]"),
        (TEXT, b"no JSON"),
        (TEXT, b"\xff"),
        (NAME, b"\xff"),
        (PLAIN, b"\x00\xff"),
        (PLAIN, 17),
        (TEXT, b"[" * 50000),
    ],
)
def test_a_row_that_is_no_command_is_closed_and_the_next_one_taken(store: Store, statement: str, value: object) -> None:
    """Left as it was it would end each agent that looks at it."""
    bad = store.commands.ask("sync", {}, 1.0)
    store.connection.execute(statement, (value,))
    good = store.commands.ask("wake", {}, 1.0)
    taken = store.commands.take(2.0)
    assert taken is not None
    assert taken.id == good
    assert store.commands.get(bad) is None
    closed = store.connection.execute("SELECT state, result FROM command WHERE id = ?", (bad,)).fetchone()
    assert (closed["state"], json.loads(closed["result"])["code"]) == ("failed", "bad_command")
