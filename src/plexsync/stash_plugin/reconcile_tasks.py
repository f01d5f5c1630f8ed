"""The reconcile tasks in Stash's menu: they compare, queue what differs, and end; the queue repairs it afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

from plexsync.agent.lock import is_held
from plexsync.domain.advice import explain
from plexsync.reconcile.compare import Finding
from plexsync.stash_plugin.protocol import Level
from plexsync.stash_plugin.task_context import NotDone, TaskContext
from plexsync.usecases.opening import open_data
from plexsync.usecases.reconcile import FROM_SETTINGS, WORDS, Preview, arguments, ask_reconcile, request_of, summary
from plexsync.usecases.sync import failure_of, follow

ORIGIN = "task"
SHOWN = 20
Lines = Iterator[str]


def _scoped(scope: str) -> Callable[[TaskContext], Lines]:
    def task(context: TaskContext) -> Lines:
        return _reconcile(context, scope)

    return task


def _reconcile(context: TaskContext, scope: str) -> Lines:
    if not is_held(context.folder):
        raise NotDone(str(explain("no_agent", {})))
    asked = arguments(scope, ORIGIN, deep=context.is_told("deep"), allowed=context.is_told("allow_mass_change"))
    command = follow(
        context.store,
        ask_reconcile(context.store, asked, context.now()),
        show=lambda progress, _: context.channel.progress(progress),
        now=context.now,
        sleep=context.sleep,
    )
    if command.state != "done":
        raise NotDone(str(explain(*failure_of(command))))
    yield from summary(command.result)
    if command.result.get("queued"):
        yield "What was queued is repaired in the background: `View Queue Status` tells how far it is."


def preview(context: TaskContext) -> Lines:
    """Say what `Reconcile Library` would find; nothing is queued."""
    with open_data(context.folder) as opened:
        poll = Preview(opened, request_of(opened, arguments(FROM_SETTINGS, ORIGIN), context.now()))
        found = (finding for finding in poll.findings(context.channel.progress) if finding.gap is not None)
        for finding in islice(found, SHOWN):
            context.channel.log(_in_words(finding, opened.store.scenes.title(finding.scene_id)), Level.INFO)
        rest = sum(1 for _ in found)
        if rest:
            yield f"{rest} more findings are not shown here: `plexsync reconcile --dry-run` shows each, field by field."
        yield from summary(poll.result, is_preview=True)


def _in_words(finding: Finding, title: str) -> str:
    gap = finding.gap
    if gap is None:
        return ""
    changes = [
        f"{change.field.value}: {_short(change.before)} -> {_short(change.after)}"
        for plan in (() if finding.scene_plan is None else finding.scene_plan.plans)
        if plan.rating_key == gap.rating_key
        for change in plan.changes
    ]
    detail = "; ".join(changes) or "; ".join(explain(one.code, one.data).text for one in gap.reasons)
    return f"Scene {finding.scene_id} “{title}”: {WORDS[gap.kind.value]}: {detail}"


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else ", ".join(value)
    return (text[:60] + "…" if len(text) > 60 else text) or "(nothing)"  # noqa: PLR2004  fits a line


TASKS: Mapping[str, Callable[[TaskContext], Lines]] = {
    "reconcile": _scoped(FROM_SETTINGS),
    "reconcile_all": _scoped("all"),
    "reconcile_24h": _scoped("24h"),
    "reconcile_7d": _scoped("7d"),
    "reconcile_custom": _scoped("custom"),
    "preview_reconcile": preview,
}
