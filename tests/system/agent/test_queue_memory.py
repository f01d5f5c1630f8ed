"""A long queue lies in SQLite: what the agent holds of it in memory is the batch under way."""

from __future__ import annotations

import tracemalloc

from inside import Inside, inside

from plexsync.agent.status import describe
from plexsync.store.jobs import Priority
from plexsync.store.state import AGENT_STATUS
from plexsync_simulators.world import make_world

JOBS = 20_000
CHUNK = 2000
BOUND = 3_000_000


def test_a_long_queue_is_not_held_in_memory() -> None:
    with inside(make_world(6, 3), settings={"image_poster": "off"}) as stage:
        stage.plex.control("POST", "starting", {"on": True})
        for start in range(1, JOBS, CHUNK):
            with stage.store.transaction():
                ids = range(start, start + CHUNK)
                stage.store.jobs.enqueue(ids, priority=Priority.BULK, origin="test", now=stage.now())
        tracemalloc.start()
        try:
            turns(stage)
            assert left(stage) > JOBS - 1000, "all but the batch that Stash knows nothing of"
            stage.plex.control("POST", "starting", {"on": False})
            turns(stage)
            assert JOBS // 2 < left(stage) < JOBS - 1000
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert most < BOUND, f"{most / 1e6:.1f} MB"


def turns(stage: Inside) -> None:
    for _ in range(3):
        stage.worker.turn()
        stage.store.state.put(AGENT_STATUS, describe([stage.worker], stage.stash_watcher, stage.shared, stage.now()))
        stage.later += 3


def left(stage: Inside) -> int:
    return sum(count.number for count in stage.store.jobs.counts())
