"""Killed at any instruction: no edit is lost, a person's value stays, and what a cut-off write left counts as ours."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

import pytest
from agent_stage import Stage, single, staged

from plexsync.store.jobs import State
from plexsync_simulators.shared.json_type import Json

KILLS = 20
SAVE_MANY = "mutation Do($input: [SceneUpdateInput!]!) { scenesUpdate(input: $input) { id } }"


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with staged(60, seed=5, plex_options={"write_latency_ms": 15}, settings={"image_poster": "off"}) as stage:
        yield stage


def random_fields(chance: random.Random) -> Json:
    """A few fields of a scene, some of them cleared."""
    values: Json = {
        "title": chance.choice(["", f"title {chance.randrange(10**6)}"]),
        "details": chance.choice(["", f"details {chance.randrange(10**6)}"]),
        "date": chance.choice([None, f"20{chance.randrange(10, 25)}-0{chance.randrange(1, 10)}-11"]),
        "rating100": chance.choice([None, chance.randrange(1, 101)]),
        "director": chance.choice(["", f"Director {chance.randrange(5)}"]),
        "studio_id": chance.choice([None, str(chance.randrange(1, 6))]),
        "performer_ids": [str(one) for one in chance.sample(range(1, 8), chance.randrange(4))],
        "tag_ids": [str(one) for one in chance.sample(range(3, 12), chance.randrange(5))],
    }
    return {name: values[name] for name in chance.sample(sorted(values), 4)}


@pytest.mark.slow
def test_killed_again_and_again_during_a_sync_and_edits(stage: Stage) -> None:
    chance = random.Random(2024)
    persons, *others = single(stage.world, 40)
    key = stage.item_of(persons)["ratingKey"]
    mine = {"summary": "A person's own words.", "studio": "A person's own studio"}
    stage.plex.control("POST", f"items/{key}", {"set": mine, "lock": ["summary", "studio"]})
    stage.edit_scene(persons, details="Stash's words", studio_id="2")
    file = stage.world.belongs[persons][0]
    kill_the_first_sync(stage, chance)
    stage.begin()
    stage.sync_all()
    stage.wait_equal(30, besides=file)
    stage.kill_agent()
    kill_during_edits(stage, chance, others)
    stage.begin()
    stage.wait_equal(30, besides=file)
    assert stage.differences()[file].keys() == {"summary", "studio"}
    assert {name: stage.item_now(key)[name] for name in mine} == mine
    assert stage.integrity() == "ok"
    assert stage.journal_states().keys() <= {"written", "failed"}, "no intent was left open"
    assert not any(state is State.DEAD for state, _ in stage.jobs_by_state())

    none = {"mode": "SET", "ids": []}
    texts = {"title": "", "details": "", "date": "", "director": "", "rating100": None, "studio_id": None}
    lists = {"performer_ids": none, "tag_ids": none, "group_ids": none}
    stage.mutate_list("bulkSceneUpdate", ids=others, **texts, **lists)
    stage.wait_equal(30, besides=file)
    assert {name: stage.item_now(key)[name] for name in mine} == mine


def kill_the_first_sync(stage: Stage, chance: random.Random) -> None:
    """The asker of a sync that is cut off hears so, and asks again."""
    for _ in range(6):
        stage.start_agent()
        stage.store.commands.ask("sync", {"scope": "all", "origin": "test"}, time.time())
        time.sleep(chance.uniform(0.6, 1.6))
        stage.kill_agent()


def kill_during_edits(stage: Stage, chance: random.Random, scenes: list[str]) -> None:
    """Edit a few scenes before or while the agent works, and kill it after a few writes."""
    for _ in range(KILLS):
        stage.start_agent()
        time.sleep(chance.uniform(0.2, 1.0))
        documents = [{"id": scene, **random_fields(chance)} for scene in chance.sample(scenes, 15)]
        stage.ask_stash(SAVE_MANY, input=documents)
        edits = number_of_edits(stage)
        wanted, limit = edits + chance.randrange(1, 12), time.monotonic() + chance.uniform(0.3, 1.2)
        while number_of_edits(stage) < wanted and time.monotonic() < limit:
            time.sleep(0.005)
        time.sleep(chance.uniform(0.0, 0.05))
        stage.kill_agent()


def number_of_edits(stage: Stage) -> int:
    return int(stage.plex_counts().get("PUT section_all", 0))
