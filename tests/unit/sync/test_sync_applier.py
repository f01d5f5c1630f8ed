"""Writing items: what comes before what goes, what is refused, what Plex does otherwise; on items in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from plex_in_memory import PlexInMemory

from plexsync.domain.errors import BadAnswer, Dropped, ItemError, ItemGone, ItemRejected, NotApplied, TakesNoEdits
from plexsync.domain.merge.item import MergeRules, merge
from plexsync.domain.model import LIST_FIELDS, Base, Desired, Field, Link, Policy, Scene, Value, Verdict
from plexsync.plex.editing.capabilities import known_servers
from plexsync.plex.edits import MAX_URL, Edit, Piece
from plexsync.runtime.context import Context
from plexsync.runtime.target import Target
from plexsync.store import Store
from plexsync.store.cover import Cover
from plexsync.store.links import SyncRecord
from plexsync.sync.applier import Applied, Applier
from plexsync.sync.planner import ScenePlan
from plexsync.sync.steps import Step, Steps

T = TypeVar("T")
RULES = MergeRules(dict.fromkeys(Field, Policy.MERGE))
MANY = tuple(f"Actor {number} with quite a long Ünïcode name" for number in range(140))
PROXY = 8_000
FEW = ("Ann", "Bob", "Carl")


def run(steps: Steps[T]) -> T:
    """Take all steps and return what they come to."""
    results: list[T] = []

    def whole() -> Steps[None]:
        results.append((yield from steps))

    for _ in whole():
        pass
    return results[0]


class Stage:
    """One applier between a store and items in memory; scene N is item N."""

    def __init__(self, store: Store, target: Target, plex: PlexInMemory) -> None:
        self.store = store
        self.plex = plex
        self.sent: list[int] = []
        self.applier = Applier(store, target, plex, self.sent.append, lambda: 1.0)

    def plan(self, key: str, wanted: Mapping[Field, Value]) -> ScenePlan:
        """Plan as the planner does: by what the item shows and what is remembered of it."""
        scene, item = int(key), self.plex.item(key)
        records = {of: record for (_, of), record in self.store.links.of_scenes([scene]).items()}
        desired = Desired(scene, wanted, stem=f"film {key}")
        base = records[key].base if key in records else Base()
        return ScenePlan(
            scene=Scene(scene),
            link=Link(scene, Verdict.LINKED, (key,)),
            desired=desired,
            fingerprint="wanted",
            rules="rules",
            merging=RULES,
            plans=(merge(desired, item, base, RULES),),
            items={key: item},
            records=records,
        )

    def write(self, wanted: Mapping[str, Mapping[Field, Value]]) -> dict[int, Applied]:
        """Plan and write."""
        scene_plans = [self.plan(key, fields) for key, fields in wanted.items()]
        return run(self.applier.apply(scene_plans, {}, frozenset()))

    def one(self, **wanted: Value) -> ItemError | None:
        """Write item 1 and return what went wrong."""
        return self.write({"1": {Field(name): value for name, value in wanted.items()}})[1].error

    def journal(self) -> dict[str, str]:
        return {entry.field.value: entry.state for entry in reversed(self.store.journal.of_scene(1))}

    def edits(self, name: str) -> list[int]:
        """Return the places of the edits that say this."""
        return [place for place, edit in enumerate(self.plex.sent) if name in edit.parameters]


@contextmanager
def opened(folder: Path, plex: PlexInMemory, ours: Mapping[Field, Value] | None = None) -> Iterator[Stage]:
    store = Store(folder)
    if ours:
        base = Base(pushed=ours, wanted=ours)
        store.links.remember(SyncRecord(1, "1", "1", base, "older", "rules", 0, Cover(), 0.0))
    try:
        yield Stage(store, Target("plex", Context(folder, {})), plex)
    finally:
        store.close()


@pytest.mark.parametrize("adding", ["once", "doubled"])
@pytest.mark.parametrize("semantics", ["append", "replace"])
def test_three_actors_become_140_through_a_proxy_or_stay(tmp_path: Path, semantics: str, adding: str) -> None:
    plex = PlexInMemory({"1": {Field.ACTORS: FEW}}, tag_semantics=semantics, adding=adding)
    plex.longest = PROXY
    with opened(tmp_path, plex, {Field.ACTORS: FEW}) as stage:
        error = stage.one(actors=MANY, title="New")
        assert plex.item("1").fields[Field.TITLE] == "New"
        if semantics == "append":
            assert error is None
            assert plex.names("1", Field.ACTORS) == list(MANY), "in their order, each once"
            assert all(edit.size <= MAX_URL for edit in plex.sent)
            return
        assert isinstance(error, ItemRejected)
        assert (error.data["field"], error.data["status"]) == ("actors", "414")
        assert int(error.data["size"]) > PROXY
        assert plex.names("1", Field.ACTORS) == list(FEW), "what was there is untouched"


def test_nothing_goes_where_what_comes_was_taken_and_does_not_show(tmp_path: Path) -> None:
    """A server that answers 200 and keeps none of the new names."""
    plex = PlexInMemory({"1": {Field.GENRES: ("a", "b")}})
    plex.swallows = lambda edit: "tag.tag=" in edit.parameters
    with opened(tmp_path, plex, {Field.GENRES: ("a", "b")}) as stage:
        assert isinstance(stage.one(genres=("c", "d")), NotApplied)
        assert plex.names("1", Field.GENRES) == ["a", "b"]
        assert not stage.edits("tag.tag-")
        assert stage.journal() == {"genres": "failed"}


def test_a_part_of_what_comes_takes_nothing_away(tmp_path: Path) -> None:
    """The second part of a long list is refused: what was there before stays with the first part."""
    plex = PlexInMemory({"1": {Field.ACTORS: FEW}})

    def refuse(edit: Edit) -> None:
        if "Actor%20139" in edit.parameters:
            raise ItemRejected(rating_key="1", status="400", detail="no")

    plex.before = refuse
    with opened(tmp_path, plex, {Field.ACTORS: FEW}) as stage:
        error = stage.one(actors=MANY)
        assert isinstance(error, ItemRejected)
        assert error.data["value"] == MANY[-1], "the very name"
        assert set(plex.names("1", Field.ACTORS)) == {*FEW, *MANY[:-1]}
        plex.before = lambda _: None
        assert stage.one(actors=MANY) is None
        assert set(plex.names("1", Field.ACTORS)) == set(MANY)


@pytest.mark.parametrize("semantics", ["append", "replace"])
@pytest.mark.parametrize("cut_at", range(1, 6))
def test_a_kill_at_any_edit_loses_neither_old_nor_new(tmp_path: Path, semantics: str, cut_at: int) -> None:
    plex = PlexInMemory({"1": {Field.GENRES: ("a", "b", "c"), Field.LABELS: ("X",)}}, tag_semantics=semantics)
    left = [cut_at]

    def cut(_: Edit) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Dropped(server="plex", url="memory", detail="hung up")

    plex.before = cut
    ours = {Field.GENRES: ("a", "b", "c"), Field.LABELS: ("X",)}
    wanted = {"genres": ("b", "c", "d"), "labels": ("Y",)}
    with opened(tmp_path, plex, ours) as stage:
        try:
            stage.one(**wanted)
        except Dropped:
            if semantics == "append":  # what the trial takes from the list of a server that replaces comes back
                assert {"b", "c"} <= set(plex.names("1", Field.GENRES))
            assert stage.one(**wanted) is None
        assert set(plex.names("1", Field.GENRES)) == {"b", "c", "d"}
        assert plex.names("1", Field.LABELS) == ["Y"]


def test_what_a_person_added_stays_whatever_the_server_does(tmp_path: Path) -> None:
    for number, switches in enumerate([{"tag_semantics": "replace"}, {"adding": "doubled"}, {}]):
        plex = PlexInMemory({"1": {Field.GENRES: ("a", "a person's")}}, **switches)
        folder = tmp_path / str(number)
        folder.mkdir()
        with opened(folder, plex, {Field.GENRES: ("a",)}) as stage:
            assert stage.one(genres=("b", "c")) is None
            assert set(plex.names("1", Field.GENRES)) == {"a person's", "b", "c"}


def test_a_server_that_keeps_a_name_twice_gets_it_once(tmp_path: Path) -> None:
    plex = PlexInMemory({"1": dict.fromkeys(LIST_FIELDS, ("A", "B"))}, adding="doubled")
    with opened(tmp_path, plex, dict.fromkeys(LIST_FIELDS, ("A", "B"))) as stage:
        assert stage.one(**{of.value: ("B", "C", "A") for of in LIST_FIELDS}) is None
        assert all(sorted(plex.names("1", of)) == ["A", "B", "C"] for of in LIST_FIELDS)


def test_an_actor_that_an_agent_listed_twice_proves_nothing_and_stays_twice(tmp_path: Path) -> None:
    """Agents name an actor once for each role; only what a write of ours has doubled tells how the server adds."""
    plex = PlexInMemory({"1": {Field.ACTORS: ("Ann", "Bob")}}, adding="doubled")
    plex.send(Edit("1", ("1",), (Piece(Field.ACTORS, "actor%5B0%5D.tag.tag=Ann"),)))
    with opened(tmp_path, plex) as stage:
        assert stage.one(actors=("Ann",)) is None
        assert plex.item("1").fields[Field.ACTORS] == ("Ann", "Bob", "Ann")
        assert known_servers(stage.store).current.adding is None


def test_doubles_of_ours_are_repaired(tmp_path: Path) -> None:
    plex = PlexInMemory({"1": {Field.GENRES: ("a", "a person's")}}, adding="doubled")
    with opened(tmp_path, plex, {Field.GENRES: ("a",)}) as stage:
        assert stage.one(genres=("a", "b")) is None
        assert plex.names("1", Field.GENRES).count("a") == 1


def test_one_value_that_is_refused_keeps_no_other_back(tmp_path: Path) -> None:
    plex = PlexInMemory({"1": {}})

    def refuse(edit: Edit) -> None:
        if "bad" in edit.parameters:
            raise ItemRejected(rating_key="1", status="400", detail="no")

    plex.before = refuse
    with opened(tmp_path, plex) as stage:
        error = stage.one(title="T", studio="bad studio", genres=("g",), labels=("L", "bad label"))
        assert isinstance(error, ItemRejected)
        assert (error.data["field"], error.data["value"]) == ("studio", "bad studio")
        fields = plex.item("1").fields
        assert (fields[Field.TITLE], fields[Field.STUDIO], fields[Field.GENRES]) == ("T", "", ("g",))
        states = {"title": "written", "studio": "failed", "genres": "written", "labels": "failed"}
        assert stage.journal() == states


def test_a_value_refused_for_one_of_many_items_costs_the_others_nothing(tmp_path: Path) -> None:
    plex = PlexInMemory({str(key): {} for key in range(1, 31)})

    def refuse(edit: Edit) -> None:
        if "7" in edit.rating_keys:
            raise ItemRejected(rating_key="7", status="400", detail="no")

    plex.before = refuse
    with opened(tmp_path, plex) as stage:
        results = stage.write({str(key): {Field.STUDIO: "S"} for key in range(1, 31)})
        assert [scene for scene, result in results.items() if result.error] == [7]
        assert all(plex.item(str(key)).fields[Field.STUDIO] == "S" for key in range(1, 31) if key != 7)


def test_a_short_way_when_all_is_well(tmp_path: Path) -> None:
    """One edit and one read for an item, or for a hundred that get the same."""
    plex = PlexInMemory({str(key): {} for key in range(1, 101)})
    with opened(tmp_path, plex) as stage:
        results = stage.write({str(key): {Field.STUDIO: "S", Field.GENRES: ("a",)} for key in range(1, 101)})
        assert {result.written for result in results.values()} == {2}
        assert (len(plex.sent), len(plex.reads)) == (1, 1)


def test_an_item_that_is_gone_is_told_and_others_are_written(tmp_path: Path) -> None:
    plex = PlexInMemory({"1": {}, "2": {}})
    with opened(tmp_path, plex) as stage:
        plans = [stage.plan(key, {Field.STUDIO: "S"}) for key in ("1", "2")]
        plex.remove("2")
        results = run(stage.applier.apply(plans, {}, frozenset()))
        assert results[1].error is None
        assert isinstance(results[2].error, ItemGone)
        assert plex.item("1").fields[Field.STUDIO] == "S"


def test_what_was_overtaken_is_neither_sent_nor_remembered(tmp_path: Path) -> None:
    plex = PlexInMemory({"1": {}, "2": {}})
    with opened(tmp_path, plex) as stage:
        plans = [stage.plan(key, {Field.STUDIO: f"S {key}"}) for key in ("1", "2")]
        left_out: set[int] = set()
        steps = stage.applier.apply(plans, {}, left_out)
        assert next(steps).ahead is Step.EDIT
        left_out.add(2)
        results = run(steps)
        assert results.keys() == {1}
        assert plex.item("2").fields[Field.STUDIO] == ""
        assert not stage.store.links.of_scenes([2])


def failing(status: int = 500) -> BadAnswer:
    return BadAnswer(server="plex", url="memory", status=str(status), detail="database is locked")


def test_a_date_that_plex_fails_at_costs_only_itself(tmp_path: Path) -> None:
    plex = PlexInMemory({str(key): {} for key in range(1, 6)})

    def fail(edit: Edit) -> None:
        if "originallyAvailableAt.value" in edit.parameters and "3" in edit.rating_keys:
            raise failing()

    plex.before = fail
    wanted: dict[Field, Value] = {Field.TITLE: "T", Field.DATE: "2024-05-01", Field.GENRES: ("g",)}
    with opened(tmp_path, plex) as stage:
        results = stage.write({str(key): wanted for key in range(1, 6)})
        (bad,) = [result.error for result in results.values() if result.error is not None]
        assert isinstance(bad, ItemRejected)
        assert (bad.data["rating_key"], bad.data["field"], bad.data["value"]) == ("3", "date", "2024-05-01")
        shown = plex.item("3").fields
        assert (shown[Field.TITLE], shown[Field.DATE], shown[Field.GENRES]) == ("T", "", ("g",))


def test_a_server_that_takes_no_edits_blames_nobody_and_is_hardly_asked(tmp_path: Path) -> None:
    plex = PlexInMemory({str(key): {} for key in range(1, 31)})

    def fail(_: Edit) -> None:
        raise failing()

    plex.before = fail
    with opened(tmp_path, plex) as stage, pytest.raises(TakesNoEdits):
        stage.write({str(key): {Field.STUDIO: f"S {key}"} for key in range(1, 31)})
    assert len(plex.sent) == 2, "one edit, and one that would change nothing"


def test_a_proxy_that_finds_no_item_for_any_edit_blames_nobody(tmp_path: Path) -> None:
    """It answers 404 to what is no reading; the items are there all the same."""
    plex = PlexInMemory({str(key): {} for key in range(1, 31)})

    def deny(edit: Edit) -> None:
        raise ItemGone(rating_key=",".join(edit.rating_keys))

    plex.before = deny
    with opened(tmp_path, plex) as stage:
        for _ in range(2):
            with pytest.raises(BadAnswer):
                stage.write({str(key): {Field.STUDIO: f"S {key}"} for key in range(1, 31)})
        plex.before = lambda _: None
        results = stage.write({str(key): {Field.STUDIO: f"S {key}"} for key in range(1, 31)})
        assert not any(result.error for result in results.values())


def test_one_item_that_no_edit_finds_costs_only_itself(tmp_path: Path) -> None:
    plex = PlexInMemory({str(key): {} for key in range(1, 6)})

    def deny(edit: Edit) -> None:
        if "3" in edit.rating_keys:
            raise ItemGone(rating_key="3")

    plex.before = deny
    with opened(tmp_path, plex) as stage:
        results = stage.write({str(key): {Field.STUDIO: f"S {key}"} for key in range(1, 6)})
        assert [scene for scene, result in results.items() if result.error] == [3]


def test_a_server_that_stops_taking_edits_half_way_blames_nobody(tmp_path: Path) -> None:
    plex = PlexInMemory({str(key): {} for key in range(1, 31)})

    def fail(_: Edit) -> None:
        if len(plex.sent) > 10:
            raise failing()

    plex.before = fail
    with opened(tmp_path, plex) as stage, pytest.raises(TakesNoEdits):
        stage.write({str(key): {Field.STUDIO: f"S {key}"} for key in range(1, 31)})
    assert len(plex.sent) <= 10 + 4


def test_an_accident_is_looked_at_before_anything_is_sent_again(tmp_path: Path) -> None:
    """An edit that arrived although the connection was lost is not sent twice; another is."""
    plex = PlexInMemory({"1": {Field.GENRES: ("a",)}}, adding="doubled")
    plex.tries = 2

    def cut(edit: Edit) -> None:
        if "studio" in edit.parameters:
            raise Dropped(server="plex", url="memory", detail="hung up")

    plex.after = cut
    with opened(tmp_path, plex, {Field.GENRES: ("a",)}) as stage:
        assert stage.one(studio="S", genres=("a", "b")) is None
        assert len(stage.edits("studio")) == 1
        assert plex.names("1", Field.GENRES) == ["a", "b"]


def test_a_failure_in_passing_costs_no_attempt(tmp_path: Path) -> None:
    plex = PlexInMemory({"1": {}})

    def fail(_: Edit) -> None:
        if len(plex.sent) == 1:
            raise failing()

    plex.before = fail
    with opened(tmp_path, plex) as stage:
        assert stage.one(studio="S") is None


def test_an_item_that_plex_can_never_edit_is_no_outage(tmp_path: Path) -> None:
    """Not even of the one scene that is looked at alone: another item bears witness."""
    plex = PlexInMemory({"1": {}, "2": {}})

    def fail(edit: Edit) -> None:
        if "1" in edit.rating_keys:
            raise failing()

    plex.before = fail
    with opened(tmp_path, plex) as stage:
        assert stage.write({"2": {Field.STUDIO: "S"}})[2].error is None
        error = stage.one(studio="S")
        assert isinstance(error, ItemRejected)
        assert error.data["status"] == "500"
