"""A full disk, a folder that cannot be written, a database that is damaged or too new, a clock that is wrong, a second
agent, a plugin that is replaced: real agents, and each time no edit is lost and somebody says what is the matter.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Iterator

import pytest
from agent_stage import Stage, staged
from crash_stage import ODD_AGENT

from plexsync.agent.lease import is_held

DAY = 24 * 3600.0
NO_LIMIT = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
SAVE_MANY = "mutation Do($input: [SceneUpdateInput!]!) { scenesUpdate(input: $input) { id } }"
MINE = {"summary": "A person's own words."}


@pytest.fixture(scope="module")
def all_tests_stage() -> Iterator[Stage]:
    with staged(40, seed=6, settings={"image_poster": "off"}) as stage:
        stage.begin()
        stage.sync_all()
        stage.wait_equal()
        yield stage


@pytest.fixture
def stage(all_tests_stage: Stage) -> Iterator[Stage]:
    """All is in sync and no agent lives; the next one is an odd one."""
    stage = all_tests_stage
    if stage.agent_exit is not None or not is_held(stage.data):
        stage.kill_agent()
        stage.begin()
    stage.wait_equal()
    stage.stop_agent()
    stage.forget_store()
    stage.program = (str(ODD_AGENT),)
    yield stage
    stage.kill_agent()
    stage.forget_store()
    stage.plex.control("POST", "down", {"seconds": 0})
    stage.plex.control("POST", "faults", [])


def command_line(stage: Stage, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "plexsync.cli", "--data", str(stage.data), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def newest_life(stage: Stage) -> str:
    return stage.log().rpartition("starts, process")[2]


def edit_many(stage: Stage, words: str) -> None:
    """Much enough to fill a database that may not grow."""
    scenes = [scene["id"] for scene in stage.world.stash["scenes"] if scene["files"]]
    stage.ask_stash(SAVE_MANY, input=[{"id": scene, "details": f"{words} {scene} {'x' * 4000}"} for scene in scenes])


def test_a_full_disk_is_waited_for_and_said(stage: Stage) -> None:
    size = max(file.stat().st_size for file in stage.data.glob("*"))
    space = stage.folder / "space"
    space.write_text(str(size + 150_000), encoding="ascii")
    pid = stage.start_agent(ODD_SPACE=str(space))
    stage.wait_until(lambda: "in sight" in newest_life(stage), 20)
    edit_many(stage, "too much")
    stage.wait_until(lambda: "Work goes on once it can" in newest_life(stage), 30)
    assert is_held(stage.data), "it waits, and nobody else begins"
    edit_many(stage, "more")
    space.write_text("0", encoding="ascii")
    resource.prlimit(pid, resource.RLIMIT_FSIZE, NO_LIMIT)
    stage.wait_equal(30)
    assert stage.agent_exit is None
    assert stage.integrity() == "ok"
