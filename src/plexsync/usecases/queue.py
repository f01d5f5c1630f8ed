"""A person's acts on the queue and its dead letters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from plexsync.domain.advice import Advice, explain
from plexsync.domain.errors import ItemError
from plexsync.domain.phrases import counted, moment, span
from plexsync.store import Store
from plexsync.store.jobs import Job, State
from plexsync.usecases.data_folder import open_store

DAY = 24 * 3600.0
OPEN_STATES = (State.QUEUED, State.WAITING, State.DEAD)
GIVEN_UP_FOR = tuple(sorted(kind.code for kind in ItemError.__subclasses__()))
"""The causes of dead letters."""


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job with its scene's title and its cause in words (None while nothing is wrong)."""

    job: Job
    title: str
    advice: Advice | None

    def to_json(self) -> dict[str, object]:
        """Return it as what JSON can hold."""
        return asdict(self)

    @property
    def record(self) -> str:
        """Say how often it was tried without success, and when: "" if it never was."""
        if not self.job.attempts:
            return ""
        tried = counted(self.job.attempts, "attempt")
        first, last = moment(self.job.failed_at), moment(self.job.changed_at)
        return (
            f"{tried}, first {first}, last {last}"
            if self.job.failed_at and self.job.attempts > 1
            else f"{tried}, last {last}"
        )

    @property
    def is_held(self) -> bool:
        """Tell whether a person ends the waiting, and no time; :meth:`until` says all of it then."""
        return self.job.cause in {"brake", "dry_run"}

    def until(self, now: float) -> Advice:
        """Say what ends the waiting; what a brake holds says so itself."""
        if self.job.cause == "brake":
            return self.advice or explain("brake", self.job.detail)
        if self.job.cause == "dry_run":
            return explain("scene_held", self.job.detail)
        return explain("scene_again", {"when": span(max(0.0, self.job.due_at - now))})


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Some jobs, next ones first, and how many there are of these states."""

    total: int
    rows: tuple[JobRow, ...]


def listed(folder: Path, states: Iterable[State] = OPEN_STATES, limit: int = 100) -> QueuePage:
    """Return the jobs in some states."""
    chosen = tuple(states)
    with open_store(folder) as store:
        total = sum(count.number for count in store.jobs.counts() if count.state in chosen)
        return QueuePage(total, rows_of(store, chosen, limit))


def rows_of(store: Store, states: Iterable[State], limit: int) -> tuple[JobRow, ...]:
    """Return the jobs in some states, next ones first."""
    return tuple(row_of(job, title) for job, title in store.jobs.listed(tuple(states), limit))


def row_of(job: Job, title: str) -> JobRow:
    """Put a job into words."""
    return JobRow(job, title, explain(job.cause, job.detail) if job.cause else None)


def retry_dead(folder: Path, now: float, cause: str | None = None) -> int:
    """Queue the dead letters of one cause again, or all; returns how many."""
    with open_store(folder) as store:
        return store.jobs.retry_dead(now, cause)


def retry_dead_of(folder: Path, scene_ids: Iterable[int], now: float) -> int:
    """Queue some scenes' dead letters again; returns how many."""
    with open_store(folder) as store:
        return store.jobs.retry_dead_of(scene_ids, now)


def clear_queue(folder: Path, now: float) -> int:
    """Forget all that is queued or waiting; returns how many."""
    with open_store(folder) as store:
        return store.jobs.clear((State.QUEUED, State.WAITING), now)


def clear_dead(folder: Path, now: float, older_than_days: float | None = None) -> int:
    """Forget all dead letters, or those that were given up so many days ago; returns how many."""
    oldest = None if older_than_days is None else now - older_than_days * DAY
    with open_store(folder) as store:
        return store.jobs.clear((State.DEAD,), now, older_than=oldest)
