"""`plexsync reconcile --dry-run`: which gaps there are, scene by scene and field by field."""

from __future__ import annotations

import time
from dataclasses import asdict

from plexsync.cli.fields import say_item
from plexsync.cli.frame import Code, Frame
from plexsync.cli.progress import progress_bar
from plexsync.usecases.dry_run.reconcile import FoundGap, ReconcileDryRun
from plexsync.usecases.opening import open_data
from plexsync.usecases.runs.reconcile import ReconcileRequest


def dry_run(frame: Frame, asked: ReconcileRequest) -> int:
    """Say what a run would find; 1 if there are gaps, or pictures that may change."""
    with open_data(frame.folder) as opened:
        run = ReconcileDryRun(opened, asked, time.time())
        found = _show(frame, run)
    if frame.as_json:
        frame.document({**run.result, "found": [asdict(one) for one in found]})
    else:
        for line in run.lines():
            frame.say(line, "bold")
    return Code.DIFFERS if run.gaps or run.pictures else Code.OK


def _show(frame: Frame, run: ReconcileDryRun) -> list[FoundGap]:
    """Gather the gaps for JSON, or say each as soon as it is found."""
    kept: list[FoundGap] = []
    with progress_bar("Comparing", shown=not frame.as_json) as move:
        for one in run.found(lambda progress: move(round(100 * progress), 100)):
            if frame.as_json:
                kept.append(one)
            else:
                _say(frame, one)
    return kept


def _say(frame: Frame, found: FoundGap) -> None:
    frame.say(f"Scene {found.scene_id} “{found.title}”: {found.words}", "bold")
    for reason in found.reasons:
        frame.say(str(reason), "yellow", indent=2)
    for item in found.items:
        say_item(frame, item, ("changes", "may change"))
