"""Jobs as a person reads them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from plexsync.domain.advice import Advice, explain
from plexsync.domain.paths.key import name_of
from plexsync.domain.phrases import counted, moment, span
from plexsync.store.jobs import Job
from plexsync.store.person.queue import TitledJob


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


def rows_of(jobs: Iterable[TitledJob]) -> tuple[JobRow, ...]:
    """Put jobs into words."""
    return tuple(row_of(one.job, scene_name(one.title, one.path)) for one in jobs)


def scene_name(title: str, path: str) -> str:
    """Return a scene's title, or the name of its file where there is none, as Stash's own pages do."""
    return title or name_of(path)


def row_of(job: Job, title: str) -> JobRow:
    """Put a job into words."""
    return JobRow(job, title, explain(job.cause, job.detail) if job.cause else None)
