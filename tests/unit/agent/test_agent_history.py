"""The history that the agent drops: what is older than its days, and little at a time where the clock jumps ahead."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from plexsync.agent.commands import DAY, PURGE_EVERY, CommandRunner
from plexsync.domain.model import Base, Change, Field, Plan, Why
from plexsync.runtime.context import Context
from plexsync.runtime.shared import Shared
from plexsync.runtime.stash_load.prefetch import Prefetch
from plexsync.store import Store

BEGAN = 1_800_000_000.0


class Agent:
    """The thread that carries out commands, with a clock in the test's hands."""

    def __init__(self, folder: Path, store: Store) -> None:
        self._context = Context(folder, {"PLEXSYNC_HISTORY_DAYS": "30"})
        self._context.refresh(store)
        self.store = store
        self.clock = BEGAN
        self.start()

    def start(self) -> None:
        shared = Shared.begin(self._context, Prefetch())
        self._commands = CommandRunner(self.store, shared, lambda: self.clock)
        self._commands.turn()

    def write(self, scene: int) -> None:
        change = Change(Field.TITLE, "a", "b", Why.UPDATE)
        self.store.journal.plan([Plan(scene, "10", "1", (change,), (), Base())], {}, self.clock)

    def live(self, days: float) -> None:
        """Let time go by while the agent lives."""
        until = self.clock + days * DAY
        while self.clock < until:
            self.clock += PURGE_EVERY
            self._commands.turn()

    def remembers(self, scene: int) -> bool:
        return bool(self.store.journal.of_scene(scene))


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Agent]:
    with closing(Store(tmp_path)) as store:
        yield Agent(tmp_path, store)


def test_what_is_older_than_its_days_goes_while_the_agent_lives(agent: Agent) -> None:
    agent.write(1)
    agent.live(15)
    agent.write(2)
    agent.live(14)
    assert agent.remembers(1)
    agent.live(2)
    assert (agent.remembers(1), agent.remembers(2)) == (False, True)


def test_a_clock_that_is_a_year_ahead_for_some_hours_costs_no_history(agent: Agent) -> None:
    agent.write(1)
    agent.clock += 365 * DAY
    agent.live(0.5)
    agent.start()
    assert agent.remembers(1)
    agent.clock = BEGAN + DAY
    agent.live(20)
    assert agent.remembers(1)


def test_history_goes_after_a_long_rest_a_little_later(agent: Agent) -> None:
    agent.write(1)
    agent.clock += 40 * DAY
    agent.start()
    assert agent.remembers(1)
    agent.live(2)
    assert not agent.remembers(1)
