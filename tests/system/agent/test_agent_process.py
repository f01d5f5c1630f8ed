"""The agent as a process: one per data folder, clean ends and restarts, a new version's turn, secrets kept."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from agent_stage import Stage, single, staged
from command_line import plexsync
from plugin_agent import fill, plugin_agent

from plexsync.agent.lock import is_held
from plexsync.domain.advice import explain
from plexsync.store import Store
from plexsync.store.jobs import State
from plexsync.store.state import AGENT_STATUS, NOBODY, AgentStatus
from plexsync_simulators.rig import TOKEN

FIND = "import sys; [print(name) for name in sys.argv[2:] if sys.argv[1].encode() in open(name, 'rb').read()]"


@pytest.fixture(scope="module")
def all_tests_stage() -> Iterator[Stage]:
    with staged(40, seed=4) as stage:
        yield stage


@pytest.fixture
def stage(all_tests_stage: Stage) -> Stage:
    """Both servers well, an agent at work and nothing left to do, whatever the test before did."""
    stage = all_tests_stage
    for server in (stage.plex, stage.stash):
        server.control("POST", "faults", [])
    stage.plex.control("POST", "latency", {"read_ms": 2, "write_ms": 5})
    if not is_held(stage.data):
        stage.kill_agent()
        stage.begin(PLEXSYNC_LOG_LEVEL="debug")
        stage.sync_all()
    stage.wait_equal()
    return stage


def test_a_second_agent_for_the_same_data_steps_back(stage: Stage) -> None:
    command = [sys.executable, "-m", "plexsync.cli", "--data", str(stage.data), "agent"]
    second = subprocess.run(command, capture_output=True, check=False, timeout=30)
    assert second.returncode == 3
    assert stage.agent_exit is None
    assert stage.log().count("starts, process") == 1


def test_two_agents_that_both_have_the_lock_are_told_until_one_ends(stage: Stage) -> None:
    """As where a file system gives it to both: here the second one finds another file under its name."""
    (stage.data / "agent.lock").unlink()
    command = [sys.executable, "-m", "plexsync.cli", "--data", str(stage.data), "agent"]
    second = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        stage.wait_until(lambda: stage.told.second.pid in {stage.agent_pid, second.pid}, 10)
        pid, other_pid = sorted((stage.agent_pid, second.pid))
        words = str(explain("two_agents", {"pid": str(pid), "other_pid": str(other_pid)}))
        assert words in plexsync(stage.data, "status").out.replace("\n", " ")
        assert words in str(plexsync(stage.data, "status", "--json").document["standing"]["also"]), "as on the page"
        assert "Two agents" in plexsync(stage.data, "check").out
    finally:
        second.terminate()
        second.wait(10)
    stage.wait_until(lambda: (stage.told.pid, stage.told.second) == (stage.agent_pid, NOBODY), 10)
    assert "Two agents" not in plexsync(stage.data, "status").out


def test_a_restart_keeps_the_process_and_goes_on(stage: Stage) -> None:
    before = stage.store.state.get(AGENT_STATUS, AgentStatus())
    stage.ask("restart", {})
    stage.wait_until(lambda: stage.store.state.get(AGENT_STATUS, AgentStatus()).started_at > before.started_at, 10)
    assert stage.store.state.get(AGENT_STATUS, AgentStatus()).pid == before.pid == stage.agent_pid
    (scene,) = single(stage.world, 1)
    stage.edit_scene(scene, title="after the restart")
    stage.wait_until(lambda: stage.item_of(scene)["title"] == "after the restart", 10)
    assert stage.agent_exit is None


def test_settings_are_read_again_when_their_file_moves(stage: Stage) -> None:
    (scene,) = single(stage.world, 1)
    stage.configure(paused=True)
    stage.wait_until(lambda: stage.store.state.get(AGENT_STATUS, AgentStatus()).paused, 10)
    stage.edit_scene(scene, title="while paused")
    stage.wait_until(lambda: stage.job(scene).state is State.QUEUED, 10)
    time.sleep(0.5)
    assert stage.item_of(scene)["title"] != "while paused"
    stage.configure()
    stage.wait_until(lambda: stage.item_of(scene)["title"] == "while paused", 10)


def test_nothing_that_is_written_down_holds_a_secret(stage: Stage) -> None:
    stage.plex.control("POST", "faults", [{"match": {"method": "PUT"}, "kind": "status", "status": 400, "times": 99}])
    (scene,) = single(stage.world, 1)
    stage.edit_scene(scene, title="refused")
    stage.wait_until(lambda: stage.job(scene).state is State.WAITING, 10)
    stage.plex.control("POST", "faults", [])
    stage.plex.control("POST", "tokens", {"owner": ["another"]})
    stage.edit_scene(scene, title="with a token that is refused")
    stage.wait_until(lambda: "token_refused" in stage.log(), 10)
    stage.plex.control("POST", "tokens", {"owner": [TOKEN]})
    stage.wait_equal()
    assert "DEBUG" in stage.log()
    holders = {"settings.toml", "settings.toml.last"}
    files = [file for file in stage.data.rglob("*") if file.is_file() and file.name not in holders]
    # In another process: to close a descriptor of state.db would free the locks of this one's own connection.
    found = subprocess.run([sys.executable, "-c", FIND, TOKEN, *files], check=True, capture_output=True, text=True)
    assert found.stdout == ""
    if sys.platform != "win32":
        assert {file.name: oct(file.stat().st_mode & 0o777) for file in files} == {file.name: "0o600" for file in files}


def newest_life(stage: Stage) -> str:
    """Return the newest agent's log."""
    log = stage.log()
    return log[log.rindex("starts, process") :]


