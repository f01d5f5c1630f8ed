"""An edit that was answered by a fault takes effect later; its value is ours, whenever it comes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from inside import DIRECT, Inside, inside, item, scene, small_world

EDITS = {"method": "PUT", "path_regex": "/all$"}
NAME = "a.mp4"


@pytest.fixture
def stage() -> Iterator[Inside]:
    """A Plex that nobody listens to: only looking again tells what has happened there."""
    tags = [{"id": str(number), "name": f"Tag {number}"} for number in (1, 2)]
    world = small_world(scene(1, NAME, title="First", tag_ids=["1"]), items=[item(NAME)], tags=tags)
    with inside(world, settings={"image_poster": "off"}) as stage:
        stage.sync()
        assert shown(stage)["title"] == "First"
        yield stage


def shown(stage: Inside) -> Any:
    return stage.item_of_file(NAME)


def edit(stage: Inside, **values: Any) -> None:
    stage.edit_scene("1", **values)
    stage.later += 5
    stage.poll()


def edit_in_vain(stage: Inside, **values: Any) -> None:
    """Let an edit fail, and lie in the server until it is released."""
    fault = {"kind": "reset", "when": "later", "later_ms": 0}
    stage.plex.control("POST", "faults", [{**fault, "match": EDITS}, {"kind": "reset", "match": EDITS, "times": 5}])
    edit(stage, **values)
    try_to_work(stage)
    assert stage.plex.control("GET", "held") == {"held": 1}


def try_to_work(stage: Inside) -> None:
    while stage.worker.turn():
        pass


def come_to_effect(stage: Inside) -> None:
    stage.plex.control("POST", "release", {"cut": False})
    stage.wait_until(lambda: stage.plex.control("GET", "held") == {"held": 0}, 5)


def test_a_title_that_arrives_before_the_next_try_that_fails_as_well(stage: Inside) -> None:
    edit_in_vain(stage, title="Second")
    assert shown(stage)["title"] == "First"
    edit(stage, title="Third")
    try_to_work(stage)
    come_to_effect(stage)
    stage.wait_until(lambda: shown(stage)["title"] == "Second", 5)
    rest(stage)
    assert shown(stage)["title"] == "Third"


def test_a_title_that_arrives_after_the_next_one_did(stage: Inside) -> None:
    edit_in_vain(stage, title="Second")
    edit(stage, title="Third")
    rest(stage, 20)
    assert shown(stage)["title"] == "Third"
    come_to_effect(stage)
    stage.wait_until(lambda: shown(stage)["title"] == "Second", 5)
    rest(stage)
    assert shown(stage)["title"] == "Third"


def rest(stage: Inside, seconds: float = 1000) -> None:
    """Let time pass, all faults gone."""
    stage.plex.control("POST", "faults", [])
    for _ in range(4):
        stage.later += seconds / 4
        stage.worker.breaker.probe_now()
        stage.work()


def tags(stage: Inside) -> set[str]:
    return set(shown(stage)["Genre"])


def test_a_name_that_arrives_when_the_scene_has_it_no_more(stage: Inside) -> None:
    edit_in_vain(stage, tag_ids=["1", "2"])
    edit(stage, tag_ids=["1"])
    rest(stage, 20)
    come_to_effect(stage)
    stage.wait_until(lambda: tags(stage) == {"Tag 1", "Tag 2"}, 5)
    rest(stage)
    assert tags(stage) == {"Tag 1"}


def test_an_edit_that_a_kill_cut_off_is_remembered(stage: Inside) -> None:
    edit_in_vain(stage, title="Second")
    stage.begin_life()
    edit(stage, title="Third")
    rest(stage, 20)
    stage.begin_life()
    come_to_effect(stage)
    stage.wait_until(lambda: shown(stage)["title"] == "Second", 5)
    rest(stage)
    assert shown(stage)["title"] == "Third"


def test_what_a_person_says_meanwhile_stays(stage: Inside) -> None:
    edit_in_vain(stage, title="Second")
    come_to_effect(stage)
    stage.wait_until(lambda: shown(stage)["title"] == "Second", 5)
    edit(stage, title="Third")
    rest(stage, 20)
    key = shown(stage)["ratingKey"]
    stage.plex.control("POST", f"items/{key}", {"set": {"title": "Mine"}, "lock": ["title"]})
    rest(stage)
    assert shown(stage)["title"] == "Mine"


def test_rechecking_ends_and_writes_nothing(stage: Inside) -> None:
    edit_in_vain(stage, title="Second")
    stage.plex.control("POST", "release", {"cut": True})
    rest(stage, 20)
    stage.reset_counts()
    rest(stage)
    counts = stage.plex_counts()
    assert counts["GET"] > 0
    assert counts["PUT"] == 0
    assert stage.store.links.next_recheck() is None
    assert stage.store.links.of_scenes([1])[1, shown(stage)["ratingKey"]].base.intents == ()


def test_a_clock_set_back_a_year_puts_off_no_recheck(stage: Inside) -> None:
    edit_in_vain(stage, title="Second")
    edit(stage, title="Third")
    rest(stage, 20)
    come_to_effect(stage)
    stage.wait_until(lambda: shown(stage)["title"] == "Second", 5)
    stage.later -= 366 * 24 * 3600
    rest(stage)
    assert shown(stage)["title"] == "Third"


def poster(stage: Inside) -> str:
    return str(shown(stage)["thumb"]["sha1"])


def other_cover(stage: Inside, seed: int) -> str:
    """Change the scene's cover; returns the SHA-1 of its bytes."""
    stage.later += 2
    stage.stash.control("POST", "raw_scene", {"id": 1, "cover": {"seed": seed}})
    edit(stage, rating100=seed)
    with DIRECT.open(f"{stage.stash.url}/scene/1/screenshot", timeout=10) as answer:
        return hashlib.sha1(answer.read(), usedforsecurity=False).hexdigest()


@pytest.mark.parametrize("failing", ["all tries", "the first try", "the first choice"])
def test_a_cover_that_arrives_after_the_next_one_did(stage: Inside, failing: str) -> None:
    tries = {"all tries": 5, "the first try": 0, "the first choice": 0}[failing]
    path = "/poster" if failing == "the first choice" else "/posters$"
    method = "PUT" if failing == "the first choice" else "POST"
    stage.plex.control("POST", "switches", {"upload_selects": failing != "the first choice"})
    stage.reload(image_poster="merge")
    stage.sync()
    fault = {"kind": "reset", "match": {"method": method, "path_regex": path}}
    held = {**fault, "when": "later", "later_ms": 0}
    stage.plex.control("POST", "faults", [held, *([{**fault, "times": tries}] if tries else [])])
    second = other_cover(stage, 2)
    try_to_work(stage)
    assert (poster(stage) == second) == (not tries)
    third = other_cover(stage, 3)
    rest(stage, 20)
    assert poster(stage) == third
    come_to_effect(stage)
    stage.wait_until(lambda: poster(stage) == second, 5)
    rest(stage)
    assert poster(stage) == third
    assert stage.store.links.next_recheck() is None
