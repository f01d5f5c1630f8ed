"""The job queue: strictly one job at a time, in the order in which they were added."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from plexsync_simulators.stash.clock import Clock
from plexsync_simulators.stash.log import Log

_REMEMBERED = 10


class JobFailed(Exception):
    """The job could not be done; the text is the job's `error`."""


# The attributes bear the names of the schema's fields, which they are read as.
@dataclass(slots=True)
class Job:
    """One job; `status` is READY, RUNNING, STOPPING, FINISHED, CANCELLED or FAILED; `progress` 0 to 1."""

    id: str
    description: str
    addTime: str
    run: Callable[[Job], Awaitable[None]]
    status: str = "READY"
    progress: float = 0.0
    subTasks: list[str] | None = None
    startTime: str | None = None
    endTime: str | None = None
    error: str | None = None


class Jobs:
    """The queue and the last ten jobs that left it. Ids restart at 1 with the server."""

    def __init__(self, clock: Clock, log: Log) -> None:
        self._clock = clock
        self._log = log
        self._waiting: deque[Job] = deque()
        self._ended: deque[Job] = deque(maxlen=_REMEMBERED)
        self._current: tuple[Job, asyncio.Task[None]] | None = None
        self._wake = asyncio.Event()
        self._last = 0

    def add(self, description: str, run: Callable[[Job], Awaitable[None]]) -> str:
        """Queue a job and return its id."""
        self._last += 1
        self._waiting.append(Job(str(self._last), description, self._clock.precise(), run))
        self._wake.set()
        return str(self._last)

    def queue(self) -> list[Job] | None:
        """Return the running and the waiting jobs; None rather than an empty list (recording job_queue_empty)."""
        current = [self._current[0]] if self._current else []
        return [*current, *self._waiting] or None

    def find(self, id_: str) -> Job | None:
        """Return a job of the queue or of the last ten."""
        return next((job for job in [*(self.queue() or ()), *self._ended] if job.id == id_), None)

    def stop(self, id_: str) -> None:
        """Stop a job: a waiting one never runs, a running one is cancelled."""
        for job in list(self._waiting):
            if job.id == id_:
                self._waiting.remove(job)
                self._end(job, "CANCELLED")
        if self._current and self._current[0].id == id_:
            self._current[0].status = "STOPPING"
            self._current[1].cancel()

    def stop_all(self) -> None:
        """Stop every job."""
        for job in self.queue() or ():
            self.stop(job.id)

    async def work(self) -> None:
        """Do jobs until cancelled."""
        while True:
            if not self._waiting:
                self._wake.clear()
                await self._wake.wait()
                continue
            await self._do(self._waiting.popleft())

    async def _do(self, job: Job) -> None:
        job.status, job.startTime = "RUNNING", self._clock.precise()
        task: asyncio.Task[None] = asyncio.create_task(_awaited(job))
        self._current = (job, task)
        # Not awaited itself: a stopped job must not look like an end of the server.
        await asyncio.wait([task])
        status = "FINISHED"
        if task.cancelled():
            status = "CANCELLED"
        elif (failure := task.exception()) is not None:
            status, job.error = "FAILED", str(failure)
            self._log.add("error", f"task failed due to error: {failure}")
        self._current = None
        self._end(job, status)

    def _end(self, job: Job, status: str) -> None:
        job.status, job.endTime = status, self._clock.precise()
        self._ended.append(job)


async def _awaited(job: Job) -> None:
    await job.run(job)
