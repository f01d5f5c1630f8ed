"""When so many scenes are others at once that a brake has to see them."""

from __future__ import annotations

from plexsync.domain.reconcile.brakes import Limits
from plexsync.domain.settings import Settings
from plexsync.store import Store
from plexsync.store.history.runs import RECONCILE, SYNC

SPAN_SECONDS = 24 * 3600.0
"""All that is taken away within a day counts together: in small portions it would come to all of it."""


def limits(settings: Settings) -> Limits:
    """Return how much a run may take away by the settings."""
    return Limits(int(settings.number("brake_items")), settings.number("brake_percent") / 100)


def taken_of_late(store: Store, now: float) -> int:
    """Return from how many items something was taken away within a day that nobody had asked for."""
    return sum(store.runs.taken(kind, now - SPAN_SECONDS) for kind in (SYNC, RECONCILE))


def run_for_many(store: Store, settings: Settings, scenes: int, origin: str, now: float) -> int:
    """Begin a run for scenes that all turn out to be others at once, so that the brake sees them; 0 for a few.

    That is how another Stash at the same address looks, or one whose library was lost.
    """
    most, linked = limits(settings), store.links.number()
    if not linked or scenes <= most.items or scenes <= most.share * linked:
        return 0
    run = store.runs.start(SYNC, origin, "changed", now)
    store.runs.add(run, scenes)
    return run
