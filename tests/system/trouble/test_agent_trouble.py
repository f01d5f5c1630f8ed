"""Trouble with a whole server: nothing is lost, no attempt is spent, work goes on by itself in seconds."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from agent_stage import Stage, single, staged

from plexsync.store.jobs import State
from plexsync.store.state import AGENT_STATUS, AgentStatus
from plexsync_simulators.shared.json_type import Json

EVERY = -1


@dataclass(frozen=True)
class Trouble:
    """An act on a server and its undoing; ``code`` is what the breaker must say, "" where it heals by itself."""

    name: str
    server: str
    path: str
    body: Any
    healed: Any
    code: str = ""
    breaker: str = "worker"


def fault(kind: str, times: int = EVERY, method: str = ".*", **more: Any) -> list[Json]:
    return [{"match": {"method": method, **more.pop("match", {})}, "kind": kind, "times": times, **more}]


TROUBLES = [
    Trouble("plex_down", "plex", "down", {"seconds": 60}, {"seconds": 0}, "dropped"),
    Trouble("plex_starting", "plex", "starting", {"on": True}, {"on": False}, "starting"),
    Trouble("token_refused", "plex", "tokens", {"owner": ["x"]}, {"owner": ["simulated-token"]}, "token_refused"),
    Trouble("plex_500", "plex", "faults", fault("status", status=500), [], "bad_answer"),
    Trouble("plex_403", "plex", "faults", fault("status", status=403, method="PUT"), [], "not_allowed"),
    Trouble("writes_503", "plex", "faults", fault("status", status=503, method="PUT"), [], "starting"),
    Trouble("reset_before", "plex", "faults", fault("reset", 3, "PUT"), []),
    Trouble("reset_after", "plex", "faults", fault("reset", 3, "PUT", when="after"), []),
    Trouble("error_after", "plex", "faults", fault("status", 3, "PUT", when="after", status=503), []),
    Trouble("truncated", "plex", "faults", fault("truncate", 2, "GET", match={"path_regex": "/metadata/"}), []),
    Trouble("hanging_write", "plex", "faults", fault("hang", 1, "PUT", when="after", delay_ms=3000), []),
    Trouble("hanging_read", "plex", "faults", fault("hang", 1, "GET", delay_ms=3000), []),
    Trouble("stash_down", "stash", "down", {"seconds": 60}, {"seconds": 0}, "dropped", "feed"),
    Trouble("stash_500", "stash", "faults", fault("status", status=500, method="POST"), [], "bad_answer", "feed"),
    Trouble("stash_truncated", "stash", "faults", fault("truncate", 2, "POST"), []),
    Trouble("stash_reset", "stash", "faults", fault("reset", 2, "POST"), []),
    Trouble("stash_hanging", "stash", "faults", fault("hang", 1, "POST", delay_ms=3000), []),
]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with staged(40, seed=3, settings={"read_timeout": 1}) as stage:
        stage.begin()
        stage.sync_all()
        stage.wait_equal()
        yield stage


@pytest.mark.parametrize("trouble", TROUBLES, ids=[trouble.name for trouble in TROUBLES])
def test_nothing_is_lost_and_work_goes_on_by_itself(stage: Stage, trouble: Trouble) -> None:
    server = getattr(stage, trouble.server)
    scenes = single(stage.world, 5)
    if trouble.server == "plex":
        server.control("POST", trouble.path, trouble.body)
    documents = [{"id": scene, "title": f"{trouble.name} {scene}", "rating100": None} for scene in scenes]
    stage.ask_stash("mutation Do($input: [SceneUpdateInput!]!) { scenesUpdate(input: $input) { id } }", input=documents)
    if trouble.server == "stash":
        server.control("POST", trouble.path, trouble.body)
    if trouble.code:
        stage.wait_until(lambda: trip(stage, trouble.breaker) == trouble.code, 10)
        assert {stage.job(scene).attempts for scene in scenes} == {0}, "no attempt is spent on a server's trouble"
        assert not any(state is State.DEAD for state, _ in stage.jobs_by_state())
        server.control("POST", trouble.path, trouble.healed)
    stage.wait_equal(12)
    assert {stage.item_of(scene)["title"] for scene in scenes} == {f"{trouble.name} {scene}" for scene in scenes}
    stage.wait_until(lambda: trip(stage, "worker") is None and trip(stage, "feed") is None, 10)


def trip(stage: Stage, breaker: str) -> str | None:
    """The code for which a breaker is open, as the agent shows it to people."""
    status = stage.store.state.get(AGENT_STATUS, AgentStatus())
    return status.outages[breaker].code if breaker in status.outages else None


@pytest.mark.parametrize("name", ["plex_down", "writes_503", "stash_scenes_500"])
def test_a_long_outage_is_told_once_and_not_with_every_probe(stage: Stage, name: str) -> None:
    outage = {trouble.name: trouble for trouble in [*TROUBLES, UNREADABLE]}[name]
    server = getattr(stage, outage.server)
    (scene,) = single(stage.world, 1)
    before = len(stage.log().splitlines())
    server.control("POST", outage.path, outage.body)
    if outage.server == "plex":
        stage.edit_scene(scene, title=f"outage {name}")
    stage.store.commands.ask("sync", {"scope": "scenes", "origin": "test", "scenes": [int(scene)]}, time.time())
    stage.wait_until(lambda: trip(stage, "worker") == outage.code, 10)
    time.sleep(2.5)
    told = [line for line in stage.log().splitlines()[before:] if "waiting" in line or "working again" in line]
    server.control("POST", outage.path, outage.healed)
    stage.wait_equal(12)
    assert len(told) == 1, told
    assert stage.log().splitlines()[-1] != told[0], "and its end is told as well"


UNREADABLE = Trouble(
    "stash_scenes_500",
    "stash",
    "faults",
    fault("status", status=500, match={"operation_regex": "^Scenes$"}),
    [],
    "bad_answer",
)
