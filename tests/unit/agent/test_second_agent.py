"""A second agent on one data folder is known by what it writes, and forgotten when it is silent for long."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from plexsync.agent.status import GONE_SECONDS, SIGN_SECONDS, SecondAgentWatch
from plexsync.store import Store
from plexsync.store.state import AGENT_STATUS, NOBODY, AgentStatus

HERE = AgentStatus(pid=7, version="1", started_at=100.0)
THERE = AgentStatus(pid=7, version="1", started_at=200.5, second=HERE.identity)


class Stage:
    """Our agent's watch, with its clock and its table in the test's hands."""

    def __init__(self, store: Store) -> None:
        self.clock = 1000.0
        self.store = store
        self.watch = SecondAgentWatch(store, lambda: self.clock)

    def write(self, status: AgentStatus, seconds: float = 0.0) -> None:
        """Let somebody describe itself, after a while."""
        self.clock += seconds
        self.store.state.put(AGENT_STATUS, status)
        if status.identity == HERE.identity:
            self.watch.note_sign()
        self.watch.read(HERE)
        self.watch.forget_if_gone()


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with closing(Store(tmp_path)) as store:
        yield Stage(store)


def test_an_agent_that_is_alone_has_nothing_to_show(stage: Stage) -> None:
    for _ in range(3):
        stage.write(HERE, SIGN_SECONDS)
        assert (stage.watch.known, stage.watch.is_sign_due) == (NOBODY, False)


def test_what_an_earlier_agent_left_is_no_second_one(stage: Stage) -> None:
    stage.store.state.put(AGENT_STATUS, THERE)
    stage.watch.read(AgentStatus())
    assert stage.watch.known == NOBODY


def test_a_second_one_is_known_though_it_has_the_same_number_in_its_container(stage: Stage) -> None:
    stage.write(HERE)
    stage.write(THERE)
    assert stage.watch.known == THERE.identity


def test_a_second_one_that_does_not_know_of_us_is_shown_at_once(stage: Stage) -> None:
    stage.write(HERE)
    stage.write(replace(THERE, second=NOBODY))
    before = stage.watch.is_sign_due
    stage.write(HERE)
    stage.write(THERE)
    assert (before, stage.watch.is_sign_due) == (True, False)


def test_one_that_has_ended_is_none(stage: Stage) -> None:
    stage.write(HERE)
    stage.write(THERE)
    stage.write(replace(THERE, ended_at=300.0))
    assert stage.watch.known == NOBODY


def test_two_show_each_other_that_they_live_and_a_silent_one_is_forgotten(stage: Stage) -> None:
    stage.write(HERE)
    stage.write(THERE)
    for _ in range(5):
        stage.clock += SIGN_SECONDS
        before = stage.watch.is_sign_due
        stage.write(HERE)
        assert (before, stage.watch.is_sign_due) == (True, False)
        stage.write(THERE)
        assert stage.watch.known == THERE.identity
    stage.write(HERE, GONE_SECONDS)
    assert stage.watch.known == NOBODY
