"""The asker of a run may still wait: a clock that is set does not make them seem gone, and silence does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from inside import Inside, inside

from plexsync.agent.commands import CommandRunner
from plexsync.runtime import client_liveness
from plexsync.usecases.runs.sync import ask_sync
from plexsync_simulators.world import make_world

HOUR = 3600.0
DAY = 24 * HOUR


@pytest.fixture(scope="module")
def stage() -> Iterator[Inside]:
    with inside(make_world(6, 3)) as stage:
        yield stage


@dataclass
class PlexEventListener:
    """Says once in a while that it is still there, by the clock of the moment, and counts what was waited for it."""

    stage: Inside
    command: int
    is_there: bool = True
    waited: float = 0.0

    def wait(self, seconds: float) -> None:
        self.waited += seconds
        if self.is_there and self.waited >= 1.0:
            self.stage.store.commands.listen(self.command, self.stage.now())


@pytest.mark.parametrize("is_there", [True, False])
def test_a_clock_set_forward_cancels_nothing_while_somebody_listens(stage: Inside, *, is_there: bool) -> None:
    asked = ask_sync(stage.store, scope="all", origin="task", now=stage.now())
    listener = PlexEventListener(stage, asked, is_there)
    stage.later += HOUR
    CommandRunner(stage.store, stage.shared, stage.now, listener.wait).turn()
    command = stage.store.commands.get(asked)
    assert command is not None
    assert command.state == ("done" if is_there else "cancelled")
    assert listener.waited == (1.0 if is_there else client_liveness.SURE_SECONDS)


def test_whoever_was_heard_just_now_is_not_waited_for(stage: Inside) -> None:
    asked = ask_sync(stage.store, scope="all", origin="task", now=stage.now())
    listener = PlexEventListener(stage, asked)
    assert not client_liveness.is_gone(
        stage.store, asked, stage.now() + client_liveness.DEAF_SECONDS - 0.5, listener.wait
    )
    assert listener.waited == 0.0
    assert client_liveness.is_gone(stage.store, asked + 1, stage.now(), listener.wait), (
        "nobody can listen to no command"
    )


def test_old_history_is_dropped_also_after_the_clock_was_set_back(stage: Inside) -> None:
    commands = CommandRunner(stage.store, stage.shared, stage.now)
    stage.later += 30 * DAY
    commands.turn()
    stage.later -= 29 * DAY
    old = stage.store.commands.ask("wake", {}, stage.now() - 8 * DAY)
    stage.store.commands.end(old, "done", {}, stage.now() - 8 * DAY)
    commands.turn()
    assert stage.store.commands.get(old) is None
