"""All scenes, counted by what becomes of them."""

from __future__ import annotations

from plexsync.domain.standing.facts import SceneCounts
from plexsync.store import Store
from plexsync.store.jobs import PARKED, State

DAY = 24 * 3600.0


def scene_counts(store: Store, now: float) -> SceneCounts:
    """Count from indexes alone, whatever the size of the library."""
    numbers = store.jobs.numbers()

    def waiting(*causes: str) -> int:
        return sum(numbers.get((State.WAITING, cause), 0) for cause in causes)

    late = store.jobs.number_missing(now - DAY)
    return SceneCounts(
        scenes=store.scenes.number(),
        queued=_all_in(numbers, State.QUEUED),
        retrying=sum(
            many for (state, cause), many in numbers.items() if state is State.WAITING and cause not in PARKED
        ),
        unscanned=waiting("missing") - late,
        held=waiting("brake"),
        dry=waiting("dry_run"),
        needs_you=_all_in(numbers, State.DEAD) + waiting("ambiguous", "unmapped") + late,
        ignored=store.decisions.number_ignored(),
        no_file=waiting("no_file"),
    )


def _all_in(numbers: dict[tuple[State, str], int], state: State) -> int:
    return sum(many for (where, _), many in numbers.items() if where is state)
