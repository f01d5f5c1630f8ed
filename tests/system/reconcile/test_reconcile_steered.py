"""A reconcile from the page: it goes on when nobody watches, can be stopped, gone on with, and dropped."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from agent_stage import single
from inside import Inside, inside

from plexsync.reconcile.scheduler import Scheduler
from plexsync.store.jobs import State
from plexsync.usecases.refusal import Refused
from plexsync.usecases.runs import steering
from plexsync.usecases.runs.reconcile import page_request
from plexsync_simulators.world import make_world

ALL = page_request("all", "", "", ())


@pytest.fixture
def stage() -> Iterator[Inside]:
    with inside(make_world(60, 5), settings={"image_poster": "off"}) as stage:
        yield stage


def ask(stage: Inside) -> int:
    """Leave the command as the page does; here is no agent whose lock could be held."""
    command = stage.store.commands.ask("reconcile", ALL.arguments(), time.time())
    stage.store.commands.listen(command, time.time() + steering.YEAR)
    return command


def test_without_an_agent_nothing_is_started(stage: Inside) -> None:
    with pytest.raises(Refused, match="no_agent"):
        steering.start_reconcile(stage.data, ALL, time.time())


def test_a_run_is_followed_from_comparing_to_the_last_write_though_nobody_waits(stage: Inside) -> None:
    command = ask(stage)
    assert steering.reconcile_state(stage.data, time.time(), command).phase == "comparing"
    stage.later += 600
    stage.reconciler.turn()
    state = steering.reconcile_state(stage.data, time.time(), command)
    assert (state.phase, state.written) == ("writing", 0)
    assert state.scenes > 10
    stage.work()
    state = steering.reconcile_state(stage.data, time.time(), command)
    assert state.phase == "done"
    assert state.changes > state.written
    assert steering.reconcile_state(stage.data, time.time(), command, 1.0).since == state.written
    assert steering.reconcile_state(stage.data, time.time(), command, stage.now() + 60).since == 0


def test_a_stopped_run_lets_the_rest_wait_until_a_person_says_more(stage: Inside) -> None:
    ask(stage)
    stage.reconciler.turn()
    edited = single(stage.world, 60)[0]
    stage.enqueue(edited)
    state = steering.stop_reconcile(stage.data, time.time())
    assert state.phase == "stopped"
    assert state.stopped == state.scenes - 1 - steering_parked(stage)
    stage.work()
    assert stage.job(edited).state is State.DONE, "a person asked for this one since"
    before = steering.reconcile_state(stage.data, time.time())
    assert before.stopped == state.stopped
    stage.reload(image_poster="off", dry_run=False, brake_items="60")
    stage.work()
    assert steering.reconcile_state(stage.data, time.time()).stopped == state.stopped, "settings let nothing go on"
    assert steering.resume_stopped(stage.data, time.time()).scenes == state.stopped
    stage.work()
    assert steering.reconcile_state(stage.data, time.time()).phase == "done"
    with pytest.raises(Refused, match="no_run_to_stop"):
        steering.stop_reconcile(stage.data, time.time())


def steering_parked(stage: Inside) -> int:
    """Return how many scenes of the run wait for their file."""
    run = stage.store.runs.newest_of("reconcile", 1)[0]
    return sum(number for what, number in stage.store.jobs.result_of_run(run.id).items() if what == "missing")


def test_the_rest_of_a_stopped_run_can_be_dropped_and_is_found_again(stage: Inside) -> None:
    ask(stage)
    stage.reconciler.turn()
    state = steering.stop_reconcile(stage.data, time.time())
    assert steering.remove_stopped(stage.data, time.time()).scenes == state.stopped
    stage.work()
    assert steering.reconcile_state(stage.data, time.time()).changes == 0
    again = stage.reconcile()
    assert again.result["queued"] >= state.stopped


def test_a_new_run_takes_what_was_stopped(stage: Inside) -> None:
    ask(stage)
    stage.reconciler.turn()
    state = steering.stop_reconcile(stage.data, time.time())
    assert stage.reconcile().result["queued"] >= state.stopped
    stage.work()
    assert steering.reconcile_state(stage.data, time.time()).stopped == 0


def test_a_comparing_run_is_cancelled_at_once(stage: Inside) -> None:
    command = ask(stage)

    def clock() -> float:
        """Somebody presses Stop as soon as the run has begun."""
        if stage.store.runs.running("reconcile"):
            stage.store.commands.cancel(command)
        return stage.now()

    Scheduler(stage.store, stage.shared, stage.shared.targets[0], clock).turn()
    state = steering.reconcile_state(stage.data, time.time(), command)
    assert (state.phase, state.run) == ("cancelled", 0)
    assert "stopped" in {run.state for run in stage.store.runs.newest_of("reconcile", 5)}
