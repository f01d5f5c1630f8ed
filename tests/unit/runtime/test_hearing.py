"""Whether Plex's notifications are heard, by the writes of our own that they must tell."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from plexsync.runtime.listening.hearing import ENOUGH_WRITES, PATIENCE, Hearing, HearingState
from plexsync.runtime.observer.happenings import PicturesSent, ScenesSynced
from plexsync.runtime.observer.own_writes import OwnWrites


@dataclass
class Stage:
    clock: float = 100.0
    hearing: Hearing = field(init=False)

    def __post_init__(self) -> None:
        self.hearing = Hearing(lambda: self.clock)

    def state(self) -> HearingState:
        return self.hearing.state

    def write(self, scenes: int = ENOUGH_WRITES) -> None:
        OwnWrites(self.hearing).listen(ScenesSynced(dict.fromkeys(range(scenes), 2)))


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_a_stream_that_tells_nothing_of_our_writes_is_deaf(stage: Stage) -> None:
    stage.hearing.opened()
    assert stage.state() is HearingState.UNTRIED
    stage.write()
    stage.clock += PATIENCE - 1
    assert stage.state() is HearingState.UNTRIED
    stage.clock += 1
    assert stage.state() is HearingState.DEAF
    assert stage.hearing.misses_writes


def test_one_that_tells_of_them_is_not(stage: Stage) -> None:
    stage.hearing.opened()
    stage.write()
    stage.clock += 2
    stage.hearing.heard()
    stage.clock += 1000
    assert stage.state() is HearingState.HEARD


@pytest.mark.parametrize("written", [{}, {1: 0, 2: 0, 3: 0, 4: 0}, {1: 5}])
def test_few_writes_or_none_prove_nothing(stage: Stage, written: dict[int, int]) -> None:
    stage.hearing.opened()
    OwnWrites(stage.hearing).listen(ScenesSynced(written))
    stage.clock += 1000
    assert stage.state() is HearingState.UNTRIED


def test_pictures_count_as_writes(stage: Stage) -> None:
    stage.hearing.opened()
    for scene in range(ENOUGH_WRITES):
        OwnWrites(stage.hearing).listen(PicturesSent(scene, 1))
    stage.clock += PATIENCE
    assert stage.hearing.is_deaf


def test_writes_while_no_stream_was_open_prove_nothing(stage: Stage) -> None:
    stage.write()
    stage.hearing.opened()
    stage.clock += 1000
    assert stage.state() is HearingState.UNTRIED
    stage.hearing.closed()
    assert stage.state() is HearingState.CLOSED


def test_deafness_lasts_until_something_is_heard_and_each_stream_is_judged_by_itself(stage: Stage) -> None:
    stage.hearing.opened()
    stage.write()
    stage.clock += PATIENCE
    assert stage.hearing.is_deaf
    stage.hearing.closed()
    stage.hearing.opened()
    assert stage.hearing.is_deaf
    assert not stage.hearing.misses_writes, "the new stream is not to blame yet"
    stage.hearing.heard()
    assert stage.state() is HearingState.HEARD
