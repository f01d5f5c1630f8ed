"""Calling locked values PlexSync's own, and taking that back.

Nothing is written to Plex here: such a value gives way to Stash's at the next sync, which is asked for. The adoption
and that sync share one run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from plexsync.domain.model import Base, Field
from plexsync.index.file_keys import file_marks
from plexsync.runtime.sync_state import setup_of
from plexsync.stash import timestamps
from plexsync.store.cover import Cover
from plexsync.store.history.runs import SYNC
from plexsync.store.jobs import Priority, State
from plexsync.store.links import SyncRecord
from plexsync.store.person.adoptions import Adoption
from plexsync.sync.planner import ScenePlan
from plexsync.usecases.adopt.foreign import FoundValue, Progress, found_values
from plexsync.usecases.adopt.views import Adopted, scenes_left_out
from plexsync.usecases.opening import Opened
from plexsync.usecases.refusal import Refused

ORIGIN = "adopt"
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class GivenBack:
    """The values that are a person's again, and those that are not as they were adopted: a sync has written them."""

    run: int
    values: int
    written: int


@dataclass(frozen=True, slots=True)
class AdoptionRun:
    """A run that adopted values and was not taken back: when (UTC seconds), and how many values of which fields."""

    run: int
    at: float
    fields: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class AdoptionRuns:
    """The runs that have adopted values and can be taken back, the newest first."""

    runs: tuple[AdoptionRun, ...]


def adoptions(opened: Opened) -> AdoptionRuns:
    """List the runs whose adoptions can be taken back."""
    return AdoptionRuns(tuple(_run(opened, number) for number in opened.store.adoptions.runs()))


def _run(opened: Opened, number: int) -> AdoptionRun:
    run, fields = opened.store.runs.get(number), opened.store.adoptions.fields(number)
    return AdoptionRun(number, 0.0 if run is None else run.started_at, tuple((of.value, many) for of, many in fields))


def adopt(opened: Opened, fields: Collection[Field], progress: Progress, now: float) -> Adopted:
    """Call the locked values of some fields PlexSync's own, and queue their scenes; raises server and settings errors.

    Where Stash says something else, that is written; where Stash says nothing, the value goes. Scenes that would lose
    something else without a person's word are left out, or this run would take it from them. Before the start of the
    set-up nothing is queued and no scene left out: its preview shows each loss, and its start syncs all scenes.
    """
    adoption = _Adoption(opened, now)
    wanted = (one for one in found_values(opened, progress) if one.value.field in fields)
    for _, of_scene in groupby(wanted, key=lambda one: one.scene_plan.scene.id):
        adoption.add(tuple(of_scene))
    return adoption.end()


class _Adoption:
    """An adoption under way: values are kept some hundred at a time, and none twice."""

    def __init__(self, opened: Opened, now: float) -> None:
        self._opened = opened
        self._now = now
        self._is_set_up = not setup_of(opened.store).held
        self._found: list[FoundValue] = []
        self._left_out: Counter[str] = Counter()
        self._run = self._values = self._scenes = 0

    def add(self, of_scene: Sequence[FoundValue]) -> None:
        """Take the values of one scene over, or count why not."""
        reason = _obstacle(self._opened, of_scene[0].scene_plan) if self._is_set_up else ""
        if reason:
            self._left_out[reason] += 1
            return
        self._found += of_scene
        if len(self._found) >= _AT_ONCE:
            self._flush()

    def end(self) -> Adopted:
        """Keep the rest, and return the result."""
        self._flush()
        left_out = (scenes_left_out(reason, scenes) for reason, scenes in self._left_out.most_common())
        return Adopted(self._run, self._values, self._scenes, tuple(left_out))

    def _flush(self) -> None:
        if not self._found:
            return
        store = self._opened.store
        scenes = sorted({one.scene_plan.scene.id for one in self._found})
        with store.transaction():
            self._run = self._run or store.runs.start(SYNC, ORIGIN, "scenes", self._now, allowed=True)
            _keep(self._opened, self._run, self._found)
            self._values += len(self._found)
            self._scenes += len(scenes)
            if self._is_set_up:
                store.jobs.enqueue(scenes, priority=Priority.BULK, origin=ORIGIN, now=self._now, run_id=self._run)
                store.runs.add(self._run, len(scenes))
            store.runs.end(self._run, "done", {"queued": self._scenes if self._is_set_up else 0}, self._now)
        self._found = []


def _obstacle(opened: Opened, scene_plan: ScenePlan) -> str:
    """Say why a scene is left out: a brake holds it, or it would lose more ("" if it is not)."""
    if not scene_plan.losses or scene_plan.changed_by.is_persons:
        return ""
    job = opened.store.jobs.get(scene_plan.scene.id)
    if job is not None and job.cause == "brake":
        return "brake"
    if job is None or job.state not in {State.QUEUED, State.WAITING}:
        return "losses"
    run = opened.store.runs.get(job.run_id)
    return "losses" if run is None or not run.allowed else ""


def release(opened: Opened, run: int) -> GivenBack:
    """Give back what a run has adopted and no sync has written since; raises :class:`Refused` where it adopted nothing.

    Values that a sync has written go back by an undo of the same run.
    """
    store = opened.store
    adopted = store.adoptions.of_run(run)
    if not adopted:
        raise Refused("adopt_no_such_run", {"run": str(run)})
    values = 0
    with store.transaction():
        records = store.links.of_scenes(sorted({one.scene_id for one in adopted}))
        for one in adopted:
            record = records.get((one.scene_id, one.rating_key))
            if record is None or record.base.pushed.get(one.field) != one.value:
                continue
            pushed = {of: value for of, value in record.base.pushed.items() if of is not one.field}
            if one.before is not None:
                pushed[one.field] = one.before
            changed = replace(record, base=replace(record.base, pushed=pushed), fingerprint="", rules="")
            records[one.scene_id, one.rating_key] = changed
            store.links.remember(changed)
            values += 1
        store.adoptions.forget(run)
    return GivenBack(run, values, len(adopted) - values)


def _keep(opened: Opened, run: int, found: Sequence[FoundValue]) -> None:
    """Note some values as PlexSync's, each with what is needed to take that back; in a transaction of the caller's."""
    store = opened.store
    records = store.links.of_scenes(sorted({one.scene_plan.scene.id for one in found}))
    for one in found:
        key = one.scene_plan.scene.id, one.value.rating_key
        record = records.get(key)
        if record is None or not timestamps.may_be_same(record.born, one.scene_plan.scene.created_at):
            record = _first_record(one)
        store.adoptions.add(run, [_noted(one, record.base)])
        base = replace(record.base, pushed={**record.base.pushed, one.value.field: one.value.value})
        records[key] = replace(record, base=base, fingerprint="", rules="")
        store.links.remember(records[key])


def _noted(found: FoundValue, base: Base) -> Adoption:
    value = found.value
    return Adoption(found.scene_plan.scene.id, value.rating_key, value.field, value.value, base.pushed.get(value.field))


def _first_record(found: FoundValue) -> SyncRecord:
    """Return what the plan knows of an item, as what another scene left there, or a record of one not written to."""
    if (known := found.scene_plan.records.get(found.value.rating_key)) is not None:
        return known
    scene, item = found.scene_plan.scene, found.scene_plan.items[found.value.rating_key]
    return SyncRecord(
        scene_id=scene.id,
        rating_key=item.rating_key,
        section_id=item.section_id,
        base=Base(),
        fingerprint="",
        rules="",
        item_updated_at=0,
        cover=Cover(),
        synced_at=0.0,
        born=scene.created_at,
        files=file_marks(scene.files),
    )
