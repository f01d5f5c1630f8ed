"""All scenes, counted by what becomes of them."""

from __future__ import annotations

from plexsync.domain.standing.facts import SceneCounts
from plexsync.store import Store
from plexsync.store.jobs import PARKED, State

LATE_SECONDS = 24 * 3600.0
"""A file that Plex has not listed for so long does not come by itself: its scene needs a person."""

NEEDS_PERSON = ("ambiguous", "unmapped")
"""Causes to wait that only a person ends."""


def scene_counts(store: Store, now: float) -> SceneCounts:
    """Count from indexes alone, whatever the size of the library."""
    numbers = store.jobs.numbers()

    def waiting(*causes: str) -> int:
        return sum(numbers.get((State.WAITING, cause), 0) for cause in causes)

    late = store.jobs.number_missing(now - LATE_SECONDS)
    return SceneCounts(
        scenes=store.scenes.number(),
        queued=_all_in(numbers, State.QUEUED),
        retrying=sum(
            many for (state, cause), many in numbers.items() if state is State.WAITING and cause not in PARKED
        ),
        unscanned=waiting("missing") - late,
        held=waiting("brake"),
        dry=waiting("dry_run"),
        stopped=waiting("stopped"),
        needs_you=_all_in(numbers, State.DEAD) + waiting(*NEEDS_PERSON) + late,
        no_file=waiting("no_file"),
        ignored=store.decisions.number_ignored(),
        declined=waiting("declined"),
    )


def _all_in(numbers: dict[tuple[State, str], int], state: State) -> int:
    return sum(many for (where, _), many in numbers.items() if where is state)
