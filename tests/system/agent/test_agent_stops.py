"""The agent obeys within two seconds whatever a server does: it ends, restarts, pauses, and says how things stand."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from agent_stage import Stage, single, staged
from hanging import PHASES, hanging
from plugin_agent import fill, plugin_agent

from plexsync.agent.lock import is_held
from plexsync.store import Store
from plexsync.store.jobs import Priority
from plexsync.store.state import AGENT_STATUS, AgentStatus

BOUND = 2.0


def within_bound(stage: Stage, condition: Any) -> None:
    taken = stage.wait_until(condition, 10)
    assert taken <= BOUND, taken


@pytest.fixture(scope="module")
def all_tests_stage() -> Iterator[Stage]:
    with staged(40, seed=4) as stage:
        yield stage


@pytest.fixture
def stage(all_tests_stage: Stage) -> Iterator[Stage]:
    """An agent in sync whose Stash then holds every answer, with two commands under way that need it."""
    stage = all_tests_stage
    stage.configure()
    if not is_held(stage.data):
        stage.kill_agent()
        stage.begin()
        stage.sync_all()
    stage.wait_equal()
    stage.stash.control("POST", "faults", [{"kind": "hold", "times": -1}])
    for name, asked in (("sync", {"scope": "all", "origin": "test"}), ("wake", {})):
        stage.store.commands.ask(name, asked, time.time())
    stage.store.jobs.enqueue([1], priority=Priority.PERSON, origin="test", now=time.time())
    stage.wait_until(lambda: stage.stash.control("GET", "held")["held"] >= 2, 15)
    yield stage
    stage.stash.control("POST", "faults", [])
    stage.stash.control("POST", "release", {"cut": True})


def test_sigterm_ends_it(stage: Stage) -> None:
    began = time.monotonic()
    assert stage.stop_agent() == 0
    assert time.monotonic() - began <= BOUND
    assert stage.log().rstrip().endswith("agent ends")


def test_a_restart_is_obeyed_and_the_same_process_goes_on(stage: Stage) -> None:
    before = stage.told
    stage.store.commands.ask("restart", {}, time.time())
    within_bound(stage, lambda: stage.told.ended_at)
    stage.wait_until(lambda: stage.told.started_at > before.started_at, 10)
    assert stage.told.pid == before.pid == stage.agent_pid


def test_a_sigterm_during_a_restart_ends_it(stage: Stage) -> None:
    stage.ask("restart", {})  # its threads then have a second left to come to their end
    assert not stage.told.ended_at
    began = time.monotonic()
    assert stage.stop_agent() == 0
    assert time.monotonic() - began <= BOUND
    assert stage.log().rstrip().endswith("agent ends")


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="nothing tells of signals that wait")
def test_a_sigterm_to_an_agent_that_is_just_beginning_anew_ends_it(stage: Stage) -> None:
    """Its new process has no handlers yet: the signal waits for them."""
    pid = stage.agent_pid
    stage.store.commands.ask("restart", {}, time.time())
    until = time.monotonic() + 10
    while not puts_off(pid, signal.SIGTERM):
        assert time.monotonic() < until
    assert stage.stop_agent() == 0
    assert stage.log().rstrip().endswith("agent ends")


def puts_off(pid: int, number: int) -> bool:
    """Tell whether a signal to a process would wait."""
    (blocked,) = re.findall(r"^SigBlk:\s*([0-9a-f]+)", Path(f"/proc/{pid}/status").read_text("ascii"), re.MULTILINE)
    return bool(int(blocked, 16) >> (number - 1) & 1)


def test_it_pauses(stage: Stage) -> None:
    stage.configure(paused=True)
    within_bound(stage, lambda: stage.told.paused)
    stage.configure()
    within_bound(stage, lambda: not stage.told.paused)


def test_status_shows_what_happens_meanwhile(stage: Stage) -> None:
    assert not stage.told.dry_run
    stage.configure(dry_run=True)
    within_bound(stage, lambda: stage.told.dry_run)


def test_once_the_server_answers_what_was_asked_for_is_done(stage: Stage) -> None:
    (scene,) = single(stage.world, 1)
    stage.stash.control("POST", "faults", [])
    stage.stash.control("POST", "release", {"cut": False})
    stage.edit_scene(scene, title="after the silence")
    stage.wait_until(lambda: stage.item_of(scene)["title"] == "after the silence", 20)
    left = "SELECT count(*) FROM command WHERE state IN ('new', 'running')"
    stage.wait_until(lambda: stage.store.connection.execute(left).fetchone()[0] == 0, 20)


def told(store: Store) -> AgentStatus:
    return store.state.get(AGENT_STATUS, AgentStatus())


@contextmanager
def agent_between(folder: Path, stash: str, plex: str, **settings: Any) -> Iterator[subprocess.Popen[bytes]]:
    """An agent of a plugin folder between two servers."""
    data, plugin = folder / "data", folder / "StashPlexSync"
    data.mkdir()
    fill(plugin, "1")
    values = {"stash_url": stash, "plex_url": plex, "plex_token": "x", "path_map": "/data => /media", **settings}
    lines = [f'{key} = "{value}"\n' for key, value in values.items()]
    (data / "settings.toml").write_text("".join(lines), encoding="utf-8")
    with plugin_agent(data, plugin) as agent:
        yield agent


def wait(condition: Any, seconds: float) -> float:
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds
        time.sleep(0.02)
    return time.monotonic() - began


@pytest.mark.parametrize("phase", PHASES)
def test_it_ends_in_time_though_both_servers_hang(tmp_path: Path, phase: str) -> None:
    with hanging(phase) as stash, hanging(phase) as plex, agent_between(tmp_path, stash, plex) as agent:
        store = Store(tmp_path / "data")
        wait(lambda: told(store).pid == agent.pid, 10)
        store.commands.ask("sync", {"scope": "all", "origin": "test"}, time.time())
        time.sleep(1.0)
        agent.send_signal(signal.SIGTERM)
        assert wait(lambda: agent.poll() is not None, 10) <= BOUND
        assert agent.returncode == 0
        assert told(store).ended_at
        store.close()


@pytest.mark.skipif(sys.platform == "win32", reason="a process cannot become another there")
def test_an_update_and_a_removal_of_the_plugin_are_seen_though_both_servers_hang(tmp_path: Path) -> None:
    with hanging("head") as stash, hanging("head") as plex, agent_between(tmp_path, stash, plex) as agent:
        store = Store(tmp_path / "data")
        wait(lambda: told(store).pid == agent.pid, 10)
        first = told(store).started_at
        store.commands.ask("sync", {"scope": "all", "origin": "test"}, time.time())
        time.sleep(2.5)  # so that the agent has looked at its plugin once
        fill(tmp_path / "StashPlexSync", "2.0")
        wait(lambda: told(store).started_at > first, 2 * BOUND + 3)  # two polls, and a start
        assert told(store).pid == agent.pid
        shutil.rmtree(tmp_path / "StashPlexSync")
        wait(lambda: agent.poll() is not None, 2 * BOUND + 2)
        assert agent.returncode == 0
        store.close()


def test_edits_of_several_at_once_that_hang_do_not_keep_it_from_ending() -> None:
    """Threads of a pool are no daemons: Python would wait for them."""
    with staged(30, seed=5, settings={"parallel_writes": 4}) as stage:
        stage.begin()
        stage.sync_all()
        stage.wait_equal()
        stage.plex.control("POST", "faults", [{"kind": "hold", "times": -1, "match": {"method": "PUT"}}])
        for number, scene in enumerate(single(stage.world, 8)):
            stage.edit_scene(scene, title=f"held {number}")
        stage.wait_until(lambda: stage.plex.control("GET", "held")["held"] >= 2, 15)
        began = time.monotonic()
        assert stage.stop_agent() == 0
        assert time.monotonic() - began <= BOUND
        assert not is_held(stage.data)
