"""One switch for what becomes of a job: done, images left, waiting, or a dead letter."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from plexsync.domain.errors import ItemError
from plexsync.domain.model import Link, Reason, Verdict
from plexsync.store.jobs import Job, Setback, State, Work

FIRST_DELAY = 10.0
LONGEST_DELAY = 3600.0
PARKED_DELAY = 6 * 3600.0
"""When a scene without a certain item is looked at again all the same; what it waits for wakes it before."""

HELD_SECONDS = 365 * 24 * 3600.0

LONGEST_FACT = 500
"""How much is kept of what a server answered."""


@dataclass(frozen=True, slots=True)
class RetryRule:
    """How often an item's trouble is tried again; ``clean`` masks secrets in what is kept of an answer."""

    max_attempts: int
    jitter: random.Random
    clean: Callable[[str], str] = str

    def after(self, job: Job, error: ItemError, now: float, work: Work) -> Setback:
        """Say what comes after a failure: ever longer waits, then a dead letter.

        The only way to become one, and only for what concerns one item: a server's trouble must cost no job an attempt.
        """
        facts = {name: self.clean(value)[:LONGEST_FACT] for name, value in error.data.items()}
        detail = {**facts, "code": error.code}
        if job.attempts + 1 >= self.max_attempts:
            return Setback(State.DEAD, error.code, detail, now, work)
        delay = min(LONGEST_DELAY, FIRST_DELAY * 3**job.attempts) * self.jitter.uniform(0.9, 1.1)
        return Setback(State.WAITING, error.code, detail, now + delay, work)


_CAUSES: Mapping[Verdict, str] = {
    Verdict.MISSING: "missing",
    Verdict.AMBIGUOUS: "ambiguous",
    Verdict.UNMAPPED: "unmapped",
    Verdict.NO_FILE: "no_file",
    Verdict.DECLINED: "declined",
}


def parked(link: Link, now: float) -> Setback:
    """Let a scene without a certain item wait for the world to change; this is no failure and never a dead letter."""
    cause = _CAUSES[link.verdict]
    return Setback(State.WAITING, cause, _facts(link.reasons), now + PARKED_DELAY)


def held(cause: str, facts: Mapping[str, str], now: float, work: Work = Work.ALL) -> Setback:
    """Let a job wait for a person, who releases a brake or ends a dry run."""
    return Setback(State.WAITING, cause, {"code": cause, **facts}, now + HELD_SECONDS, work)


def _facts(reasons: tuple[Reason, ...]) -> dict[str, str]:
    facts: dict[str, str] = {}
    for reason in reasons:
        facts.setdefault("code", reason.code)
        for name, value in reason.data.items():
            facts.setdefault(name, value)
    return facts
