"""One switch for what becomes of a job: done, images left, waiting, or a dead letter."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from plexsync.errors import PlexSyncError
from plexsync.model import Link, Reason, Verdict
from plexsync.store.jobs import Job, Setback, State

FIRST_DELAY = 10.0
LONGEST_DELAY = 3600.0
PARKED_DELAY = 6 * 3600.0
"""When a scene without a certain item is looked at again all the same; what it waits for wakes it before."""


@dataclass(frozen=True, slots=True)
class RetryRule:
    """How often an item's trouble is tried again."""

    max_attempts: int
    jitter: random.Random

    def after(self, job: Job, error: PlexSyncError, now: float, want: str) -> Setback:
        """Say what comes after a failure: ever longer waits, then a dead letter."""
        detail = {**error.data, "code": error.code}
        if job.attempts + 1 >= self.max_attempts:
            return Setback(State.DEAD, error.code, detail, now, want)
        delay = min(LONGEST_DELAY, FIRST_DELAY * 3**job.attempts) * self.jitter.uniform(0.9, 1.1)
        return Setback(State.WAITING, error.code, detail, now + delay, want)


_CAUSES: Mapping[Verdict, str] = {
    Verdict.MISSING: "missing",
    Verdict.AMBIGUOUS: "ambiguous",
    Verdict.UNMAPPED: "unmapped",
    Verdict.NO_FILE: "no_file",
}


def parked(link: Link, now: float) -> Setback:
    """Let a scene without a certain item wait for the world to change; this is no failure and never a dead letter."""
    cause = _CAUSES[link.verdict]
    return Setback(State.WAITING, cause, _facts(link.reasons), now + PARKED_DELAY)


def _facts(reasons: tuple[Reason, ...]) -> dict[str, str]:
    facts: dict[str, str] = {}
    for reason in reasons:
        facts.setdefault("code", reason.code)
        for name, value in reason.data.items():
            facts.setdefault(name, value)
    return facts
