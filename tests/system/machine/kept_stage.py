"""A stage that many tests share, and how it comes to rest after each."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from contextlib import ExitStack, suppress

from agent_stage import Stage, staged
from crash_stage import ODD_AGENT

from plexsync.agent.lock import is_held
from plexsync.agent.process import PATIENCE
from plexsync.domain.errors import StateDamaged
from plexsync.store.jobs import UNLINKED, State
from plexsync.store.state import REBUILD_NEEDS_RUN


class Keeper:
    """One stage for all tests; after one that fails the next gets a fresh one."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._stage: Stage | None = None

    def stage(self) -> Stage:
        if self._stage is None:
            self._stage = self._stack.enter_context(staged(40, seed=6, settings={"image_poster": "off"}))
            self._stage.begin()
            self._stage.sync_all()
            self._stage.wait_equal()
        return self._stage

    def drop(self) -> None:
        stage, self._stage = self._stage, None
        with self._stack:  # whatever comes, its servers end and its folder goes
            if stage is not None:
                end_all_agents(stage)


def settle(stage: Stage) -> None:
    """Let an ordinary agent bring all in sync and end."""
    if not is_held(stage.data):
        stage.program = ("-m", "plexsync.cli")
        stage.begin()
        stage.rig_idle()
    stage.wait_equal()
    stage.wait_until(lambda: at_rest(stage), 40)  # a write that is not confirmed yet is tried again
    # Until a rebuilt database has seen all, nobody can tell what Plex shows of ours from what a person chose.
    stage.wait_until(lambda: not stage.store.state.get(REBUILD_NEEDS_RUN), 40)
    stage.stop_agent()
    stage.forget_store()
    stage.program = (str(ODD_AGENT),)


def end_all_agents(stage: Stage) -> None:
    """Kill agents until none takes another's place: whoever finds the lock held waits for it for a while."""
    stage.kill_agent()
    until, free_since = time.monotonic() + 30, time.monotonic()
    while time.monotonic() < free_since + PATIENCE + 1:
        if is_held(stage.data):
            assert time.monotonic() < until, "an agent lives on"
            free_since = time.monotonic()
            with suppress(ProcessLookupError, sqlite3.Error, StateDamaged):
                os.kill(stage.told.pid, signal.SIGKILL)
        time.sleep(0.1)


def at_rest(stage: Stage) -> bool:
    """Whether no job is queued, or waits for anything but an item."""
    return {cause for state, cause in stage.jobs_by_state() if state is not State.DONE} <= UNLINKED
