"""The tasks that sync, and the one that waits for the queue."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from plexsync.domain.advice import STOPPED, explain
from plexsync.domain.phrases import counted, span
from plexsync.stash_plugin.tasks.context import TaskContext
from plexsync.usecases.runs.drain import Drained, drain
from plexsync.usecases.runs.sync import Scope, SyncRequest, sync
from plexsync.usecases.status.report import status

DAY = 24 * 3600.0
SAY_SECONDS = 15.0
ORIGIN = "task"
Lines = Iterator[str]


def sync_all(context: TaskContext) -> Lines:
    """Queue all scenes."""
    return _sync(context, "all", None)


def sync_recent(context: TaskContext) -> Lines:
    """Queue the scenes of the last 24 hours."""
    return _sync(context, "since", context.now() - DAY)


def _sync(context: TaskContext, scope: Scope, moment: float | None) -> Lines:
    queued = sync(
        context.folder,
        SyncRequest(scope, ORIGIN, moment),
        show=lambda progress, _: context.channel.progress(progress),
        now=context.now,
        sleep=context.sleep,
    )
    if not queued.scenes:
        yield str(explain("no_change_since" if scope == "since" else "no_scenes", {}))
        return
    yield f"{counted(queued.scenes, 'scene')} queued."
    yield from _troubles(context)
    yield str(explain("in_background", {}))


def _troubles(context: TaskContext) -> Lines:
    """Say what keeps the queued scenes from being written."""
    now = status(context.folder, context.now())
    yield from (f"Waiting: {outage.advice}" for outage in now.outages)
    yield from (f"{STOPPED}: {advice}" for advice in now.brakes)
    if now.paused or now.plugin_off:
        yield str(explain(now.plugin_off or "paused", {}))
    if now.dry_run:
        yield str(explain("dry_run_on", {}))


def process_queue(context: TaskContext) -> Lines:
    """Wait until the queue is empty, or until waiting is of no use."""
    speaker = _Speaker(context)
    yield from _drained_lines(drain(context.folder, show=speaker.show, now=context.now, sleep=context.sleep))
    yield from (f"{STOPPED}: {advice}" for advice in status(context.folder, context.now()).brakes)


class _Speaker:
    """Shows progress, and says in the log now and then how far it is."""

    def __init__(self, context: TaskContext) -> None:
        self._context = context
        self._said_at = context.now()

    def show(self, progress: float, facts: Mapping[str, Any]) -> None:
        self._context.channel.progress(progress)
        if self._context.now() - self._said_at < SAY_SECONDS:
            return
        self._said_at = self._context.now()
        rate = f", {facts['rate']:.1f} per second" if facts["rate"] else ""
        to_go = "" if facts["time_left"] is None else f", about {span(facts['time_left'])} to go"
        self._context.channel.log(f"{counted(facts['done'], 'scene')} done, {facts['left']} left{rate}{to_go}.")


def _drained_lines(drained: Drained) -> Lines:
    done = f"{counted(drained.done, 'scene')} done in {span(drained.seconds)}"
    if drained.advice is None:
        yield f"{done}; {'nothing else can be done now' if drained.parked or drained.dead else 'the queue is empty'}."
    else:
        yield f"{done}; {drained.left} left. {drained.advice}"
    if drained.parked:
        yield f"{counted(drained.parked, 'scene')} still waiting: `View Queue Status` says what for."
    if drained.dead:
        yield f"{counted(drained.dead, 'scene')} given up: `View Queue Status` says why."


TASKS: Mapping[str, Callable[[TaskContext], Lines]] = {
    "sync_all": sync_all,
    "sync_recent": sync_recent,
    "process_queue": process_queue,
}
