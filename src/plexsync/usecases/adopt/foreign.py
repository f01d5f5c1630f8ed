"""The locked values in Plex that are not PlexSync's, counted by field and by how they stand to Stash's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from plexsync.domain.merge.foreign import ForeignValue, Likeness, foreign_values
from plexsync.domain.model import Base, Field
from plexsync.stash import scenes as stash_scenes
from plexsync.sync.planner import ScenePlan
from plexsync.usecases.adopt.views import ForeignExample, ForeignField
from plexsync.usecases.dry_run.rehearsal import rehearse
from plexsync.usecases.opening import Opened

AT_ONCE = 200
EXAMPLES = 3

Progress = Callable[[int, int], None]
"""Hears how many scenes were looked at, and of how many."""


@dataclass(frozen=True, slots=True)
class FoundValue:
    """A locked value that is not PlexSync's, with the scene of its item."""

    scene_plan: ScenePlan
    value: ForeignValue


def foreign_fields(opened: Opened, progress: Progress) -> tuple[ForeignField, ...]:
    """Look at every item; raises server and settings errors."""
    counts = ForeignCounts()
    for found in found_values(opened, progress):
        counts.add(found)
    return counts.result()


def found_values(opened: Opened, progress: Progress) -> Iterator[FoundValue]:
    """Yield each locked value that is not PlexSync's, scene by scene; raises server and settings errors."""
    with rehearse(opened) as rehearsal:
        ids = rehearsal.store.scenes.with_files()
        for start in range(0, len(ids), AT_ONCE):
            read = stash_scenes.read(opened.context.stash, ids[start : start + AT_ONCE]).scenes
            for scene_plan in rehearsal.planner.plan([read[scene] for scene in sorted(read)]):
                yield from values_of(scene_plan)
            progress(min(start + AT_ONCE, len(ids)), len(ids))


def values_of(scene_plan: ScenePlan) -> Iterator[FoundValue]:
    """Yield each locked value of a scene's items that is not PlexSync's."""
    for plan in scene_plan.plans:
        record = scene_plan.records.get(plan.rating_key)
        base = Base() if record is None else record.base
        desired, item = scene_plan.desired_of(plan.rating_key), scene_plan.items[plan.rating_key]
        yield from (FoundValue(scene_plan, value) for value in foreign_values(desired, item, base))


class ForeignCounts:
    """The sum of what was found so far, by field."""

    def __init__(self) -> None:
        self._counts: dict[Field, _ForeignCount] = {}

    def add(self, found: FoundValue) -> None:
        """Count one value."""
        self._counts.setdefault(found.value.field, _ForeignCount()).add(found)

    def result(self) -> tuple[ForeignField, ...]:
        """Return all of it, in the order of the fields."""
        return tuple(self._counts[of].result(of) for of in Field if of in self._counts)


class _ForeignCount:
    def __init__(self) -> None:
        self._numbers = dict.fromkeys(Likeness, 0)
        self._names = 0
        self._examples: list[ForeignExample] = []

    def add(self, found: FoundValue) -> None:
        value, scene = found.value, found.scene_plan.scene
        self._numbers[value.likeness] += 1
        self._names += len(value.gone)
        if value.likeness is not Likeness.EQUAL and len(self._examples) < EXAMPLES:
            self._examples.append(ForeignExample(scene.id, scene.title, value.value, value.stash))

    def result(self, of: Field) -> ForeignField:
        equal, different, unmatched = (self._numbers[one] for one in Likeness)
        return ForeignField(of.value, equal, different, unmatched, self._names, tuple(self._examples))
