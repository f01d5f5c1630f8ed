"""One change of many scenes is a few edits, whatever else is on each, and whether Plex adds names or replaces them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from agent_stage import Stage
from inside import Inside, inside, item, scene, small_world

from plexsync.domain.capabilities import Adding, EditCapabilities
from plexsync.domain.model import Base, Change, Field, Plan, Why
from plexsync.plex.editing.capabilities import ServerCapabilities, known_servers
from plexsync.plex.editing.edit_batching import EditBatching
from plexsync.plex.items import PlexItems
from plexsync.store.state import KNOWN_SERVERS, KnownServers
from plexsync_simulators.world import World

SETTINGS = {"image_poster": "off"}
MANY = 130


def world() -> World:
    """Many scenes with one tag in common, and each with another set of tags besides."""
    tags = [{"id": "1", "name": "Common"}, *({"id": str(n), "name": f"Tag, {n}"} for n in range(2, 40))]
    scenes = [
        scene(n, f"{n}.mp4", tag_ids=["1", str(2 + n % 38), str(2 + n * 7 % 38), str(2 + n * 5 % 37)])
        for n in range(1, MANY + 1)
    ]
    return small_world(*scenes, items=[item(f"{n}.mp4") for n in range(1, MANY + 1)], tags=tags)


def rename(stage: Inside, name: str) -> int:
    """Rename the tag all have, bring it over, and return how many PUTs that took."""
    stage.reset_counts()
    stage.mutate("tagUpdate", id="1", name=name)
    stage.poll()
    stage.work()
    return stage.plex_counts()["PUT"]


@pytest.mark.parametrize("semantics", ["append", "replace"])
def test_a_renamed_tag_is_everywhere_and_nothing_else_is_lost(semantics: str) -> None:
    with inside(world(), settings=SETTINGS) as stage:
        stage.plex.control("POST", "tag_semantics", {"tag_semantics": semantics})
        stage.sync()
        mine = stage.item_of_file("7.mp4")
        stage.plex.control(
            "POST", f"items/{mine['ratingKey']}", {"set": {"Genre": [*mine["Genre"], "A person's"]}, "lock": ["genre"]}
        )
        puts = rename(stage, "Renamed")
        assert not stage.differences().keys() - {"/media/7.mp4"}
        assert "A person's" in stage.item_of_file("7.mp4")["Genre"]
        assert "Renamed" in stage.item_of_file("7.mp4")["Genre"]
        assert not any("Common" in one["Genre"] for one in stage.items().values())
        assert puts <= (8 if semantics == "append" else MANY + 1)
        again = rename(stage, "Once more, with a comma")
        assert not stage.differences().keys() - {"/media/7.mp4"}
        assert again <= (7 if semantics == "append" else MANY)


def test_what_was_found_out_is_of_one_version_alone() -> None:
    with inside(world(), settings=SETTINGS) as stage:
        stage.sync()
        rename(stage, "Renamed")
        kept = known_servers(stage.store).current
        assert kept.adding is Adding.ADDS
        older = replace(kept, server=(kept.server[0], "an older version"))
        stage.store.state.put(KNOWN_SERVERS, KnownServers((older,)))
        stage.plex.control("POST", "tag_semantics", {"tag_semantics": "replace"})
        rename(stage, "Once more")
        assert not stage.differences()
        assert known_servers(stage.store).current.adding is Adding.REPLACES


def test_few_changes_are_sent_as_they_are() -> None:
    with inside(world(), settings=SETTINGS) as stage:
        stage.sync()
        stage.mutate_list("bulkSceneUpdate", ids=["1", "2", "3"], tag_ids={"mode": "REMOVE", "ids": ["1"]})
        stage.poll()
        stage.work()
        assert known_servers(stage.store).current.adding is None
        assert not stage.differences()


def test_a_kill_between_the_trial_and_the_rest_loses_nothing() -> None:
    with inside(world(), settings=SETTINGS) as stage:
        stage.plex.control("POST", "tag_semantics", {"tag_semantics": "replace"})
        stage.sync()
        stage.mutate("tagUpdate", id="1", name="Renamed")
        stage.poll()
        # The trial's PUT goes through, the read after it does not: as if the agent ended there.
        stage.plex.control(
            "POST", "faults", [{"match": {"method": "PUT"}, "times": 1, "kind": "reset", "when": "after"}]
        )
        stage.worker.turn()
        stage.plex.control("POST", "faults", [])
        stage.later += 60
        stage.work()
        assert not stage.differences()


def test_an_edit_of_a_scene_of_a_batch_at_work_neither_waits_for_its_end_nor_is_undone_by_it() -> None:
    stage = Stage(world(), settings=SETTINGS)
    try:
        stage.begin()
        stage.sync_all()
        last = stage.items()[f"/media/{MANY}.mp4"]["ratingKey"]
        stage.plex.control("POST", "latency", {"write_ms": 30})
        stage.reset_counts()
        body = "mutation Do($input: [SceneUpdateInput!]!) { scenesUpdate(input: $input) { id } }"
        stage.ask_stash(body, input=[{"id": str(n), "title": f"First {n}"} for n in range(1, MANY + 1)])
        stage.wait_until(lambda: stage.plex_counts()["PUT"] > 5, 10)
        stage.edit_scene(str(MANY), title="Second")
        stage.wait_until(lambda: stage.item_now(last)["title"] == "Second", 10)
        done = sum(one["title"].startswith("First") for one in stage.items().values())
        assert done < MANY * 9 // 10, "the batch goes on"
        stage.wait_equal(30)
        assert stage.item_now(last)["title"] == "Second"
    finally:
        stage.close()


def test_what_would_go_in_a_request_of_its_own_waits_for_others_to_fill_it() -> None:
    with inside(small_world(scene(1, "1.mp4"), items=[item("1.mp4")])) as stage:
        items = PlexItems(lambda: stage.shared.targets[0].client)
        grouping = EditBatching(items, ServerCapabilities(stage.store, items))
        many = [renamed(key, "1") for key in range(1, 231)]
        few = [renamed(key, "2") for key in range(301, 331)]
        assert not grouping.left_over([*many, *few]), "whole lists, each another"
        known = EditCapabilities(("any", "version"), Adding.ADDS)
        stage.store.state.put(KNOWN_SERVERS, KnownServers((known,)))
        assert grouping.left_over([*many, *few]) == {str(key) for key in range(201, 231)}
        assert not grouping.left_over(few)
        assert not grouping.left_over(many[:200])


def renamed(key: int, section: str) -> Plan:
    """An item whose tag has another name, beside a tag that no other item has."""
    change = Change(Field.GENRES, ("Old", f"Own {key}"), ("New", f"Own {key}"), Why.LIST_MERGE)
    return Plan(key, str(key), section, (change,), (), Base())
