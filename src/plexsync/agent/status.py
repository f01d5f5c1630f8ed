"""How the agent describes itself to everybody who looks into ``state.db``: alive since when, waiting for what."""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import islice

from plexsync import __version__
from plexsync.detect.stash_watcher import StashWatcher
from plexsync.runtime.shared import Shared
from plexsync.store.state import AgentStatus, KeptOutage
from plexsync.sync.worker import Worker

SHOWN_AT_WORK = 100
"""Scenes of a batch that are named to whoever looks at the queue."""


def describe(
    workers: Sequence[Worker], stash_watcher: StashWatcher | None, shared: Shared, started_at: float
) -> AgentStatus:
    """Put into plain values what there is to say; ``started_at`` is UTC seconds. Parts may not be there yet.

    Nothing of it changes by itself while the agent rests, not even with each probe of a server that is down: it is not
    written for nothing.
    """
    breakers = [("worker", worker.breaker) for worker in workers]
    if stash_watcher is not None:
        breakers.append(("feed", stash_watcher.breaker))
    settings = shared.context.settings
    trips = [(part, breaker.trip) for part, breaker in breakers]
    return AgentStatus(
        pid=os.getpid(),
        version=__version__,
        started_at=started_at,
        sees_file=stash_watcher is not None and stash_watcher.sees_file,
        outages={part: KeptOutage(trip.code, trip.data, trip.since) for part, trip in trips if trip is not None},
        problems=tuple(problem.data for problem in settings.problems),
        paused=settings.flag("paused"),
        dry_run=settings.flag("dry_run"),
        counters=shared.counters.numbers,
        plugin_off=shared.context.plugin_off,
        events=next((target.hearing.state.value for target in shared.targets), ""),
        working=any(worker.at_work for worker in workers),
        at_work=tuple(islice((scene for worker in workers for scene in worker.at_work), SHOWN_AT_WORK)),
        rate=round(sum(worker.rate for worker in workers), 1),
    )
