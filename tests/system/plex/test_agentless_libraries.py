"""In a library without an agent TV apps show the background, so the cover is the background there too."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from inside import Inside, inside, item, scene, small_world

AGENTS = ["tv.plex.agents.none", "com.plexapp.agents.none"]


@pytest.fixture
def stage(request: pytest.FixtureRequest) -> Iterator[Inside]:
    agent, settings = request.param
    world = small_world(scene(1, "a.mp4", cover={"seed": 1}), items=[item("a.mp4")])
    world.plex["sections"][0]["agent"] = agent
    with inside(world, settings=settings) as stage:
        yield stage


def pictures(stage: Inside) -> tuple[Any, Any]:
    """The bytes of ours that Plex shows as poster and as background."""
    shown = stage.item_of_file("a.mp4")
    return shown["thumb"]["sha1"], shown["art"]["sha1"]


def uploads(stage: Inside) -> int:
    return sum(one["method"] == "POST" for one in stage.plex.control("GET", "requests")["requests"])


@pytest.mark.parametrize("stage", [(agent, {}) for agent in AGENTS], indirect=True)
def test_the_cover_is_the_background_too(stage: Inside) -> None:
    stage.sync()
    poster, background = pictures(stage)
    assert poster
    assert poster == background
    before = uploads(stage)
    stage.sync()
    assert uploads(stage) == before


@pytest.mark.parametrize("stage", [("tv.plex.agents.movie", {})], indirect=True)
def test_a_library_with_an_agent_keeps_its_background(stage: Inside) -> None:
    stage.sync()
    poster, background = pictures(stage)
    assert poster
    assert not background


@pytest.mark.parametrize("stage", [(AGENTS[0], {"image_art": "off"})], indirect=True)
def test_what_a_person_set_wins(stage: Inside) -> None:
    stage.sync()
    poster, background = pictures(stage)
    assert poster
    assert not background
    stage.reload()
    stage.sync()
    assert pictures(stage) == (poster, poster), "not set any more"


@pytest.mark.parametrize("stage", [(AGENTS[0], {})], indirect=True)
def test_a_background_that_a_person_chose_stays(stage: Inside) -> None:
    key = stage.item_of_file("a.mp4")["ratingKey"]
    stage.ask_plex("POST", f"/library/metadata/{key}/arts", b"mine")
    stage.plex.control("POST", f"items/{key}", {"lock": ["art"]})
    mine = pictures(stage)[1]
    stage.sync()
    poster, background = pictures(stage)
    assert poster
    assert background == mine != poster


@pytest.mark.parametrize("stage", [("tv.plex.agents.movie", {})], indirect=True)
def test_a_library_that_loses_its_agent_gets_backgrounds(stage: Inside) -> None:
    stage.sync()
    stage.ask_plex("PUT", f"/library/sections/1?agent={AGENTS[0]}")
    stage.later += 120
    stage.work()
    poster, background = pictures(stage)
    assert poster
    assert poster == background


@pytest.mark.parametrize("stage", [(AGENTS[0], {})], indirect=True)
def test_a_background_switched_off_and_on_again_is_still_ours(stage: Inside) -> None:
    """The cover changed meanwhile: what stands there is the earlier one, and no person's."""
    stage.sync()
    first, _ = pictures(stage)
    stage.reload(image_art="off")
    time.sleep(1.1)  # stamps have whole seconds
    stage.stash.control("POST", "raw_scene", {"id": 1, "cover": {"seed": 7}})
    stage.edit_scene("1", rating100=40)
    stage.poll()
    stage.work()
    poster, background = pictures(stage)
    assert background == first != poster
    stage.reload()
    stage.sync()
    assert pictures(stage) == (poster, poster)
