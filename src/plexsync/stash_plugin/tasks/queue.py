"""The tasks that look at the queue and put it in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from plexsync.domain.phrases import counted
from plexsync.stash_plugin.tasks.context import TaskContext
from plexsync.usecases.queue import changes, dead_letters
from plexsync.usecases.status.lines import lines_of
from plexsync.usecases.status.report import status

PURGE_DAYS = 30
Lines = Iterator[str]


def queue_status(context: TaskContext) -> Lines:
    """Say how things stand."""
    yield from lines_of(status(context.folder, context.now()))


def retry_dead_letters(context: TaskContext) -> Lines:
    """Queue dead letters again: all, or those of the ``scene`` or the ``cause`` that was given along."""
    if context.arguments.get("scene") is not None:
        number = dead_letters.retry_scenes(context.folder, [context.whole("scene")], context.now())
    else:
        cause = context.arguments.get("cause")
        number = dead_letters.retry(context.folder, context.now(), None if cause is None else str(cause))
    yield f"{counted(number, 'scene')} queued again."


def clear_queue(context: TaskContext) -> Lines:
    """Forget what is queued."""
    cleared = changes.clear(context.folder, context.now())
    yield f"{counted(cleared.removed, 'scene')} taken out of the queue. {cleared.lost}"


def clear_dead_letters(context: TaskContext) -> Lines:
    """Forget the dead letters."""
    yield f"{counted(dead_letters.clear(context.folder, context.now()), 'dead letter')} forgotten."


def purge_dead_letters(context: TaskContext) -> Lines:
    """Forget old dead letters: of 30 days ago, or of the ``days`` that were given along."""
    days = PURGE_DAYS if context.arguments.get("days") is None else context.whole("days")
    number = dead_letters.clear(context.folder, context.now(), days)
    yield f"{counted(number, 'dead letter')} older than {counted(days, 'day')} forgotten."


TASKS: Mapping[str, Callable[[TaskContext], Lines]] = {
    "queue_status": queue_status,
    "retry_dead_letters": retry_dead_letters,
    "clear_queue": clear_queue,
    "clear_dead_letters": clear_dead_letters,
    "purge_dead_letters": purge_dead_letters,
}
