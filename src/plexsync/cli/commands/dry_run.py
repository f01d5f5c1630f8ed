"""`plexsync sync --dry-run`: what would change, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from plexsync.cli.fields import say_item
from plexsync.cli.frame import Code, Frame
from plexsync.cli.progress import progress_bar
from plexsync.domain.advice import Advice, explain
from plexsync.domain.model import Verdict
from plexsync.sync.planner import ScenePlan
from plexsync.usecases.opening import Opened, open_data
from plexsync.usecases.sync import Scope, preview
from plexsync.usecases.why import ItemView, item_views
from plexsync.usecases.words import counted

_WORTH_SAYING = ("changes", "kept")


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a sync would do to one scene; ``doubts`` say why nothing where it has no item."""

    scene_id: int
    title: str
    verdict: str
    items: tuple[ItemView, ...]
    doubts: tuple[Advice, ...]

    def number(self, outcome: str) -> int:
        """Count the fields with an outcome."""
        return sum(view.outcome == outcome for item in self.items for view in item.fields)

    @property
    def worth_saying(self) -> bool:
        """Tell whether there is more to say than that it is in sync."""
        return bool(self.doubts or any(self.number(outcome) for outcome in _WORTH_SAYING))


@dataclass(slots=True)
class Forecast:
    """What a sync would do to many scenes; ``prospects`` only of those that are not simply in sync."""

    scenes: int
    prospects: list[Prospect]
    unknown: tuple[int, ...]

    def number(self, outcome: str) -> int:
        """Count the fields with an outcome."""
        return sum(prospect.number(outcome) for prospect in self.prospects)

    @property
    def changing(self) -> int:
        """How many scenes would change."""
        return sum(bool(prospect.number("changes")) for prospect in self.prospects)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        figures = {"scenes": self.scenes, "changing": self.changing, "fields": self.number("changes")}
        return {**figures, "unknown": self.unknown, "prospects": [asdict(prospect) for prospect in self.prospects]}


def dry_run(frame: Frame, scope: Scope, moment: float | None, scenes: tuple[int, ...]) -> int:
    """Say what a sync would do; 1 if it would do anything, or if a scene is not there."""
    with open_data(frame.folder) as opened:
        forecast = _poll(frame, opened, scope, moment, scenes)
    if frame.as_json:
        frame.document(forecast.to_json())
    else:
        _say(frame, forecast)
    return Code.DIFFERS if forecast.changing or forecast.unknown else Code.OK


def _poll(frame: Frame, opened: Opened, scope: Scope, moment: float | None, scenes: tuple[int, ...]) -> Forecast:
    libraries = {key: section.title for key, section in opened.store.library.sections().items()}
    known = opened.store.scenes.number() if scope == "all" else len(scenes)
    seen: set[int] = set()
    prospects = []
    with progress_bar(frame.err, "Comparing", shown=not frame.as_json) as move:
        for scene_plan in preview(opened, scope=scope, moment=moment, scenes=scenes):
            seen.add(scene_plan.scene.id)
            prospect = _prospect(scene_plan, libraries)
            if prospect.worth_saying:
                prospects.append(prospect)
            move(len(seen), max(known, len(seen)))
    unknown = tuple(scene for scene in scenes if scene not in seen)
    return Forecast(len(seen), prospects, unknown)


def _prospect(scene_plan: ScenePlan, libraries: Mapping[str, str]) -> Prospect:
    link, scene = scene_plan.link, scene_plan.scene
    doubtful = link.verdict is not Verdict.LINKED
    doubts = tuple(explain(reason.code, reason.data) for reason in link.reasons) if doubtful else ()
    return Prospect(scene.id, scene.title, link.verdict.value, item_views(scene_plan, libraries), doubts)


def _say(frame: Frame, forecast: Forecast) -> None:
    for prospect in forecast.prospects:
        frame.say(f"Scene {prospect.scene_id} “{prospect.title}”", "bold")
        for item in prospect.items:
            if any(view.outcome in _WORTH_SAYING for view in item.fields):
                say_item(frame, item, _WORTH_SAYING)
        for doubt in prospect.doubts:
            frame.say(str(doubt), "yellow", indent=2)
    for scene in forecast.unknown:
        frame.say(str(explain("no_such_scene", {"scene": str(scene)})), "bold red")
    frame.say(
        f"{counted(forecast.scenes, 'scene')}: {', '.join(_figures(forecast)) or 'nothing would change'}.", "bold"
    )
    frame.say("Dry run: nothing was written.")


def _figures(forecast: Forecast) -> Iterator[str]:
    if forecast.changing:
        yield f"{counted(forecast.number('changes'), 'field')} of {counted(forecast.changing, 'scene')} would change"
    if kept := forecast.number("kept"):
        yield f"{counted(kept, 'value')} would be kept"
    if doubtful := sum(bool(prospect.doubts) for prospect in forecast.prospects):
        yield f"{counted(doubtful, 'scene')} would be left alone"
