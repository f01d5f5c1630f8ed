"""`plexsync reconcile --dry-run`: which gaps there are, scene by scene and field by field."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from plexsync.cli.fields import say_item
from plexsync.cli.frame import Code, Frame
from plexsync.cli.progress import progress_bar
from plexsync.domain.advice import Advice, explain
from plexsync.domain.gaps import Gap
from plexsync.reconcile.compare import Finding
from plexsync.usecases.opening import Opened, open_data
from plexsync.usecases.reconcile import WORDS, Preview, kind_advice, request_of, summary
from plexsync.usecases.why import ItemView, item_views


@dataclass(frozen=True, slots=True)
class FoundGap:
    """A gap as a dry run shows it; ``items`` only where the scene was read in full."""

    kind: str
    scene_id: int
    title: str
    advice: Advice
    reasons: tuple[Advice, ...]
    items: tuple[ItemView, ...]


def rehearse(frame: Frame, asked: Mapping[str, Any]) -> int:
    """Say what a run would find; 1 if there are gaps."""
    with open_data(frame.folder) as opened:
        preview = Preview(opened, request_of(opened, asked, time.time()))
        found = _poll(frame, opened, preview)
        if frame.as_json:
            frame.document({**preview.result, "found": [asdict(one) for one in found]})
        else:
            for line in summary(preview.result, is_preview=True):
                frame.say(line, "bold")
    return Code.DIFFERS if preview.result["gaps"] else Code.OK


def _poll(frame: Frame, opened: Opened, preview: Preview) -> list[FoundGap]:
    """Gather the gaps for JSON, or say each as soon as it is found."""
    libraries = {key: section.title for key, section in opened.store.library.sections().items()}
    kept: list[FoundGap] = []
    with progress_bar(frame.err, "Comparing", shown=not frame.as_json) as move:
        for one in _gaps(opened, preview.findings(lambda progress: move(round(100 * progress), 100)), libraries):
            if frame.as_json:
                kept.append(one)
            else:
                _say(frame, one)
    return kept


def _gaps(opened: Opened, findings: Iterable[Finding], libraries: Mapping[str, str]) -> Iterator[FoundGap]:
    for finding in findings:
        if finding.gap is not None:
            yield _found(opened, finding, finding.gap, libraries)


def _found(opened: Opened, finding: Finding, gap: Gap, libraries: Mapping[str, str]) -> FoundGap:
    views = () if finding.scene_plan is None else item_views(finding.scene_plan, libraries)
    title = opened.store.scenes.title(gap.scene_id) if finding.scene_plan is None else finding.scene_plan.scene.title
    return FoundGap(
        kind=gap.kind.value,
        scene_id=gap.scene_id,
        title=title,
        advice=kind_advice(gap.kind),
        reasons=tuple(explain(reason.code, reason.data) for reason in gap.reasons),
        items=tuple(view for view in views if view.rating_key == gap.rating_key),
    )


def _say(frame: Frame, found: FoundGap) -> None:
    frame.say(f"Scene {found.scene_id} “{found.title}”: {WORDS[found.kind]}", "bold")
    for reason in found.reasons:
        frame.say(str(reason), "yellow", indent=2)
    for item in found.items:
        say_item(frame, item, ("changes",))