def test_sigterm_in_the_middle_of_much_work_ends_it_cleanly_and_soon(stage: Stage) -> None:
    stage.plex.control("POST", "latency", {"read_ms": 2, "write_ms": 100})
    documents = [{"id": scene["id"], "details": f"new {scene['id']}"} for scene in stage.world.stash["scenes"]]
    body = "mutation Do($input: [SceneUpdateInput!]!) { scenesUpdate(input: $input) { id } }"
    edits = len(stage.plex.control("GET", "edits"))
    stage.ask_stash(body, input=documents)
    stage.wait_until(lambda: len(stage.plex.control("GET", "edits")) > edits, 10)
    began = time.monotonic()
    assert stage.stop_agent() == 0
    assert time.monotonic() - began <= 5.0
    assert not is_held(stage.data)
    log = newest_life(stage)
    assert log.rstrip().endswith("agent ends")
    assert "Traceback" not in log
    assert stage.jobs_by_state()[State.QUEUED, ""] > 0, "it ended in the middle"


def test_sigterm_ends_it_soon_while_covers_go_up(stage: Stage) -> None:
    stage.plex.control("POST", "latency", {"read_ms": 2, "write_ms": 200})
    scenes = [scene["id"] for scene in stage.world.stash["scenes"]]
    for scene in scenes:
        stage.stash.control("POST", "raw_scene", {"id": scene, "cover": {"seed": 5000 + int(scene)}})
    stage.mutate_list("bulkSceneUpdate", ids=scenes, details="the same")
    stage.wait_until(lambda: stage.plex_counts().get("POST pictures", 0) > 0, 20)
    before = stage.plex_counts()["POST"]
    stage.wait_until(lambda: stage.plex_counts()["POST"] > before, 20)
    began = time.monotonic()
    assert stage.stop_agent() == 0
    assert time.monotonic() - began <= 5.0
    assert "Traceback" not in newest_life(stage)


@pytest.mark.parametrize("server", ["plex", "stash"])
def test_sigterm_ends_it_soon_while_a_server_hangs(stage: Stage, server: str) -> None:
    hang = [{"kind": "hang", "times": 9, "delay_ms": 8000}]
    (scene,) = single(stage.world, 1)
    if server == "plex":
        stage.plex.control("POST", "faults", hang)
    stage.edit_scene(scene, title=f"while {server} hangs")
    if server == "stash":
        stage.stash.control("POST", "faults", hang)
    time.sleep(1.0)
    began = time.monotonic()
    assert stage.stop_agent() == 0
    assert time.monotonic() - began <= 5.0
    assert "Traceback" not in newest_life(stage)


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot become another there")
def test_a_new_version_of_the_plugin_is_started_in_place_and_a_removed_one_ends(stage: Stage, tmp_path: Path) -> None:
    plugin = tmp_path / "StashPlexSync"
    data = stage.folder / "plugin-data"
    data.mkdir(exist_ok=True)
    shutil.copy(stage.data / "settings.toml", data)
    fill(plugin, "1")
    with plugin_agent(data, plugin) as child:
        store = Store(data)
        stage.wait_until(lambda: store.state.get(AGENT_STATUS, AgentStatus()).pid == child.pid, 20)
        first = store.state.get(AGENT_STATUS, AgentStatus())
        time.sleep(2.5)  # so that the agent has looked at its plugin once
        fill(plugin, "2.0")
        stage.wait_until(lambda: store.state.get(AGENT_STATUS, AgentStatus()).started_at > first.started_at, 12)
        assert store.state.get(AGENT_STATUS, AgentStatus()).pid == child.pid
        shutil.rmtree(plugin)
        assert child.wait(12) == 0
        store.close()


def test_a_killed_agents_lock_is_free_at_once(stage: Stage) -> None:
    assert is_held(stage.data)
    os.kill(stage.agent_pid, signal.SIGKILL)
    stage.wait_until(lambda: not is_held(stage.data), 5)
    stage.kill_agent()
    stage.begin()
    stage.wait_equal()
