"""A server that takes no edits, or asks to be left alone: no scene is blamed, and it is hardly asked."""

from __future__ import annotations

import pytest
from inside import Inside, inside, item, scene, small_world

from plexsync.domain.advice import explain
from plexsync.store.jobs import Priority, State
from plexsync_simulators.world import World

SCENES = range(1, 31)
SETTINGS = {"image_poster": "off"}


def world() -> World:
    return small_world(*(scene(n, f"{n}.mp4") for n in SCENES), items=[item(f"{n}.mp4") for n in SCENES])


def switch(stage: Inside, **values: object) -> None:
    stage.plex.control("POST", "switches", values)


def turns(stage: Inside, seconds: float) -> None:
    """Let the worker go on for so long, by its own clock."""
    for _ in range(int(seconds * 2)):
        stage.worker.turn()
        stage.later += 0.5


def test_a_busy_database_costs_no_attempt_and_ends_at_once(caplog: pytest.LogCaptureFixture) -> None:
    with inside(world(), settings=SETTINGS) as stage:
        switch(stage, edit_status=500)
        stage.enqueue(*SCENES)
        stage.worker.turn()
        stage.reset_counts()
        turns(stage, 300)
        trip = stage.worker.breaker.trip
        assert trip is not None
        assert trip.code == "takes_no_edits"
        assert "every edit" in str(explain(trip.code, trip.data))
        assert stage.plex_counts()["PUT"] <= 3 * 300 / 3 + 6, "one probe at a time"
        assert {stage.job(n).attempts for n in SCENES} == {0}
        assert {stage.job(n).state for n in SCENES} == {State.QUEUED}
        assert sum("waiting" in record.getMessage() for record in caplog.records) == 1
        switch(stage, edit_status=0)
        turns(stage, 4)
        assert stage.worker.breaker.trip is None
        assert stage.differences() == {}


def test_what_is_asked_for_meanwhile_does_not_end_it() -> None:
    """A scene that needs no edit says nothing of a server that takes none."""
    with inside(world(), settings=SETTINGS) as stage:
        stage.sync(1)
        switch(stage, edit_status=500)
        stage.enqueue(2)
        stage.worker.turn()
        stage.store.jobs.enqueue([1], priority=Priority.PERSON, origin="test", now=0.0)
        turns(stage, 10)
        assert stage.job(1).state is State.DONE
        assert stage.worker.breaker.trip is not None
        assert stage.job(2).attempts == 0


@pytest.mark.parametrize("status", [400, 500])
def test_one_value_that_plex_refuses_costs_only_itself(status: int) -> None:
    with inside(world(), settings=SETTINGS) as stage:
        stage.sync()
        switch(stage, refuse_value="originallyAvailableAt.*2011-11-11", refuse_status=status)
        for n in (3, 4):
            stage.edit_scene(str(n), title=f"New {n}", date="2011-11-11" if n == 3 else "2012-12-12", director="Di")
        stage.poll()
        stage.work()
        assert stage.differences().keys() == {"/media/3.mp4"}
        assert stage.differences()["/media/3.mp4"].keys() == {"originallyAvailableAt"}
        job = stage.job(3)
        assert (job.cause, job.attempts) == ("item_rejected", 1)
        assert (job.detail["field"], job.detail["value"], job.detail["status"]) == ("date", "2011-11-11", str(status))
        for _ in range(12):
            stage.later += 3700
            stage.work()
        assert stage.job(3).state is State.DEAD
        assert "date" in str(explain(job.cause, job.detail))
        switch(stage, refuse_value="")
        stage.store.queue.retry_dead(stage.now())
        stage.work()
        assert stage.differences() == {}


LOCKED = "Cannot begin transaction. database is locked"


def test_a_locked_database_is_named_as_the_one_who_refused() -> None:
    with inside(world(), settings=SETTINGS) as stage:
        stage.sync()
        switch(stage, refuse_value="2011-11-11", edit_words=LOCKED)
        stage.edit_scene("3", date="2011-11-11", director="Di")
        stage.poll()
        for _ in range(12):
            stage.work()
            stage.later += 3700
        job = stage.job(3)
        assert job.state is State.DEAD
        said = str(explain(job.cause, job.detail))
        assert said.startswith("Plex's database was busy or locked when date of item")
        assert "2011-11-11" in said
        assert "Correct it in Stash" not in said, "nothing is wrong with it"


def test_a_server_whose_database_is_locked_is_waited_for_in_these_words() -> None:
    with inside(world(), settings=SETTINGS) as stage:
        switch(stage, edit_status=500, edit_words=LOCKED)
        stage.enqueue(*SCENES)
        stage.worker.turn()
        trip = stage.worker.breaker.trip
        assert trip is not None
        assert "its database is busy or locked" in str(explain(trip.code, trip.data))


def test_who_wants_fewer_requests_gets_none_for_as_long_as_it_says() -> None:
    with inside(world(), settings=SETTINGS) as stage:
        switch(stage, edit_status=429, retry_after=2)
        stage.enqueue(*SCENES)
        stage.worker.turn()
        trip = stage.worker.breaker.trip
        assert trip is not None
        assert trip.code == "too_many_requests"
        assert "2 s" in str(explain(trip.code, trip.data))
        stage.reset_counts()
        stage.later += 1.5
        stage.worker.turn()
        assert stage.plex_counts()["GET"] + stage.plex_counts()["PUT"] == 0
        switch(stage, edit_status=0, retry_after=0)
        stage.wait_until(lambda: _is_synced(stage), 10)
        assert {stage.job(n).attempts for n in SCENES} == {0}


def _is_synced(stage: Inside) -> bool:
    stage.later += 1
    stage.worker.turn()
    return stage.differences() == {}
