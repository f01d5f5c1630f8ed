"""The outcomes of jobs are settled in one place, at once, and told once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from plexsync.domain.errors import ItemRejected
from plexsync.domain.model import Link, Scene, Verdict
from plexsync.runtime.observer.happenings import AttemptFailed, Happening, PicturesSent, ScenesSynced
from plexsync.runtime.observer.observer import Observer
from plexsync.store import Store
from plexsync.store.jobs import Job, Priority, Setback, State, Work
from plexsync.sync.outcomes import (
    Cleared,
    Dead,
    Deferred,
    Done,
    ImageLeft,
    Parked,
    SceneGone,
    Settlement,
    Throughput,
    set_back,
)

DOUBT = Link(0, Verdict.AMBIGUOUS)
REFUSED = ItemRejected(rating_key="1", status="400", detail="no")


class Known:
    """Links as they are at the moment, and what was forgotten."""

    def __init__(self) -> None:
        self.linked: set[int] = set()
        self.forgotten: list[int] = []
        self.is_broken = False

    def links(self, scenes: Sequence[Scene]) -> Mapping[int, Link]:
        return {
            scene.id: Link(scene.id, Verdict.LINKED if scene.id in self.linked else Verdict.MISSING) for scene in scenes
        }

    def forget(self, scene_id: int) -> None:
        if self.is_broken:
            raise OSError("no room")
        self.forgotten.append(scene_id)


class Stage:
    """A settlement over a store, with jobs 1 to 9 claimed."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.known = Known()
        self.told: list[Happening] = []
        self.settlement = Settlement(store, self.known, self.known, Observer(self.told.append), lambda: 50.0)
        store.jobs.enqueue(range(1, 10), priority=Priority.BULK, origin="test", now=1.0)
        self.jobs = {job.scene_id: job for job in store.jobs.claim(9, 1.0)}

    def job(self, scene: int) -> Job | None:
        return self.store.jobs.get(scene)

    def state(self, scene: int) -> State:
        job = self.job(scene)
        assert job is not None
        return job.state


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    store = Store(tmp_path)
    yield Stage(store)
    store.close()


def waits(state: State = State.WAITING) -> Setback:
    return Setback(state, "item_rejected", {"code": "item_rejected"}, 99.0)


def test_each_outcome_has_its_end(stage: Stage) -> None:
    jobs = stage.jobs
    stage.known.linked = {5}
    stage.settlement.settle(
        [
            Done(jobs[1], fields=2),
            ImageLeft(jobs[2], fields=0),
            Deferred(jobs[3], waits(), REFUSED),
            Dead(jobs[4], waits(State.DEAD), REFUSED),
            Parked(jobs[5], Scene(5), DOUBT),
            Parked(jobs[6], Scene(6), DOUBT),
            SceneGone(jobs[7]),
            Cleared(jobs[8]),
            Done(jobs[9], pictures=1),
        ]
    )
    states = [stage.state(scene) for scene in (1, 2, 3, 4, 5, 6, 9)]
    queued, waiting = State.QUEUED, State.WAITING
    assert states == [State.DONE, queued, waiting, State.DEAD, queued, waiting, State.DONE], "5 has its item by now"
    image = stage.job(2)
    assert image is not None
    assert image.work is Work.IMAGE
    assert stage.job(7) is None
    assert stage.known.forgotten == [8]
    assert stage.told == [
        AttemptFailed(3, REFUSED, is_dead=False),
        AttemptFailed(4, REFUSED, is_dead=True),
        PicturesSent(9, 1),
        ScenesSynced({1: 2, 2: 0}),
    ]
    assert stage.settlement.rate.per_minute(50.0) == pytest.approx(60 / 15), "what had to be written"


def test_the_rate_is_that_of_the_time_in_which_something_was_done() -> None:
    rate = Throughput()
    assert rate.per_minute(1000.0) == 0.0
    for second in range(1000, 1060):
        rate.note(1, float(second))
        rate.note(0, float(second))
    assert rate.per_minute(1060.0) == pytest.approx(60.0), "and not a fifth of it, as over five minutes"
    assert rate.per_minute(2000.0) == 0.0


def test_a_scene_that_was_wanted_meanwhile_stays_queued_whatever_its_outcome(stage: Stage) -> None:
    stage.store.jobs.enqueue(range(1, 5), priority=Priority.FRESH, origin="feed", now=2.0)
    jobs = stage.jobs
    stage.settlement.settle(
        [Done(jobs[1]), ImageLeft(jobs[2]), Deferred(jobs[3], waits()), Dead(jobs[4], waits(State.DEAD), REFUSED)]
    )
    for scene in range(1, 5):
        job = stage.job(scene)
        assert job is not None
        assert (job.state, job.work) == (State.QUEUED, Work.ALL)


def test_all_or_nothing_is_settled(stage: Stage) -> None:
    """As a kill in the middle: what is not in one transaction would be half done."""
    stage.known.is_broken = True
    with pytest.raises(OSError, match="no room"):
        stage.settlement.settle([Done(stage.jobs[1], fields=1), Cleared(stage.jobs[2])])
    assert stage.state(1) is State.QUEUED
    assert stage.told == []


def test_an_items_trouble_is_a_wait_or_a_dead_letter(stage: Stage) -> None:
    assert set_back(stage.jobs[1], waits(), REFUSED) == Deferred(stage.jobs[1], waits(), REFUSED)
    assert set_back(stage.jobs[1], waits(State.DEAD), REFUSED) == Dead(stage.jobs[1], waits(State.DEAD), REFUSED)


def test_nothing_is_no_transaction(stage: Stage) -> None:
    version = stage.store.version()
    stage.settlement.settle([])
    assert stage.store.version() == version
