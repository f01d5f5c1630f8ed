"""Every operation on performers, studios, tags and groups: none of them moves a scene's time stamp."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from change_stage import Changes, changes

FIELDS = {"tag": "Genre", "performer": "Role", "studio": "studio", "group": "Collection"}
KINDS = sorted(FIELDS)


@pytest.fixture(scope="module")
def stage() -> Iterator[Changes]:
    with changes(130) as stage:
        yield stage


def names(stage: Changes, kind: str, scene: str) -> set[str]:
    """Return an item's names of a kind."""
    found = stage.shown(scene).get(FIELDS[kind]) or []
    return {found} if isinstance(found, str) else {one if isinstance(one, str) else one["tag"] for one in found}


def give(stage: Changes, kind: str, entity: str, scenes: list[str]) -> None:
    many = {"mode": "ADD", "ids": [entity]}
    stage.mutate_list(
        "bulkSceneUpdate", ids=scenes, **({"studio_id": entity} if kind == "studio" else {f"{kind}_ids": many})
    )


def on_scenes(stage: Changes, kind: str, number: int = 2) -> tuple[str, str, list[str]]:
    """A new entity that scenes of its own show: its id, its name, and them."""
    name, scenes = stage.name(kind), stage.take_some(number)
    entity = stage.create(kind, name)
    give(stage, kind, entity, scenes)
    stage.wait_until(lambda: all(name in names(stage, kind, scene) for scene in scenes))
    return entity, name, scenes


def instead(stage: Changes, kind: str, scenes: list[str], old: str, new: str) -> None:
    """See that all scenes show the one and none the other."""
    stage.sees(lambda: all(new in names(stage, kind, scene) for scene in scenes))
    assert not any(old in names(stage, kind, scene) for scene in scenes)


