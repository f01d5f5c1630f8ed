"""The task that checks everything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from plexsync.domain.advice import explain
from plexsync.domain.phrases import counted
from plexsync.stash_plugin.protocol import Level, LogLine
from plexsync.stash_plugin.tasks.context import TaskContext
from plexsync.usecases.check.finding import Grade, HealthFinding
from plexsync.usecases.check.health import findings
from plexsync.usecases.opening import open_data

Lines = Iterator[str | LogLine]
_LEVELS = {Grade.OK: Level.INFO, Grade.WARNING: Level.WARNING, Grade.FAILED: Level.ERROR}
_USUAL_NUMBER = 14
"""About so many findings there are: progress goes by that."""


def health_check(context: TaskContext) -> Lines:
    """Check everything and say what to do, in one line first."""
    found: list[HealthFinding] = []
    with open_data(context.folder) as opened:
        for finding in findings(opened, context.now):
            found.append(finding)
            context.channel.progress(min(0.9, len(found) / _USUAL_NUMBER))
    bad = sum(finding.grade is not Grade.OK for finding in found)
    yield f"{counted(bad, 'thing')} to look at, named below." if bad else str(explain("check_well", {}))
    yield from (LogLine(str(finding), _LEVELS[finding.grade]) for finding in found)


TASKS: Mapping[str, Callable[[TaskContext], Lines]] = {"health_check": health_check}
