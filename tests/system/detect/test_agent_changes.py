"""Changes that no scene's own save tells of: entities renamed, deleted, merged; scenes deleted; a file out of sight."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest
from agent_stage import Stage, single, staged

from plexsync.store.state import AGENT_STATUS, AgentStatus

SETTINGS = {"image_poster": "off", "poll_seconds": 0.5}
MERGE = "mutation Do($input: PerformerMergeInput!) { performerMerge(input: $input) { id } }"
KINDS = {"tag": "Genre", "performer": "Role", "studio": "studio", "group": "Collection"}


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with staged(60, seed=6, stash_options={"version": "develop-2026-01"}, settings=SETTINGS) as stage:
        stage.begin()
        stage.sync_all()
        stage.wait_equal()
        yield stage


def create(stage: Stage, kind: str, name: str) -> str:
    made = stage.ask_stash(
        f"mutation Do($input: {kind.title()}CreateInput!) {{ {kind}Create(input: $input) {{ id }} }}",
        input={"name": name},
    )
    return str(made[f"{kind}Create"]["id"])


def give(stage: Stage, kind: str, entity: str, scenes: list[str]) -> None:
    """Put an entity on scenes."""
    many = {"mode": "ADD", "ids": [entity]}
    field = {"studio_id": entity} if kind == "studio" else {f"{kind}_ids": many}
    stage.mutate_list("bulkSceneUpdate", ids=scenes, **field)


def names_of(stage: Stage, kind: str, scene: str) -> set[str]:
    shown = stage.item_of(scene).get(KINDS[kind]) or []
    return {shown} if isinstance(shown, str) else {one if isinstance(one, str) else one["tag"] for one in shown}


@pytest.mark.parametrize("kind", KINDS)
def test_a_renamed_entity_has_its_new_name_on_all_its_scenes(stage: Stage, kind: str) -> None:
    scenes = single(stage.world, 12)
    entity = create(stage, kind, f"First {kind}")
    give(stage, kind, entity, scenes)
    stage.wait_until(lambda: all(f"First {kind}" in names_of(stage, kind, scene) for scene in scenes), 10)
    stage.mutate(f"{kind}Update", id=entity, name=f"Sécond, {kind}")
    stage.wait_equal()
    for scene in scenes:
        assert f"Sécond, {kind}" in names_of(stage, kind, scene)
        assert f"First {kind}" not in names_of(stage, kind, scene)


@pytest.mark.parametrize("kind", KINDS)
def test_a_deleted_entity_leaves_all_its_scenes(stage: Stage, kind: str) -> None:
    scenes = single(stage.world, 12)
    entity = create(stage, kind, f"Doomed {kind}")
    give(stage, kind, entity, scenes)
    stage.wait_until(lambda: all(f"Doomed {kind}" in names_of(stage, kind, scene) for scene in scenes), 10)
    stage.mutate(f"{kind}Destroy", id=entity)
    stage.wait_equal()
    assert not any(f"Doomed {kind}" in names_of(stage, kind, scene) for scene in scenes)


def test_a_merged_tag_is_the_other_one_everywhere(stage: Stage) -> None:
    scenes = single(stage.world, 12)
    source, target = create(stage, "tag", "From here"), create(stage, "tag", "To there")
    give(stage, "tag", source, scenes)
    give(stage, "tag", target, scenes[:3])
    stage.wait_until(lambda: all("From here" in names_of(stage, "tag", scene) for scene in scenes), 10)
    stage.mutate("tagsMerge", source=[source], destination=target)
    stage.wait_equal()
    for scene in scenes:
        assert "To there" in names_of(stage, "tag", scene)
        assert "From here" not in names_of(stage, "tag", scene)


def test_a_merged_performer_is_the_other_one_everywhere(stage: Stage) -> None:
    scenes = single(stage.world, 12)
    source, target = create(stage, "performer", "Was Here"), create(stage, "performer", "Is There")
    give(stage, "performer", source, scenes)
    give(stage, "performer", target, scenes[:3])
    stage.wait_until(lambda: all("Was Here" in names_of(stage, "performer", scene) for scene in scenes), 10)
    stage.ask_stash(MERGE, input={"source": [source], "destination": target})
    stage.wait_equal()
    for scene in scenes:
        assert "Is There" in names_of(stage, "performer", scene)
        assert "Was Here" not in names_of(stage, "performer", scene)


def test_a_deleted_scene_is_forgotten_and_its_item_left_as_it_is(stage: Stage) -> None:
    scene = single(stage.world, 30)[-1]
    stage.edit_scene(scene, title="the last title")
    stage.wait_until(lambda: stage.item_of(scene)["title"] == "the last title", 10)
    stage.rig_idle()
    stage.mutate("sceneDestroy", id=scene)
    stage.wait_until(lambda: stage.store.jobs.get(int(scene)) is None, 10)
    assert stage.item_of(scene)["title"] == "the last title"
    assert int(scene) not in stage.store.scenes.ids()


def has_title(stage: Stage, scene: str, title: str) -> bool:
    return bool(stage.item_of(scene)["title"] == title)


def test_a_database_out_of_sight_is_polled(stage: Stage) -> None:
    """As from another container: the path Stash names does not exist here."""
    (scene,) = single(stage.world, 1)
    database = stage.folder / "stash"
    hidden = stage.folder / "another machine"
    stage.kill_agent()
    database.rename(hidden)
    try:
        stage.begin()
        stage.wait_until(lambda: "out of sight: polling" in stage.log(), 10)
        stage.wait_until(lambda: not stage.store.state.get(AGENT_STATUS, AgentStatus()).sees_file, 10)
        for turn in range(3):
            stage.edit_scene(scene, title=f"out of sight {turn}")
            stage.wait_until(partial(has_title, stage, scene, f"out of sight {turn}"), 10)
    finally:
        stage.kill_agent()
        hidden.rename(database)
