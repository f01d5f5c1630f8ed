"""Stash as it may be: waiting for its migration, and with the plugin switched off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from agent_stage import single
from inside import Inside, inside

from plexsync.domain.errors import NotReady
from plexsync.stash import scenes
from plexsync.stash.client import StashClient
from plexsync.stash.connection import Connection
from plexsync.store.jobs import State
from plexsync_simulators.world import make_world


@pytest.fixture
def stage() -> Iterator[Inside]:
    with inside(make_world(12, 4), settings={"image_poster": "off", "no_startup_reconcile": True}) as stage:
        stage.sync()
        yield stage


def panics(stage: Inside) -> int:
    return sum("nil pointer" in line["message"] for line in stage.stash.control("GET", "log"))


def wait(stage: Inside, *, seconds: float, times: int) -> None:
    for _ in range(times):
        stage.later += seconds
        stage.stash_watcher.turn(lambda _: None)
        stage.worker.turn()


def test_a_stash_that_waits_for_its_migration_is_asked_rarely_and_does_not_panic(stage: Inside) -> None:
    stage.stash.control("POST", "switches", {"needs_migration": True})
    stage.enqueue(*single(stage.world, 3))
    stage.stash.control("POST", "silent_write")
    before = panics(stage)
    wait(stage, seconds=1.0, times=10)
    first = panics(stage) - before
    assert first <= 20, "a poll has a dozen parts, and each that needs the database panics"
    trip = stage.stash_watcher.breaker.trip
    assert trip is not None
    assert (trip.code, trip.data["detail"]) == ("not_ready", "the migration of its database")
    stage.reset_counts()
    wait(stage, seconds=5.0, times=60)
    assert panics(stage) - before == first, "no question makes it panic again"
    assert stage.stash_counts()["query"] <= 14
    stage.stash.control("POST", "switches", {"needs_migration": False})
    edited = single(stage.world, 1)[0]
    stage.edit_scene(edited, title="After the migration")
    wait(stage, seconds=61.0, times=4)
    stage.work()
    assert stage.stash_watcher.breaker.trip is None
    assert stage.differences() == {}
    assert not any(state is State.DEAD for state, _ in stage.jobs_by_state())


def test_a_stash_that_starts_and_waits_for_its_migration_panics_at_nothing(stage: Inside) -> None:
    stage.stash.control("POST", "switches", {"needs_migration": True})
    stage.begin_life()
    before = panics(stage)
    stage.later += 61
    stage.stash_watcher.turn(lambda _: None)
    trip = stage.stash_watcher.breaker.trip
    assert trip is not None
    assert trip.code == "not_ready"
    assert panics(stage) == before


def test_whoever_asks_then_gets_the_sentence(stage: Inside) -> None:
    stage.stash.control("POST", "switches", {"needs_migration": True})
    with closing(StashClient(Connection(stage.stash.url), connect_timeout=5, read_timeout=5)) as client:
        for _ in range(2):
            with pytest.raises(NotReady):
                scenes.read(client, [1, 2, 3])
        with pytest.raises(NotReady):
            client.image("/scene/1/screenshot")
    assert panics(stage) == 1
