"""What the agent's threads share."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from plexsync.runtime.context import Context
from plexsync.runtime.coverage import Coverage
from plexsync.runtime.load_budget import LoadBudget
from plexsync.runtime.plex_news import PlexNews
from plexsync.runtime.prefetch import Prefetch
from plexsync.runtime.restarts import Restarts

REST_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Shared:
    """Settings and clients, what was told and compared, starts, and two signals."""

    context: Context
    prefetch: Prefetch
    wanted: threading.Event
    urgent: threading.Event
    news: PlexNews
    starts: Restarts
    coverage: Coverage
    load_budget: LoadBudget

    @classmethod
    def around(cls, context: Context, prefetch: Prefetch) -> Shared:
        """Make one in which nothing has happened yet."""
        return cls(
            context,
            prefetch,
            threading.Event(),
            threading.Event(),
            PlexNews(),
            Restarts(),
            Coverage(),
            LoadBudget(),
        )

    def rest(self, seconds: float) -> None:
        """Do nothing for so long, a quarter of a second at most, or until there is a fresh edit."""
        self.urgent.wait(min(seconds, REST_SECONDS))
