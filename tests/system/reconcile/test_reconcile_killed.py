"""A reconcile that is cut off: its row says so, nothing was asked for by halves, and the next one is complete."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from agent_stage import Stage, staged

from plexsync.store.commands import Command
from plexsync.store.history.runs import Run

SETTINGS = {"image_poster": "off", "no_startup_reconcile": True, "reconcile_interval": "never"}


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with staged(60, seed=5, settings=SETTINGS) as stage:
        stage.begin()
        stage.sync_all()
        stage.wait_until(stage.is_idle, 60)
        yield stage


def ask(stage: Stage) -> int:
    return stage.store.commands.ask("reconcile", {"scope": "all", "deep": True, "origin": "test"}, time.time())


def runs(stage: Stage) -> tuple[Run, ...]:
    return stage.store.runs.newest_of("reconcile", 10)


def answer(stage: Stage, command: int) -> Command:
    """Wait for a command as whoever asked for it does."""

    def is_over() -> bool:
        stage.store.commands.listen(command, time.time())
        heard = stage.store.commands.get(command)
        return heard is not None and heard.state in {"done", "failed"}

    stage.wait_until(is_over, 60)
    heard = stage.store.commands.get(command)
    assert heard is not None
    return heard


def test_a_run_that_a_kill_cuts_off_is_called_stopped_and_the_next_is_complete(stage: Stage) -> None:
    before = len(runs(stage))
    stage.plex.control("POST", "latency", {"read_ms": 700, "write_ms": 15})
    ask(stage)
    stage.wait_until(lambda: len(runs(stage)) > before, 30)
    stage.kill_agent()
    assert runs(stage)[0].state == "running", "it was cut off in the middle"
    stage.plex.control("POST", "latency", {"read_ms": 2, "write_ms": 15})
    stage.start_agent()
    stage.wait_until(lambda: runs(stage)[0].state == "stopped", 30)
    assert answer(stage, ask(stage)).result["scenes"] == 60
    assert runs(stage)[0].state == "done"
    assert stage.integrity() == "ok"


def test_a_run_that_loses_its_server_says_which_and_the_next_is_complete(stage: Stage) -> None:
    stage.plex.control(
        "POST", "faults", [{"match": {"path_regex": "/all$"}, "kind": "status", "status": 503, "times": -1}]
    )
    failed = answer(stage, ask(stage))
    assert failed.state == "failed"
    assert runs(stage)[0].state == "failed"
    assert runs(stage)[0].result["data"]["server"] == "plex"
    stage.plex.control("POST", "faults", [])
    assert answer(stage, ask(stage)).state == "done"
    assert runs(stage)[0].result["scenes"] == 60
