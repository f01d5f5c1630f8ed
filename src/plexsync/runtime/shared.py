"""What the agent's threads share."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from plexsync.runtime.context import Surroundings
from plexsync.runtime.coverage import FullRuns
from plexsync.runtime.load_budget import StashTime
from plexsync.runtime.plex_news import PlexNews
from plexsync.runtime.prefetch import Snapshots
from plexsync.runtime.restarts import Starts

REST_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Shared:
    """Settings and clients, what was told and compared, starts, and two signals."""

    surroundings: Surroundings
    snapshots: Snapshots
    wanted: threading.Event
    urgent: threading.Event
    news: PlexNews
    starts: Starts
    full_runs: FullRuns
    stash_time: StashTime

    @classmethod
    def around(cls, surroundings: Surroundings, snapshots: Snapshots) -> Shared:
        """Make one in which nothing has happened yet."""
        return cls(
            surroundings,
            snapshots,
            threading.Event(),
            threading.Event(),
            PlexNews(),
            Starts(),
            FullRuns(),
            StashTime(),
        )

    def rest(self, seconds: float) -> None:
        """Do nothing for so long, a quarter of a second at most, or until there is a fresh edit."""
        self.urgent.wait(min(seconds, REST_SECONDS))
