"""The queue: hints are never refused or lost, attempts are counted, parked is no failure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from plexsync.domain.model import Scene
from plexsync.domain.person.lanes import Lane
from plexsync.store import Store
from plexsync.store.jobs import PARKED, Job, Jobs, Priority, Setback, State, Work
from plexsync.store.person.queue import Search


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path)
    yield store
    store.close()


@pytest.fixture
def jobs(store: Store) -> Jobs:
    return store.jobs


def enqueue(jobs: Jobs, *scenes: int, now: float = 0.0, priority: Priority = Priority.FRESH, run: int = 0) -> None:
    jobs.enqueue(scenes, priority=priority, origin="test", now=now, run_id=run)


def claim_one(jobs: Jobs, now: float = 0.0) -> Job:
    (job,) = jobs.claim(1, now)
    return job


def wait(job: Job, cause: str = "item_rejected", due_at: float = 100.0, work: Work = Work.ALL) -> Setback:
    return Setback(State.WAITING, cause, {"code": cause}, due_at, work)


def dead(jobs: Jobs, scene: int, now: float = 0.0) -> None:
    enqueue(jobs, scene, now=now)
    job = next(job for job in jobs.claim(100, now) if job.scene_id == scene)
    jobs.defer(job, Setback(State.DEAD, "item_rejected", {"status": "400"}, now), now)


def state(jobs: Jobs, scene: int) -> State:
    job = jobs.get(scene)
    assert job is not None
    return job.state


def test_a_scene_just_done_is_wanted_again_by_the_next_hint(jobs: Jobs) -> None:
    """F1."""
    enqueue(jobs, 1)
    jobs.finish([claim_one(jobs)], 1.0)
    assert state(jobs, 1) is State.DONE
    enqueue(jobs, 1, now=1.0)
    assert claim_one(jobs, 1.0).scene_id == 1


def test_an_edit_during_the_work_leaves_the_job_wanted(jobs: Jobs) -> None:
    """F2, F3."""
    enqueue(jobs, 1)
    first = claim_one(jobs)
    enqueue(jobs, 1, now=1.0)
    jobs.finish([first], 2.0)
    second = claim_one(jobs, 2.0)
    assert (second.state, second.revision) == (State.QUEUED, first.revision + 1)
    jobs.finish([second], 3.0)
    assert jobs.claim(10, 4.0) == ()


def test_an_edit_during_work_that_fails_keeps_the_job_ready(jobs: Jobs) -> None:
    enqueue(jobs, 1)
    first = claim_one(jobs)
    enqueue(jobs, 1, now=1.0)
    jobs.defer(first, Setback(State.DEAD, "item_rejected", {}, 1.0), 1.0)
    second = claim_one(jobs, 1.0)
    assert (second.attempts, second.cause) == (0, "")


def test_an_edit_while_only_the_image_is_left_wants_it_all(jobs: Jobs) -> None:
    enqueue(jobs, 1)
    first = claim_one(jobs)
    enqueue(jobs, 1, now=1.0)
    jobs.leave_image([first], 2.0)
    assert claim_one(jobs, 2.0).work is Work.ALL


def test_many_hints_make_one_row_and_keep_the_time_of_the_first(jobs: Jobs) -> None:
    for moment in range(5):
        enqueue(jobs, 1, now=float(moment))
    job = claim_one(jobs, 9.0)
    assert (job.revision, job.wanted_at) == (5, 0.0)
    assert [(count.number, count.oldest) for count in jobs.counts()] == [(1, 0.0)]


def test_a_hint_revives_a_dead_letter_with_a_clean_record(jobs: Jobs) -> None:
    dead(jobs, 1)
    enqueue(jobs, 1, now=5.0)
    job = claim_one(jobs, 5.0)
    assert (job.state, job.attempts, job.cause, dict(job.detail), job.wanted_at) == (State.QUEUED, 0, "", {}, 5.0)


@pytest.mark.parametrize("origin", ["plex", "reconcile"])
def test_what_is_found_by_itself_gives_one_more_try_and_no_clean_record(jobs: Jobs, origin: str) -> None:
    dead(jobs, 1)
    jobs.enqueue([1], priority=Priority.BULK, origin=origin, now=5.0)
    job = claim_one(jobs, 5.0)
    assert (job.state, job.attempts, job.failed_at) == (State.QUEUED, 1, 0.0)
    jobs.defer(job, wait(job), 6.0)
    found = jobs.get(1)
    assert found is not None
    assert found.attempts == 2
    enqueue(jobs, 1, now=7.0)
    assert claim_one(jobs, 7.0).attempts == 0, "an edit begins anew"


def test_a_hint_ends_a_wait(jobs: Jobs) -> None:
    enqueue(jobs, 1)
    jobs.defer(claim_one(jobs), wait(claim_one(jobs), due_at=1e9), 0.0)
    assert jobs.claim(10, 1.0) == ()
    enqueue(jobs, 1, now=2.0)
    assert claim_one(jobs, 2.0).scene_id == 1


def test_a_wait_ends_by_itself_and_not_before(jobs: Jobs) -> None:
    enqueue(jobs, 1)
    jobs.defer(claim_one(jobs), wait(claim_one(jobs), due_at=100.0), 0.0)
    assert jobs.next_due() == 100.0
    assert (jobs.ready(99.9), jobs.claim(10, 99.9)) == (False, ())
    assert jobs.ready(100.0)
    job = claim_one(jobs, 100.0)
    assert (job.attempts, job.cause) == (1, "item_rejected")
    assert jobs.next_due() is None


@pytest.mark.parametrize("cause", sorted(PARKED))
def test_parking_spends_no_attempt(jobs: Jobs, cause: str) -> None:
    enqueue(jobs, 1)
    jobs.defer(claim_one(jobs), wait(claim_one(jobs), cause), 0.0)
    job = jobs.get(1)
    assert job is not None
    assert (job.state, job.cause, job.attempts) == (State.WAITING, cause, 0)


def test_a_failure_spends_one_and_a_success_forgives_all(jobs: Jobs) -> None:
    enqueue(jobs, 1)
    for attempt in range(3):
        job = claim_one(jobs, 200.0 * attempt)
        assert job.attempts == attempt
        jobs.defer(job, wait(job, due_at=200.0 * attempt + 100), 200.0 * attempt)
    jobs.finish([claim_one(jobs, 1000.0)], 1000.0)
    enqueue(jobs, 1, now=1001.0)
    assert claim_one(jobs, 1001.0).attempts == 0


def test_what_was_put_aside_before_the_clock_was_set_back_becomes_ready_and_nothing_else(jobs: Jobs) -> None:
    causes = {1: "item_rejected", 2: "missing", 3: "brake", 4: "item_rejected"}
    aside_at = {1: 80_000.0, 2: 80_000.0, 3: 80_000.0, 4: 0.0}
    for scene, cause in causes.items():
        enqueue(jobs, scene)
        jobs.defer(claim_one(jobs), wait(claim_one(jobs), cause, aside_at[scene] + 100.0), aside_at[scene])
    jobs.wake_set_back(now=10.0)
    assert {scene: state(jobs, scene) for scene in causes} == {
        1: State.QUEUED,
        2: State.QUEUED,
        3: State.WAITING,
        4: State.WAITING,
    }
    assert {job.scene_id for job in jobs.claim(9, 10.0)} == {1, 2}


def test_persons_go_before_fresh_edits_before_a_whole_library_before_images(jobs: Jobs) -> None:
    enqueue(jobs, 1)
    enqueue(jobs, 6, priority=Priority.BULK)
    jobs.leave_image([claim_one(jobs)], 0.0)
    for scene, priority in ((2, Priority.BULK), (3, Priority.MANY), (4, Priority.FRESH), (5, Priority.PERSON)):
        enqueue(jobs, scene, priority=priority, now=float(10 - scene))
    assert [job.scene_id for job in jobs.claim(10, 20.0)] == [5, 4, 3, 6, 2]
    assert [job.scene_id for job in jobs.claim(10, 20.0, Priority.FRESH)] == [5, 4]
    assert [job.scene_id for job in jobs.claim(2, 20.0)] == [5, 4]


def test_a_claim_is_of_one_kind_of_work(jobs: Jobs) -> None:
    enqueue(jobs, 1, 2)
    jobs.leave_image([job for job in jobs.claim(2, 0.0) if job.scene_id == 1], 0.0)
    assert [(job.scene_id, job.work) for job in jobs.claim(10, 0.0)] == [(2, Work.ALL)]
    jobs.finish(jobs.claim(10, 0.0), 0.0)
    assert [(job.scene_id, job.work) for job in jobs.claim(10, 0.0)] == [(1, Work.IMAGE)]


def test_a_hint_can_only_hurry_a_queued_job(jobs: Jobs) -> None:
    enqueue(jobs, 1, priority=Priority.PERSON)
    enqueue(jobs, 1, priority=Priority.BULK)
    assert claim_one(jobs).priority == Priority.PERSON
    jobs.finish([claim_one(jobs)], 0.0)
    enqueue(jobs, 1, priority=Priority.BULK)
    assert claim_one(jobs).priority == Priority.BULK


def test_a_job_of_a_run_is_counted_there_until_somebody_else_wants_the_scene(jobs: Jobs) -> None:
    enqueue(jobs, 1, 2, 3, 4, priority=Priority.BULK, run=7)
    by_scene = {job.scene_id: job for job in jobs.claim(10, 0.0)}
    jobs.finish([by_scene[1]], 0.0)
    jobs.defer(by_scene[2], wait(by_scene[2], "missing"), 0.0)
    enqueue(jobs, 3)
    assert jobs.left_in_run(7)
    assert jobs.withdraw_run(7, 1.0) == 1, "only what nobody else asked for"
    assert (state(jobs, 3), state(jobs, 4)) == (State.QUEUED, State.DONE)
    jobs.finish([by_scene[3]], 1.0)
    assert jobs.left_in_run(7), "wanted again meanwhile"


def test_the_result_of_a_run(jobs: Jobs) -> None:
    enqueue(jobs, 1, 2, 3, run=7)
    enqueue(jobs, 9)
    by_scene = {job.scene_id: job for job in jobs.claim(10, 0.0)}
    jobs.finish([by_scene[1], by_scene[2]], 0.0)
    jobs.defer(by_scene[3], wait(by_scene[3], "missing"), 0.0)
    assert jobs.result_of_run(7) == {"done": 2, "missing": 1}


def test_dead_letters_are_retried_with_a_clean_record(store: Store, jobs: Jobs) -> None:
    dead(jobs, 1)
    dead(jobs, 2)
    enqueue(jobs, 3)
    assert store.queue.retry_dead(10.0) == 2
    assert {(job.scene_id, job.attempts, job.cause) for job in jobs.claim(10, 10.0)} == {
        (1, 0, ""), (2, 0, ""), (3, 0, ""),
    }  # fmt: skip


def test_clearing_takes_only_the_states_and_ages_that_are_meant(store: Store, jobs: Jobs) -> None:
    dead(jobs, 1, now=0.0)
    dead(jobs, 2, now=50.0)
    enqueue(jobs, 3, now=50.0)
    assert store.queue.clear([State.DEAD], 60.0, older_than=10.0) == 1
    assert [state(jobs, scene) for scene in (1, 2, 3)] == [State.DONE, State.DEAD, State.QUEUED]
    assert store.queue.clear([State.DEAD, State.QUEUED, State.WAITING], 60.0) == 2
    assert jobs.counts() == ()
    enqueue(jobs, 1, now=61.0)
    assert state(jobs, 1) is State.QUEUED, "a new hint is a new start"


def test_a_file_that_shows_up_wakes_only_who_waited_for_it(jobs: Jobs) -> None:
    enqueue(jobs, 1, 2, 3)
    for job in jobs.claim(10, 0.0):
        jobs.defer(job, wait(job, "missing" if job.scene_id < 3 else "item_rejected", due_at=1e9), 0.0)
    jobs.wake_waiting([1, 3, 99], "missing", 5.0)
    assert [job.scene_id for job in jobs.claim(10, 5.0)] == [1]
    assert jobs.waiting_for() == {"missing", "item_rejected"}
    assert jobs.wake_parked(6.0, ["unmapped", "brake"]) == 0
    assert jobs.wake_parked(6.0, ["missing", "item_rejected"]) == 2
    assert {job.scene_id for job in jobs.claim(10, 6.0)} == {1, 2, 3}


def test_waking_does_not_count_as_a_hint(jobs: Jobs) -> None:
    enqueue(jobs, 1)
    job = claim_one(jobs)
    jobs.defer(job, wait(job, "missing", due_at=1e9), 0.0)
    jobs.wake_waiting([1], "missing", 5.0)
    assert claim_one(jobs, 5.0).revision == job.revision == jobs.revision(1)
    assert jobs.revision(2) == 0


def test_what_a_person_is_shown(store: Store, jobs: Jobs) -> None:
    store.scenes.remember(Scene(1, title="Ünï"), "hash", "", (), 0.0)
    dead(jobs, 1)
    enqueue(jobs, 2)
    (one,) = store.queue.page(Search(Lane.DEAD), 10, 0)
    assert (one.job.scene_id, one.title, dict(one.job.detail)) == (1, "Ünï", {"status": "400"})
    assert [(one.job.scene_id, one.title) for one in store.queue.page(Search(Lane.NEXT), 10, 0)] == [(2, "")]
    assert {(count.state, count.cause, count.number) for count in jobs.counts()} == {
        (State.DEAD, "item_rejected", 1), (State.QUEUED, "", 1),
    }  # fmt: skip


def test_scenes_that_are_gone_leave_no_job(jobs: Jobs) -> None:
    enqueue(jobs, 1, 2)
    jobs.forget([1])
    assert jobs.get(1) is None
    assert claim_one(jobs).scene_id == 2


def test_a_claim_costs_the_same_whatever_else_is_in_the_queue(store: Store, jobs: Jobs) -> None:
    """F21: found by an index, never by reading the whole queue."""
    for statement, values in (
        ("UPDATE job SET state = 'queued' WHERE state = 'waiting' AND due_at <= ?", (1.0,)),
        ("SELECT * FROM job WHERE state = 'queued' AND priority <= ? ORDER BY priority, due_at LIMIT ?", (4, 10)),
        ("SELECT min(due_at) FROM job WHERE state = 'waiting'", ()),
        ("SELECT count(*) FROM job WHERE run_id = ? AND state = 'queued'", (1,)),
    ):
        plan = [row["detail"] for row in store.connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)]
        assert all("USING" in step and "INDEX" in step for step in plan), plan


def test_a_run_taken_back_leaves_what_was_wanted_before_it(jobs: Jobs) -> None:
    jobs.enqueue([1, 2, 3, 4, 5], priority=Priority.BULK, origin="feed", now=1.0)
    one, two, three, four, _ = jobs.claim(9, 1.0)
    jobs.finish([one], 2.0)
    jobs.leave_image([two], 2.0)
    jobs.defer(three, Setback(State.WAITING, "missing", {}, 99.0), 2.0)
    jobs.defer(four, Setback(State.DEAD, "bug", {}, 2.0), 2.0)
    jobs.enqueue([1, 2, 3, 4, 5, 6], priority=Priority.BULK, origin="task", now=3.0, run_id=7)
    assert jobs.withdraw_run(7, 4.0) == 2
    assert {job.scene_id for job in jobs.claim(9, 4.0)} == {2, 3, 4, 5}


def test_scenes_can_be_left_out_of_a_claim(jobs: Jobs) -> None:
    jobs.enqueue([1, 2, 3], priority=Priority.FRESH, origin="feed", now=1.0)
    assert [job.scene_id for job in jobs.claim(9, 1.0, but={1, 3})] == [2]
