"""What the agent's threads share."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from plexsync.runtime.context import Context
from plexsync.runtime.coverage import Coverage
from plexsync.runtime.load_budget import LoadBudget
from plexsync.runtime.prefetch import Prefetch
from plexsync.runtime.restarts import Restarts
from plexsync.runtime.target import Target, targets_of

REST_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Shared:
    """Settings and clients, the targets, what was read and compared, starts, and two signals."""

    context: Context
    targets: tuple[Target, ...]
    prefetch: Prefetch
    wanted: threading.Event
    urgent: threading.Event
    starts: Restarts
    coverage: Coverage
    load_budget: LoadBudget

    @classmethod
    def begin(cls, context: Context, prefetch: Prefetch) -> Shared:
        """Make one in which nothing has happened yet."""
        return cls(
            context,
            targets_of(context),
            prefetch,
            threading.Event(),
            threading.Event(),
            Restarts(),
            Coverage(),
            LoadBudget(),
        )

    def rest(self, seconds: float) -> None:
        """Do nothing for so long, a quarter of a second at most, or until there is a fresh edit."""
        self.urgent.wait(min(seconds, REST_SECONDS))
