"""The reconcile tasks in Stash's menu: they compare, queue what differs, and end; the queue repairs it afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from plexsync.domain.advice import explain
from plexsync.domain.phrases import counted
from plexsync.stash_plugin.tasks.context import TaskContext
from plexsync.usecases.queue.brakes import allow_once
from plexsync.usecases.runs.reconcile import FROM_SETTINGS, ReconcileRequest, reconcile

ORIGIN = "task"
Lines = Iterator[str]


def _scoped(scope: str) -> Callable[[TaskContext], Lines]:
    def task(context: TaskContext) -> Lines:
        return _reconcile(context, scope)

    return task


def allow_mass_change(context: TaskContext) -> Lines:
    """Let pass what brakes hold: scenes in the queue, and the last reconcile if one stopped it."""
    released = allow_once(context.folder, ORIGIN, context.now())
    yield f"{counted(released.scenes, 'scene')} let pass."
    if released.is_reconcile_braked:
        yield from _reconcile(context, "all", allowed=True)


def _reconcile(context: TaskContext, scope: str, *, allowed: bool = False) -> Lines:
    allowed = allowed or context.is_told("allow_mass_change")
    asked = ReconcileRequest(scope, ORIGIN, deep=context.is_told("deep"), allowed=allowed)
    found = reconcile(
        context.folder,
        asked,
        show=lambda progress, _: context.channel.progress(progress),
        now=context.now,
        sleep=context.sleep,
    )
    yield from found.lines()
    if found.queued:
        yield str(explain("repaired_in_background", {}))


TASKS: Mapping[str, Callable[[TaskContext], Lines]] = {
    "reconcile": _scoped(FROM_SETTINGS),
    "reconcile_all": _scoped("all"),
    "reconcile_24h": _scoped("24h"),
    "reconcile_7d": _scoped("7d"),
    "reconcile_custom": _scoped("custom"),
    "allow_mass_change": allow_mass_change,
}
