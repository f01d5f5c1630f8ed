"""One unexpected failure costs only itself: the part that failed starts again, the others go on, and status says so."""

from __future__ import annotations

import os
import signal
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress

import pytest
from agent_stage import Stage, single, staged
from command_line import Ran, plexsync

from plexsync.agent.lock import is_held
from plexsync.domain.errors import StateDamaged
from plexsync.store import Store
from plexsync.store.state import FOLDER_PROBE, REBUILT


@pytest.fixture
def stage() -> Iterator[Stage]:
    with staged(30, seed=6) as stage:
        stage.begin()
        stage.sync_all()
        stage.wait_equal()
        yield stage


def begin_again(stage: Stage) -> None:
    """Start another agent and wait until it has said who it is."""
    pid = stage.start_agent()
    stage.wait_until(lambda: stage.told.pid == pid, 15)


def refuse_reconciles(stage: Stage) -> None:
    """Let the database refuse every new run that compares, in a way nobody expects."""
    stage.store.connection.execute(
        """CREATE TRIGGER refused BEFORE INSERT ON run WHEN NEW.kind = 'reconcile'
           BEGIN SELECT RAISE(ABORT, 'no such luck'); END"""
    )


def allow(stage: Stage) -> None:
    stage.store.connection.execute("DROP TRIGGER refused")


def wait_for_another_start(stage: Stage, before: float, seconds: float) -> float:
    stage.wait_until(lambda: stage.told.started_at > before, seconds)
    return float(stage.told.started_at)


def take_away(stage: Stage, table: str) -> None:
    stage.store.connection.execute(f"ALTER TABLE {table} RENAME TO away")


def give_back(stage: Stage, table: str) -> None:
    stage.store.connection.execute(f"ALTER TABLE away RENAME TO {table}")


def status(stage: Stage, *options: str) -> Ran:
    return plexsync(stage.data, "status", *options)


def failing(stage: Stage) -> dict[str, int]:
    """Return how often parts failed, by `status`."""
    found = status(stage, "--json").document
    return {one["part"]: one["times"] for one in found["failing"]}


def test_a_thread_that_fails_starts_again_alone(stage: Stage) -> None:
    started_at = stage.told.started_at
    refuse_reconciles(stage)
    stage.store.commands.ask("reconcile", {"scope": "all", "origin": "test"}, time.time())
    stage.wait_until(lambda: failing(stage) == {"comparing both sides": 1}, 15)
    told = status(stage)
    assert told.code == 1, "it is at rest just now"
    assert "PlexSync failed once at comparing both sides: no such luck (in runs.py, line " in told.out
    assert "It tries again in " in told.out
    (scene,) = single(stage.world, 1)
    stage.edit_scene(scene, title="meanwhile")
    stage.wait_until(lambda: stage.item_of(scene)["title"] == "meanwhile", 5)
    allow(stage)
    stage.wait_until(lambda: status(stage).code == 0, 15)
    stage.ask("reconcile", {"scope": "all", "origin": "test"}, 20)
    assert stage.told.started_at == started_at
    assert stage.agent_exit is None
    assert stage.log().count("Traceback") == 1


def test_one_that_fails_again_and_again_has_the_process_begin_anew_once(stage: Stage) -> None:
    started_at = stage.told.started_at
    refuse_reconciles(stage)
    for _ in range(3):  # each failure takes one
        stage.store.commands.ask("reconcile", {"scope": "all", "origin": "test"}, time.time())
    stage.wait_until(lambda: stage.told.started_at > started_at, 40)
    assert stage.told.pid == stage.agent_pid
    assert failing(stage)["comparing both sides"] >= 3
    allow(stage)
    assert status(stage).code == 1, "a person should hear of it, though it works again"


def test_a_failure_of_the_main_thread_is_waited_out_with_the_lock_kept(stage: Stage) -> None:
    started_at = stage.told.started_at
    take_away(stage, "command")
    stage.store.state.put(FOLDER_PROBE, str(time.time()))
    stage.wait_until(lambda: "running in the background" in failing(stage), 15)
    give_back(stage, "command")
    was_free = False
    began = time.monotonic()
    while stage.told.started_at == started_at:
        was_free = was_free or not is_held(stage.data)
        assert time.monotonic() - began < 20
        time.sleep(0.002)
    assert not was_free, "nobody could step in between"
    assert stage.told.pid == stage.agent_pid
    assert stage.agent_exit is None
    (scene,) = single(stage.world, 1)
    stage.edit_scene(scene, title="after the failure")
    stage.wait_until(lambda: stage.item_of(scene)["title"] == "after the failure", 10)


def test_while_it_waits_a_person_may_have_it_try_at_once_or_end_it(stage: Stage) -> None:
    started_at = stage.told.started_at
    for _ in range(2):  # the second time it waits for 15 s
        take_away(stage, "command")
        stage.store.state.put(FOLDER_PROBE, str(time.time()))
        stage.wait_until(lambda: stage.told.ended_at, 15)
        give_back(stage, "command")
        stage.store.commands.ask("restart", {}, time.time())
        started_at = wait_for_another_start(stage, started_at, 9)  # a loaded machine takes its time, but no 15 s
    take_away(stage, "command")
    stage.store.state.put(FOLDER_PROBE, str(time.time()))
    stage.wait_until(lambda: stage.told.ended_at, 15)
    began = time.monotonic()
    assert stage.stop_agent() == 0
    assert time.monotonic() - began < 2


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal there")
def test_a_crash_outside_of_python_is_told_by_the_next_agent(stage: Stage) -> None:
    os.kill(stage.agent_pid, signal.SIGSEGV)
    stage.wait_until(lambda: stage.agent_exit is not None, 5)
    assert stage.agent_exit == -signal.SIGSEGV
    assert not is_held(stage.data)
    begin_again(stage)
    assert failing(stage) == {"running in the background": 1}
    assert "Fatal Python error: Segmentation fault" in stage.log()
    assert "in wait" in stage.log(), "where it was"
    stage.stop_agent()
    begin_again(stage)
    assert stage.log().count("Fatal Python error") == 1, "told once"


def test_an_agent_that_was_killed_is_followed_by_one_that_checks_its_database(stage: Stage) -> None:
    stage.kill_agent()
    begin_again(stage)
    stage.wait_until(lambda: "the database is sound" in stage.log(), 15)
    stage.forget_store()
    stage.stop_agent()
    checks = stage.log().count("the database is sound")
    begin_again(stage)
    time.sleep(7)
    assert stage.log().count("the database is sound") == checks, "after a clean end there is nothing to check"


def test_damage_that_only_the_check_finds_is_mended_by_itself(stage: Stage) -> None:
    stage.stop_agent()
    page = stage.store.connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'gap'").fetchone()[0]
    size = stage.store.connection.execute("PRAGMA page_size").fetchone()[0]
    stage.forget_store()
    with (stage.data / "state.db").open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    before = time.time()
    stage.start_agent()

    def is_rebuilt() -> bool:
        with suppress(sqlite3.Error, StateDamaged), closing(Store(stage.data)) as store:  # while it is put aside
            rebuilt = store.state.get(REBUILT)
            return rebuilt is not None and rebuilt.at > before
        return False

    stage.wait_until(is_rebuilt, 40)
    stage.wait_equal(30)
    assert stage.agent_exit is None
