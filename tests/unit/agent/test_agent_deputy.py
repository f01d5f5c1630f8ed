"""One thread polls files on behalf of another that rests."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from plexsync.agent.threads import DEPUTY_SECONDS, RING_SECONDS, Bell, Deputy


class Stage:
    """A deputy and the bell that it rings, on a clock of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.at = 1000.0
        self.log, self.mark = folder / "state.db-wal", folder / "overview.wanted"
        self.log.write_text("one")
        self._bell = Bell()
        self.deputy = Deputy(self._bell, (self.log, self.mark), lambda: self.at)

    def rings(self, after: float = 0.1) -> bool:
        self.at += after
        self.deputy.poll()
        return self._bell.wait(0.0)

    def is_there(self) -> bool:
        return self.deputy.is_there


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


@pytest.mark.parametrize(
    "act",
    [
        lambda stage: stage.log.write_text("two"),
        lambda stage: stage.log.unlink(),
        lambda stage: stage.mark.touch(),
    ],
    ids=["written", "gone", "come"],
)
def test_it_rings_for_a_file_that_moved_and_only_once(stage: Stage, act: Callable[[Stage], object]) -> None:
    assert stage.rings(), "what came before is unknown"
    assert not stage.rings()
    act(stage)
    assert stage.rings()
    assert not stage.rings()


def test_it_rings_now_and_then_where_nothing_moved(stage: Stage) -> None:
    assert stage.rings()
    rang = [stage.rings(0.6) for _ in range(9)]
    assert rang == [False, False, True] * 3
    assert RING_SECONDS < 2.0, "so that all is obeyed within two seconds"


def test_it_is_there_only_while_it_polls(stage: Stage) -> None:
    assert not stage.is_there()
    stage.rings()
    assert stage.is_there()
    stage.at += DEPUTY_SECONDS
    assert not stage.is_there(), "a server holds it up, or it is at work"
