"""The task that checks everything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from plexsync.domain.advice import explain
from plexsync.domain.phrases import counted
from plexsync.stash_plugin.protocol import Level
from plexsync.stash_plugin.task_context import TaskContext
from plexsync.usecases.check.finding import Grade
from plexsync.usecases.check.health import findings
from plexsync.usecases.opening import open_data

Lines = Iterator[str]
_LEVELS = {Grade.OK: Level.INFO, Grade.WARNING: Level.WARNING, Grade.FAILED: Level.ERROR}


def health_check(context: TaskContext) -> Lines:
    """Check everything and say what to do."""
    bad = 0
    with open_data(context.folder) as opened:
        for finding in findings(opened, context.now):
            bad += finding.grade is not Grade.OK
            context.channel.log(str(finding), _LEVELS[finding.grade])
    yield f"{counted(bad, 'thing')} to look at, named above." if bad else str(explain("check_well", {}))


TASKS: Mapping[str, Callable[[TaskContext], Lines]] = {"health_check": health_check}
