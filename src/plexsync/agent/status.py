"""How the agent describes itself to everybody who looks into ``state.db``: alive since when, waiting for what.

Nobody else writes that row. So another description than ours that was written after ours is a second agent's, where a
file system gives the lock to both. An agent that is alone pays nothing for this.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from itertools import islice

from plexsync import __version__
from plexsync.detect.stash_watcher import StashWatcher
from plexsync.runtime.clock import has_passed
from plexsync.runtime.shared import Shared
from plexsync.store import Store
from plexsync.store.state import AGENT_STATUS, NOBODY, AgentIdentity, AgentStatus, KeptOutage
from plexsync.sync.worker import Worker

SHOWN_AT_WORK = 100
"""Scenes of a batch that are named to whoever looks at the queue."""

SIGN_SECONDS = 300.0
"""How often two agents that know of each other show that they live."""

GONE_SECONDS = 2.5 * SIGN_SECONDS


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


class SecondAgentWatch:
    """Looks for a second agent; for the main thread."""

    def __init__(self, store: Store, now: Callable[[], float]) -> None:
        self._store = store
        self._now = now
        self._seen_at = self._shown_at = 0.0
        self.known: AgentIdentity = NOBODY

    def read(self, own: AgentStatus) -> None:
        """See whose description stands there, ``own`` being the one that was last written, if any was."""
        found = self._store.state.get(AGENT_STATUS, own)
        if own.identity not in {NOBODY, found.identity}:
            self._seen_at = self._now()
            self.known = NOBODY if found.ended_at else found.identity
            if found.second != own.identity:
                self._shown_at = 0.0  # it does not know of us: our description was overwritten before it was read

    def forget_if_gone(self) -> None:
        """Believe to be alone again where the second one has shown no sign of life for long."""
        if self.known != NOBODY and has_passed(GONE_SECONDS, self._seen_at, self._now()):
            self.known = NOBODY

    @property
    def is_sign_due(self) -> bool:
        """Tell whether it is time to show a second agent that this one lives."""
        return self.known != NOBODY and has_passed(SIGN_SECONDS, self._shown_at, self._now())

    def note_sign(self) -> None:
        """Note that our description was written."""
        self._shown_at = self._now()
