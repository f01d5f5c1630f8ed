"""One item of Plex with files of two scenes: written if both say the same, or for the one that a rule prefers."""

from __future__ import annotations

from contextlib import AbstractContextManager

import pytest
from inside import Inside, inside, item, scene, small_world

from plexsync_simulators.shared.json_type import Json

SAME = {"title": "The same", "details": "Said by both."}


def two(first: Json, second: Json, **settings: str) -> AbstractContextManager[Inside]:
    world = small_world(
        scene(1, "low.mp4", **first), scene(2, "high.mp4", **second), items=[item("low.mp4", "high.mp4")]
    )
    world.stash["scenes"][1]["files"][0] |= {"width": 1920, "height": 1080}
    return inside(world, settings={"image_poster": "off", **settings})


def title(stage: Inside) -> str:
    return str(stage.item_of_file("low.mp4")["title"])


def test_two_scenes_that_say_the_same_are_written_and_none_is_in_doubt() -> None:
    with two(SAME, SAME) as stage:
        stage.sync()
        assert title(stage) == "The same"
        assert {stage.job(one).cause for one in (1, 2)} == {""}
        assert not stage.reconcile().gaps


def test_where_they_differ_nothing_is_written_and_the_doubt_ends_with_an_edit() -> None:
    with two(SAME, {**SAME, "title": "Another"}) as stage:
        stage.sync()
        assert title(stage) not in {"The same", "Another"}
        assert {stage.job(one).cause for one in (1, 2)} == {"ambiguous"}
        stage.edit_scene("2", title="The same")
        stage.poll()
        stage.work()
        assert title(stage) == "The same"
        assert {stage.job(one).cause for one in (1, 2)} == {""}, "the other one was woken"


def test_scenes_that_come_to_differ_leave_what_is_there() -> None:
    with two(SAME, SAME) as stage:
        stage.sync()
        stage.edit_scene("2", title="Another")
        stage.poll()
        stage.work()
        assert title(stage) == "The same"
        assert stage.job(2).cause == "ambiguous"


@pytest.mark.parametrize(("rule", "winner", "loser"), [("first", 1, 2), ("resolution", 2, 1)])
def test_a_rule_chooses_and_the_other_scene_is_told_whose_it_is(rule: str, winner: int, loser: int) -> None:
    with two({"title": "Of 1"}, {"title": "Of 2"}, shared_items=rule) as stage:
        stage.sync()
        assert title(stage) == f"Of {winner}"
        assert stage.job(winner).cause == ""
        assert (stage.job(loser).cause, stage.job(loser).detail["code"]) == ("declined", "file_found")
        stage.edit_scene(str(loser), title="Edited")
        stage.edit_scene(str(winner), title="Edited too")
        stage.poll()
        stage.work()
        assert title(stage) == "Edited too"


def test_the_rule_taken_back_writes_nothing_any_more() -> None:
    with two({"title": "Of 1"}, {"title": "Of 2"}, shared_items="first") as stage:
        stage.sync()
        stage.reload(shared_items="")
        stage.edit_scene("1", title="Later")
        stage.poll()
        stage.work()
        assert title(stage) == "Of 1"
        assert stage.job(1).cause == "ambiguous"


def test_two_bare_scenes_in_place_of_two_that_vanished_clear_nothing() -> None:
    """The second one comes to an item of which the first says as little: what both inherited stays."""
    names = ("4k/Film.mp4", "hd/Film.mp4")
    world = small_world(*(scene(number, name, **SAME) for number, name in enumerate(names, 1)), items=[item(*names)])
    with inside(world, settings={"image_poster": "off"}) as stage:
        stage.sync()
        files = [
            stage.ask_stash(f"{{ findScene(id: {one}) {{ files {{ id }} }} }}")["findScene"]["files"][0]["id"]
            for one in (1, 2)
        ]
        stage.ask_stash("mutation { scenesDestroy(input: { ids: [1, 2] }) }")
        settle(stage)
        for file in files:
            stage.ask_stash("mutation Do($file: ID!) { sceneCreate(input: { file_ids: [$file] }) { id } }", file=file)
            settle(stage)
            shown = stage.item_of_file(names[0])
            assert (shown["title"], shown["summary"]) == ("The same", "Said by both.")
        stage.reconcile(allowed=True)
        settle(stage)
        assert stage.item_of_file(names[0])["title"] == "The same"


def settle(stage: Inside) -> None:
    for _ in range(6):
        stage.poll()
        stage.work()


@pytest.mark.parametrize("rule", ["first", "resolution"])
def test_a_better_file_that_was_only_just_scanned_empties_nothing(rule: str) -> None:
    """Its scene says nothing yet, so it comes after the one that does."""
    bare: Json = {"title": ""}
    first, second = (SAME, bare) if rule == "resolution" else (bare, SAME)
    with two(first, second, shared_items=rule) as stage:
        stage.sync()
        assert title(stage) == "The same"
        assert stage.item_of_file("low.mp4")["summary"] == "Said by both."