@pytest.mark.parametrize("kind", KINDS)
def test_create(stage: Changes, kind: str) -> None:
    with stage.nothing_goes_out():
        stage.create(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_update_renames(stage: Changes, kind: str) -> None:
    entity, name, scenes = on_scenes(stage, kind)
    stage.mutate(f"{kind}Update", id=entity, name=f"Sécond, {name}")
    instead(stage, kind, scenes, name, f"Sécond, {name}")


def test_movie_update_renames_a_group_under_its_old_word(stage: Changes) -> None:
    entity, name, scenes = on_scenes(stage, "group")
    stage.ask_stash('mutation Do($id: ID!) { movieUpdate(input: { id: $id, name: "Film row" }) { id } }', id=entity)
    instead(stage, "group", scenes, name, "Film row")


@pytest.mark.parametrize("kind", KINDS)
def test_update_of_what_plex_does_not_show(stage: Changes, kind: str) -> None:
    """A rename alone is of interest: a picture, a favourite or a description is not (also performer_update_image)."""
    entity, _, _ = on_scenes(stage, kind, 1)
    with stage.nothing_goes_out():
        picture = "front_image" if kind == "group" else "image"
        texts: dict[str, dict[str, object]] = {
            "group": {"synopsis": "a"},
            "studio": {"details": "a", "organized": True},
        }
        other = texts.get(kind, {"favorite": True}) | {"custom_fields": {"full": {"room": "top"}}}
        stage.mutate(f"{kind}Update", id=entity, **{picture: f"data:image/png;base64,{PNG}", **other})


PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@pytest.mark.parametrize("kind", KINDS)
def test_bulk_update_of_two(stage: Changes, kind: str) -> None:
    """No bulk update renames; what it changes is nothing that Plex shows."""
    ids = [on_scenes(stage, kind, 1)[0] for _ in range(2)]
    value: dict[str, dict[str, object]] = {
        "tag": {"favorite": True},
        "performer": {"rating100": 5},
        "studio": {"rating100": 5},
        "group": {"rating100": 5},
    }
    with stage.nothing_goes_out():
        stage.mutate_list(f"bulk{kind.title()}Update", ids=ids, **value[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_destroy(stage: Changes, kind: str) -> None:
    entity, name, scenes = on_scenes(stage, kind)
    stage.mutate(f"{kind}Destroy", id=entity)
    stage.sees(lambda: not any(name in names(stage, kind, scene) for scene in scenes))


@pytest.mark.parametrize("kind", KINDS)
def test_destroy_two_at_once(stage: Changes, kind: str) -> None:
    made = [on_scenes(stage, kind, 1) for _ in range(2)]
    body = f"mutation Do($ids: [ID!]!) {{ {kind}sDestroy(ids: $ids) }}"
    stage.ask_stash(body, ids=[entity for entity, _, _ in made])
    stage.sees(lambda: not any(name in names(stage, kind, scenes[0]) for _, name, scenes in made))


def test_tags_merge_of_two_into_one(stage: Changes) -> None:
    (one, first, some), (two, second, others) = on_scenes(stage, "tag"), on_scenes(stage, "tag")
    target = stage.create("tag", "Merged tag")
    stage.mutate("tagsMerge", source=[one, two], destination=target)
    instead(stage, "tag", some, first, "Merged tag")
    instead(stage, "tag", others, second, "Merged tag")


def test_performer_merge_without_any_hook(stage: Changes) -> None:
    source, name, scenes = on_scenes(stage, "performer")
    target = stage.create("performer", "Merged person")
    merge = "mutation Do($input: PerformerMergeInput!) { performerMerge(input: $input) { id } }"
    stage.ask_stash(merge, input={"source": [source], "destination": target})
    instead(stage, "performer", scenes, name, "Merged person")


def test_a_performer_merge_that_renames_the_target(stage: Changes) -> None:
    (source, name, some), (target, other, more) = on_scenes(stage, "performer"), on_scenes(stage, "performer")
    merge = "mutation Do($input: PerformerMergeInput!) { performerMerge(input: $input) { id } }"
    values = {"id": target, "name": "Both in one"}
    stage.ask_stash(merge, input={"source": [source], "destination": target, "values": values})
    instead(stage, "performer", some, name, "Both in one")
    instead(stage, "performer", more, other, "Both in one")


def test_a_tag_merge_that_renames_the_target(stage: Changes) -> None:
    """Since v0.31 a merge takes edits along (recorded tags_merge_values)."""
    (source, name, some), (target, other, more) = on_scenes(stage, "tag"), on_scenes(stage, "tag")
    values = {"id": target, "name": "Both tags in one", "aliases": [name]}
    stage.mutate("tagsMerge", source=[source], destination=target, values=values)
    instead(stage, "tag", some, name, "Both tags in one")
    instead(stage, "tag", more, other, "Both tags in one")


def test_a_merge_and_a_new_one_in_one_breath(stage: Changes) -> None:
    """The number of tags is the same before and after."""
    (source, name, scenes), target = on_scenes(stage, "tag"), stage.create("tag", "Merged quickly")
    stage.rig_idle()
    stage.mutate("tagsMerge", source=[source], destination=target)
    stage.create("tag", "Another one at once")
    instead(stage, "tag", scenes, name, "Merged quickly")


def test_a_studio_above_is_renamed(stage: Changes) -> None:
    """Only the studio itself is shown; what is above it is another matter, and its own scenes show it."""
    above, name, scenes = on_scenes(stage, "studio", 1)
    below, _, others = on_scenes(stage, "studio", 1)
    stage.mutate("studioUpdate", id=below, parent_id=above)
    stage.rig_idle()
    stage.mutate("studioUpdate", id=above, name="Renamed above")
    instead(stage, "studio", scenes, name, "Renamed above")
    assert others
    stage.mutate("studioDestroy", id=above)
    stage.sees(lambda: "Renamed above" not in names(stage, "studio", scenes[0]))


def test_a_tag_gets_other_parents_and_a_rename_at_once(stage: Changes) -> None:
    """Recorded tag_update: name and parents in one mutation; its children are told of by nothing."""
    parent, child = on_scenes(stage, "tag"), on_scenes(stage, "tag")
    stage.mutate("tagUpdate", id=parent[0], name="Parent, renamed", child_ids=[child[0]])
    instead(stage, "tag", parent[2], parent[1], "Parent, renamed")
    assert child[1] in names(stage, "tag", child[2][0])


@pytest.mark.parametrize("kind", ["performer", "studio"])
def test_a_stash_box_batch_overwrites_names(stage: Changes, kind: str) -> None:
    entity, name, scenes = on_scenes(stage, kind)
    stage.stash.control("POST", "stash_box", {f"{kind}s": {entity: {"name": f"Boxed {kind}"}}})
    body = f"mutation Do($input: StashBoxBatchTagInput!) {{ stashBoxBatch{kind.title()}Tag(input: $input) }}"
    asked = {"stash_box_endpoint": "x", "refresh": False, "createParent": True, "ids": [entity]}
    stage.do_job(body, input=asked)
    instead(stage, kind, scenes, name, f"Boxed {kind}")


def test_groups_within_groups_show_nowhere(stage: Changes) -> None:
    whole, part, last = (on_scenes(stage, "group", 1)[0] for _ in range(3))
    entries = [{"group_id": part}, {"group_id": last}]
    body = "mutation Do($input: %s!) { %s(input: $input) }"
    with stage.nothing_goes_out():
        stage.graphql(
            body % ("GroupSubGroupAddInput", "addGroupSubGroups"),
            input={"containing_group_id": whole, "sub_groups": entries},
        )
        asked = {"group_id": whole, "sub_group_ids": [last], "insert_at_id": part}
        stage.graphql(body % ("ReorderSubGroupsInput", "reorderSubGroups"), input=asked)
        asked = {"containing_group_id": whole, "sub_group_ids": [part]}
        stage.graphql(body % ("GroupSubGroupRemoveInput", "removeGroupSubGroups"), input=asked)
