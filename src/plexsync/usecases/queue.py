"""What a person may do with the queue and its dead letters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from plexsync.domain.advice import Advice, explain
from plexsync.store import Store
from plexsync.store.jobs import Job, State
from plexsync.usecases.words import counted, moment

DAY = 24 * 3600.0
OPEN_STATES = (State.QUEUED, State.WAITING, State.DEAD)


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job with its scene's title and its cause in words (None while nothing is wrong)."""

    job: Job
    title: str
    advice: Advice | None

    def to_json(self) -> dict[str, Any]:
        """Return it as what JSON can hold."""
        return asdict(self)

    @property
    def record(self) -> str:
        """Say how often it was tried without success, and when: "" if it never was."""
        if not self.job.attempts:
            return ""
        tried = counted(self.job.attempts, "attempt")
        first, last = moment(self.job.failed_at), moment(self.job.changed_at)
        return f"{tried}, first {first}, last {last}" if self.job.failed_at else f"{tried}, last {last}"


def listed(store: Store, states: Iterable[State] = OPEN_STATES, limit: int = 100) -> tuple[JobRow, ...]:
    """Return the jobs in some states, next ones first."""
    return tuple(row_of(job, title) for job, title in store.jobs.listed(tuple(states), limit))


def row_of(job: Job, title: str) -> JobRow:
    """Put a job into words."""
    return JobRow(job, title, explain(job.cause, job.detail) if job.cause else None)


def retry_dead(store: Store, now: float, cause: str | None = None) -> int:
    """Queue the dead letters of one cause again, or all; returns how many."""
    return store.jobs.retry_dead(now, cause)


def retry_dead_of(store: Store, scene_ids: Iterable[int], now: float) -> int:
    """Queue some scenes' dead letters again; returns how many."""
    return store.jobs.retry_dead_of(scene_ids, now)


def clear_queue(store: Store, now: float) -> int:
    """Forget all that is queued or waiting; returns how many."""
    return store.jobs.clear((State.QUEUED, State.WAITING), now)


def clear_dead(store: Store, now: float) -> int:
    """Forget all dead letters; returns how many."""
    return store.jobs.clear((State.DEAD,), now)


def purge_dead(store: Store, now: float, older_than_days: float) -> int:
    """Forget the dead letters that were given up so many days ago; returns how many."""
    return store.jobs.clear((State.DEAD,), now, older_than=now - older_than_days * DAY)
