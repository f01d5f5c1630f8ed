"""Whether the cover of a scene that took the place of another is Stash's own still, or a picture somebody chose.

A scan makes covers of its new scenes. Such a still does not replace the picture that the earlier scene left in Plex; a
cover that a person sets afterwards does. ``unsaid`` is kept with the record until the scene has a cover of its own.
"""

from __future__ import annotations

from typing import Protocol

from plexsync.net.decode import text, text_if_any
from plexsync.stash import timestamps
from plexsync.stash.client import ImageAnswer, StashClient, understood

UNSEEN = "unseen"
"""No cover of the scene was ever looked at."""

_NONE = "none"
_JOB = "job:"
_STILL = "still:"
_MAKING = ("Scan", "Generat")
_QUEUE = "query JobQueue { jobQueue { id status description } }"
_ONE_JOB = "query Job($id: ID!) { findJob(input: { id: $id }) { endTime } }"


class CoverJobs(Protocol):
    """Stash's jobs that make covers; every method raises server errors."""

    def making_covers(self) -> str:
        """Return the id of a job that scans or generates now, "" for none."""

    def ended_at(self, job: str) -> str:
        """Return when a job ended as its stamp says, "" if it has not or Stash has forgotten it."""


def judge(unsaid: str, answer: ImageAnswer, updated_at: str, jobs: CoverJobs, *, is_bare: bool) -> str:
    """Return what is to be kept, "" once the scene has a cover of its own; raises server errors.

    ``is_bare`` tells that the scene says nothing else either, ``updated_at`` when it got what it has.
    """
    if not unsaid or answer.status == "same":
        return unsaid
    if answer.status == "none":
        job = jobs.making_covers()
        return f"{_JOB}{job}" if job else _NONE
    still = f"{_STILL}{answer.etag}"
    if unsaid.startswith(_STILL):
        return still if unsaid == still else ""
    return still if is_bare and _is_made(unsaid, updated_at, jobs) else ""


def _is_made(unsaid: str, updated_at: str, jobs: CoverJobs) -> bool:
    """Tell whether a job of Stash's made the first cover of a scene."""
    if unsaid == UNSEEN or jobs.making_covers():
        return True
    if not unsaid.startswith(_JOB):
        return False
    ended = jobs.ended_at(unsaid.removeprefix(_JOB))
    return bool(ended) and not timestamps.is_older(ended, updated_at)


def making_covers(client: StashClient) -> str:
    """Return the id of a job that scans or generates now, "" for none; raises server errors."""
    answer = client.query(_QUEUE)
    with understood(client):
        for job in answer["jobQueue"] or ():
            if text(job["status"]) == "RUNNING" and text(job["description"]).startswith(_MAKING):
                return text(job["id"])
    return ""


def ended_at(client: StashClient, job: str) -> str:
    """Return when a job ended as its stamp says, "" if it has not or Stash has forgotten it; raises server errors."""
    answer = client.query(_ONE_JOB, {"id": job})
    with understood(client):
        found = answer["findJob"]
        return "" if found is None else text_if_any(found["endTime"])
