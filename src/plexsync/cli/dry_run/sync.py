"""`plexsync sync --dry-run`: what would change, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from plexsync.cli.fields import say_item
from plexsync.cli.frame import Code, Frame
from plexsync.cli.progress import progress_bar
from plexsync.domain.advice import explain
from plexsync.domain.phrases import counted
from plexsync.usecases.dry_run.sync import Prospect, expected, prospects
from plexsync.usecases.opening import Opened, open_data
from plexsync.usecases.runs.sync import Scope

_WORTH_SAYING = ("changes", "may change", "kept")


@dataclass(slots=True)
class Forecast:
    """The effect of a sync on many scenes; ``prospects`` only of those that are not simply in sync."""

    scenes: int
    prospects: list[Prospect]
    unknown: tuple[int, ...]

    def number(self, outcome: str) -> int:
        """Count the fields and pictures with an outcome."""
        return sum(prospect.number(outcome) for prospect in self.prospects)

    @property
    def changing(self) -> int:
        """How many scenes would change."""
        return sum(bool(prospect.number("changes")) for prospect in self.prospects)

    @property
    def open(self) -> int:
        """How many scenes have pictures of which only the sync can tell whether they change."""
        return sum(bool(prospect.number("may change")) for prospect in self.prospects)

    def to_json(self) -> dict[str, object]:
        """Return it as plain data."""
        figures = {"scenes": self.scenes, "changing": self.changing, "fields": self.number("changes")}
        figures |= {"pictures_may_change": self.number("may change")}
        return {**figures, "unknown": self.unknown, "prospects": [asdict(prospect) for prospect in self.prospects]}


def dry_run(frame: Frame, scope: Scope, moment: float | None, scenes: tuple[int, ...]) -> int:
    """Say what a sync would do; 1 if it would or might do anything, or if a scene is not there."""
    with open_data(frame.folder) as opened:
        forecast = _gather(frame, opened, scope, moment, scenes)
    if frame.as_json:
        frame.document(forecast.to_json())
    else:
        _say(frame, forecast)
    return Code.DIFFERS if forecast.changing or forecast.open or forecast.unknown else Code.OK


def _gather(frame: Frame, opened: Opened, scope: Scope, moment: float | None, scenes: tuple[int, ...]) -> Forecast:
    known = expected(opened, scope, scenes)
    seen: set[int] = set()
    kept = []
    with progress_bar("Comparing", shown=not frame.as_json) as move:
        for prospect in prospects(opened, scope=scope, moment=moment, scenes=scenes):
            seen.add(prospect.scene_id)
            if not prospect.is_in_sync:
                kept.append(prospect)
            move(len(seen), max(known, len(seen)))
    unknown = tuple(scene for scene in scenes if scene not in seen)
    return Forecast(len(seen), kept, unknown)


def _say(frame: Frame, forecast: Forecast) -> None:
    for prospect in forecast.prospects:
        frame.say(f"Scene {prospect.scene_id} “{prospect.title}”", "bold")
        for item in prospect.items:
            if any(map(item.number, _WORTH_SAYING)):
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
    if pictures := forecast.number("may change"):
        yield f"{counted(pictures, 'picture')} of {counted(forecast.open, 'scene')} may change"
    if kept := forecast.number("kept"):
        yield f"{counted(kept, 'value')} would be kept"
    if doubtful := sum(bool(prospect.doubts) for prospect in forecast.prospects):
        yield f"{counted(doubtful, 'scene')} would be left alone"
