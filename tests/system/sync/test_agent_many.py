"""Hundreds of edits: more than fit into one poll or one batch; all of them arrive, with few requests."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from agent_stage import Stage, run_at_once, staged


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with staged(560, seed=2, settings={"image_poster": "off"}) as stage:
        stage.begin()
        stage.sync_all()
        stage.wait_equal(30)
        yield stage


def test_edits_by_eight_clients_at_once_are_all_in_plex(stage: Stage) -> None:
    scenes = [scene["id"] for scene in stage.world.stash["scenes"]][:500]

    def edit(mine: list[str]) -> None:
        for scene in mine:
            stage.edit_scene(scene, title=f"edited {scene}", rating100=int(scene) % 100 + 1, tag_ids=["3", "6"])

    run_at_once([partial(edit, scenes[n::8]) for n in range(8)])
    stage.wait_equal(40)


def test_a_bulk_edit_costs_few_requests_and_loses_nothing(stage: Stage) -> None:
    stage.reset_counts()
    scenes = [scene["id"] for scene in stage.world.stash["scenes"]][:500]
    stage.mutate_list("bulkSceneUpdate", ids=scenes, details="the same for all", studio_id="3")
    stage.wait_equal(30)
    plex, stash = stage.plex_counts(), stage.stash_counts()
    assert plex["PUT"] <= 500
    assert stash["query"] <= 500 / 100 + 5
    assert plex["GET"] <= 500 / 50 + 20


def test_different_edits_of_all_cost_at_most_a_put_each(stage: Stage) -> None:
    stage.reset_counts()
    scenes = [scene["id"] for scene in stage.world.stash["scenes"]][:500]
    documents = [{"id": scene, "title": f"one by one {scene}"} for scene in scenes]
    body = "mutation Do($input: [SceneUpdateInput!]!) { scenesUpdate(input: $input) { id } }"
    stage.ask_stash(body, input=documents)
    stage.wait_equal(40)
    plex, stash = stage.plex_counts(), stage.stash_counts()
    items = sum(len(paths) for scene, paths in stage.world.belongs.items() if int(scene) <= 500)
    assert plex["PUT"] <= items
    assert stash["query"] <= 500 / 100 + 5
    assert plex["GET"] <= 500 / 50 + 20
