"""How many scenes need a person, by cause: cheap, because every look at the state asks it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from plexsync.overview.scene_counts import LATE_SECONDS, NEEDS_PERSON
from plexsync.store import Store
from plexsync.store.jobs import State


@dataclass(frozen=True, slots=True)
class CauseCount:
    """How many scenes need a person for one cause."""

    cause: str
    number: int


@dataclass(frozen=True, slots=True)
class NeedsYouCounts:
    """How many scenes need a person: in all, by cause with the largest first; and how many the person ignores."""

    total: int
    causes: tuple[CauseCount, ...]
    ignored: int


def needs_you_counts(store: Store, now: float) -> NeedsYouCounts:
    """Count the scenes that need a person; the state counts the same ones."""
    counts = sorted(_counts(store, now), key=lambda one: (-one.number, one.cause))
    return NeedsYouCounts(sum(one.number for one in counts), tuple(counts), store.decisions.number_ignored())


def _counts(store: Store, now: float) -> Iterator[CauseCount]:
    for (state, cause), number in store.jobs.numbers().items():
        if state is State.DEAD or (state is State.WAITING and cause in NEEDS_PERSON):
            yield CauseCount(cause, number)
    late = store.jobs.number_missing(now - LATE_SECONDS)
    if late:
        yield CauseCount("missing", late)
