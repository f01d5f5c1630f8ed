"""Asking, listening and waiting, with a clock that moves only when somebody sleeps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from plexsync.agent.lock import AgentLock
from plexsync.store import Store
from plexsync.store.jobs import Job, Priority, Setback, State
from plexsync.store.state import AGENT_STATUS, AgentStatus, KeptOutage
from plexsync.usecases.runs.drain import Drained, drain
from plexsync.usecases.runs.follow import follow
from plexsync.usecases.runs.sync import ask_sync

START = 1_800_000_000.0


@dataclass
class Clock:
    """The time; ``then`` is what happens during each sleep."""

    at: float = START
    then: Callable[[float], None] = lambda _: None
    shown: list[tuple[float, Mapping[str, Any]]] = field(default_factory=list)

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds
        assert self.at < START + 4000, "waited too long"
        self.then(self.at)

    def show(self, progress: float, facts: Mapping[str, Any]) -> None:
        self.shown.append((progress, facts))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path)
    yield store
    store.close()


@pytest.fixture
def agent(store: Store) -> Iterator[AgentLock]:
    lock = AgentLock(store.folder)
    assert lock.take()
    yield lock
    lock.release()


def drained(store: Store, clock: Clock) -> Drained:
    return drain(store.folder, show=clock.show, now=clock.now, sleep=clock.sleep)


def enqueue(store: Store, number: int) -> list[Job]:
    store.jobs.enqueue(range(1, number + 1), priority=Priority.BULK, origin="test", now=START)
    return list(store.jobs.claim(number, START))


def test_what_is_asked_reaches_the_agent(store: Store) -> None:
    ask_sync(store, scope="all", origin="task", now=START)
    ask_sync(store, scope="since", origin="cli", now=START, moment=START - 60)
    ask_sync(store, scope="scenes", origin="cli", now=START, scenes=[3, 4])
    taken = [store.commands.take(0.0) for _ in range(3)]
    assert [command.arguments for command in taken if command] == [
        {"scope": "all", "origin": "task", "allowed": False},
        {"scope": "since", "origin": "cli", "moment": START - 60, "allowed": False},
        {"scope": "scenes", "origin": "cli", "scenes": [3, 4], "allowed": False},
    ]


def test_a_scope_needs_its_argument(store: Store) -> None:
    with pytest.raises(ValueError):
        ask_sync(store, scope="since", origin="cli", now=START)
    with pytest.raises(ValueError):
        ask_sync(store, scope="scenes", origin="cli", now=START)
    assert store.commands.take(0.0) is None


def test_a_listener_is_heard_every_second_and_told_the_end(store: Store, clock: Clock, agent: AgentLock) -> None:
    asked = ask_sync(store, scope="all", origin="task", now=START)
    heard = []

    def work(at: float) -> None:
        command = store.commands.get(asked)
        assert command is not None
        heard.append(at - command.heard_at)
        if at > START + 3:
            store.commands.show(asked, 0.5, {"queued": 10})
        if at > START + 5:
            store.commands.end(asked, "done", {"queued": 20}, at)

    clock.then = work
    ended = follow(store, asked, show=clock.show, now=clock.now, sleep=clock.sleep)
    assert (ended.state, ended.result) == ("done", {"queued": 20})
    assert (0.5, {"queued": 10}) in clock.shown
    assert max(heard) <= 1.0


def test_nobody_listens_to_an_agent_that_is_gone(store: Store, clock: Clock, agent: AgentLock) -> None:
    asked = ask_sync(store, scope="all", origin="task", now=START)
    agent.release()
    ended = follow(store, asked, show=clock.show, now=clock.now, sleep=clock.sleep)
    assert (ended.state, ended.result) == ("failed", {"code": "no_agent"})
    assert clock.at - START < 10
    assert store.commands.take(0.0) is None


def test_waiting_ends_when_the_queue_is_empty(store: Store, clock: Clock, agent: AgentLock) -> None:
    jobs = enqueue(store, 10)
    clock.then = lambda at: store.jobs.finish([jobs.pop()], at)
    result = drained(store, clock)
    assert (result.end, result.done, result.left, result.advice) == ("empty", 10, 0, None)
    assert result.rate == pytest.approx(2.0)
    progress, facts = clock.shown[5]
    assert progress == pytest.approx(0.5)
    assert (facts["done"], facts["left"], facts["time_left"]) == (5, 5, pytest.approx(2.5))


def test_an_empty_queue_is_not_waited_for(store: Store, clock: Clock) -> None:
    assert (drained(store, clock).end, clock.at) == ("empty", START)


def test_parked_scenes_and_dead_letters_are_not_waited_for(store: Store, clock: Clock, agent: AgentLock) -> None:
    missing, dead = enqueue(store, 2)
    store.jobs.defer(missing, Setback(State.WAITING, "missing", {}, START + 9999), START)
    store.jobs.defer(dead, Setback(State.DEAD, "bug", {}, START), START)
    result = drained(store, clock)
    assert (result.end, result.parked, result.dead, clock.at) == ("empty", 1, 1, START)


def test_waiting_without_an_agent_ends_with_a_word(store: Store, clock: Clock) -> None:
    enqueue(store, 3)
    result = drained(store, clock)
    assert (result.end, result.left) == ("no_agent", 3)
    assert result.advice is not None
    assert "Restart Agent" in result.advice.next_step
    assert clock.at - START <= 10


def test_waiting_ends_while_paused(store: Store, clock: Clock, agent: AgentLock) -> None:
    enqueue(store, 1)
    (store.folder / "settings.toml").write_text("paused = true\n", encoding="utf-8")
    assert (drained(store, clock).end, clock.at) == ("paused", START)


def outage(code: str, since: float) -> AgentStatus:
    data = {"server": "plex", "url": "http://p", "setting": "plex_url"}
    return AgentStatus(outages={"worker": KeptOutage(code, data, since)})


@pytest.mark.parametrize(
    ("trip", "longest"),
    [
        (outage("unreachable", START), 61),
        (outage("unreachable", START - 100), 10),
        (outage("not_configured", START), 10),
    ],
)
def test_an_outage_is_waited_for_a_minute(
    store: Store, clock: Clock, agent: AgentLock, trip: AgentStatus, longest: float
) -> None:
    """F22, F44: what only a person mends ends the waiting at once."""
    enqueue(store, 3)
    store.state.put(AGENT_STATUS, trip)
    result = drained(store, clock)
    assert result.end == "outage"
    assert result.advice is not None
    assert clock.at - START <= longest


def test_waiting_ends_when_only_later_tries_are_left(store: Store, clock: Clock, agent: AgentLock) -> None:
    (job,) = enqueue(store, 1)
    store.jobs.defer(job, Setback(State.WAITING, "item_rejected", {}, START + 3600), START)
    result = drained(store, clock)
    assert (result.end, result.left, clock.at) == ("retrying", 1, START)
    assert "1 scene could not be written yet (1)" in str(result.advice)
    assert "in 1 hour" in str(result.advice)


def test_waiting_ends_when_nothing_moves(store: Store, clock: Clock, agent: AgentLock) -> None:
    enqueue(store, 1)
    result = drained(store, clock)
    assert (result.end, result.left) == ("stuck", 1)
    assert clock.at - START <= 62


def test_scenes_that_were_put_aside_are_not_counted_as_done(store: Store, clock: Clock, agent: AgentLock) -> None:
    jobs = enqueue(store, 5)

    def work(at: float) -> None:
        if at - START == 1.0:
            store.jobs.defer(jobs[0], Setback(State.WAITING, "missing", {}, at + 3600), at)
            store.jobs.defer(jobs[1], Setback(State.DEAD, "item_rejected", {}, at), at)
            store.jobs.finish(jobs[2:], at)

    clock.then = work
    result = drained(store, clock)
    assert (result.end, result.done, result.parked, result.dead) == ("empty", 3, 1, 1)


def test_a_long_edit_is_not_said_to_stand_still(store: Store, clock: Clock, agent: AgentLock) -> None:
    """One edit of many items may take minutes, and nothing can be counted meanwhile."""
    jobs = enqueue(store, 100)
    store.state.put(AGENT_STATUS, AgentStatus(working=True))
    clock.then = lambda at: store.jobs.finish(jobs, at) if at - START >= 300 else None
    assert drained(store, clock).end == "empty"
    enqueue(store, 1)
    clock.then = lambda _: None
    began = clock.at
    assert drained(store, clock).end == "stuck", "but for ever it is not waited"
    assert clock.at - began <= 610


def test_scenes_that_were_sent_count_before_their_batch_is_over(store: Store, clock: Clock, agent: AgentLock) -> None:
    """Plex takes minutes for a batch of 700: that something moves is seen, and how far it is."""
    jobs = enqueue(store, 700)
    store.state.put(AGENT_STATUS, AgentStatus(counters={"scenes_sent": 40}))

    def work(at: float) -> None:
        sent = min(700, int(at - START) * 4)
        store.state.put(AGENT_STATUS, AgentStatus(counters={"scenes_sent": 40 + sent}))
        if sent == 700:
            store.jobs.finish(jobs, at)

    clock.then = work
    result = drained(store, clock)
    assert (result.end, result.done, result.left) == ("empty", 700, 0)
    progress, facts = clock.shown[len(clock.shown) // 2]
    assert 0.4 < progress < 0.6
    assert facts["done"] + facts["left"] == 700
    assert facts["rate"] == pytest.approx(4.0, rel=0.05)
