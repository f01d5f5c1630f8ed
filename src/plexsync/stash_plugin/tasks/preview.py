"""The task that says what a reconcile would find."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from plexsync.domain.phrases import short
from plexsync.stash_plugin.tasks.context import TaskContext
from plexsync.usecases.dry_run.picture_view import COVER, WHOSE, PictureView
from plexsync.usecases.dry_run.reconcile import FoundGap, ReconcileDryRun
from plexsync.usecases.opening import open_data
from plexsync.usecases.runs.reconcile import FROM_SETTINGS, ReconcileRequest

ORIGIN = "task"
SHOWN = 20
VALUE_LENGTH = 60
Lines = Iterator[str]


def preview(context: TaskContext) -> Lines:
    """Say what `Reconcile Library` would find; nothing is queued."""
    with open_data(context.folder) as opened:
        run = ReconcileDryRun(opened, ReconcileRequest(FROM_SETTINGS, ORIGIN), context.now())
        found = run.found(context.channel.progress)
        shown = [in_words(one) for one in islice(found, SHOWN)]
        rest = sum(1 for _ in found)
        yield from run.lines()
        yield from shown
        if rest:
            yield f"{rest} more findings are not shown here: `plexsync reconcile --dry-run` shows each, field by field."


def in_words(found: FoundGap) -> str:
    """Say what was found of a scene, in one line."""
    changes = [
        f"{view.field}: {_short(view.plex)} -> {_short(view.after)}"
        for item in found.items
        for view in item.fields
        if view.outcome == "changes"
    ]
    changes += [f"{view.field}: {_picture(view)}" for item in found.items for view in item.pictures if _is_told(view)]
    detail = "; ".join(changes) or "; ".join(reason.text for reason in found.reasons)
    return f"Scene {found.scene_id} “{found.title}”: {found.words}: {detail}"


def _is_told(view: PictureView) -> bool:
    return view.outcome in {"changes", "may change"}


def _picture(view: PictureView) -> str:
    return f"{WHOSE[view.shown]} -> {COVER}" if view.outcome == "changes" else "may change"


def _short(value: str | Sequence[str]) -> str:
    return short(value if isinstance(value, str) else ", ".join(value), VALUE_LENGTH) or "(nothing)"


TASKS: Mapping[str, Callable[[TaskContext], Lines]] = {"preview_reconcile": preview}
