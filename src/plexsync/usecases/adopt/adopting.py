"""Calling locked values PlexSync's own, and taking that back.

Nothing is written to Plex here: such a value gives way to Stash's at the next sync, which is asked for. The adoption
and that sync share one run.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from plexsync.domain.model import Base, Field
from plexsync.index.file_keys import file_marks
from plexsync.stash import timestamps
from plexsync.store.cover import Cover
from plexsync.store.history.runs import SYNC
from plexsync.store.jobs import Priority, State
from plexsync.store.links import SyncRecord
from plexsync.store.person.adoptions import Adoption
from plexsync.sync.planner import ScenePlan
from plexsync.usecases.adopt.foreign import FoundValue, Progress, found_values
from plexsync.usecases.opening import Opened
from plexsync.usecases.refusal import Refused

ORIGIN = "adopt"
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Adopted:
    """The result: the run, and how many values of how many scenes are PlexSync's now."""

    run: int
    values: int
    scenes: int


@dataclass(frozen=True, slots=True)
class GivenBack:
    """The values that are a person's again, and those that are not as they were adopted: a sync has written them."""

    run: int
    values: int
    written: int


def adopt(opened: Opened, fields: Collection[Field], progress: Progress, now: float) -> Adopted:
    """Call the locked values of some fields PlexSync's own, and queue their scenes; raises server and settings errors.

    Where Stash says something else, that is written; where Stash says nothing, the value goes. Scenes that would lose
    something else without a person's word are left out, or this run would take it from them.
    """
    found = [
        one
        for one in found_values(opened, progress)
        if one.value.field in fields and not _would_lose_more(opened, one.scene_plan)
    ]
    if not found:
        return Adopted(0, 0, 0)
    store = opened.store
    run = store.runs.start(SYNC, ORIGIN, "scenes", now, allowed=True)
    scenes = sorted({one.scene_plan.scene.id for one in found})
    for start in range(0, len(found), _AT_ONCE):
        _keep(opened, run, found[start : start + _AT_ONCE])
    for start in range(0, len(scenes), _AT_ONCE):
        some = scenes[start : start + _AT_ONCE]
        with store.transaction():
            store.jobs.enqueue(some, priority=Priority.BULK, origin=ORIGIN, now=now, run_id=run)
            store.runs.add(run, len(some))
    store.runs.end(run, "done", {"queued": len(scenes)}, now)
    return Adopted(run, len(found), len(scenes))


def _would_lose_more(opened: Opened, scene_plan: ScenePlan) -> bool:
    """Tell whether a brake holds a scene, or would, for what it loses already."""
    if not scene_plan.losses or scene_plan.changed_by.is_persons:
        return False
    job = opened.store.jobs.get(scene_plan.scene.id)
    if job is None or job.state not in {State.QUEUED, State.WAITING} or job.cause == "brake":
        return True
    run = opened.store.runs.get(job.run_id)
    return run is None or not run.allowed


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


def _keep(opened: Opened, run: int, found: Iterable[FoundValue]) -> None:
    """Note some values as PlexSync's in one transaction, each with what is needed to take that back."""
    store, rows = opened.store, tuple(found)
    with store.transaction():
        records = store.links.of_scenes(sorted({one.scene_plan.scene.id for one in rows}))
        for one in rows:
            key = one.scene_plan.scene.id, one.value.rating_key
            record = records.get(key)
            if record is None or not timestamps.may_be_same(record.born, one.scene_plan.scene.created_at):
                record = _first_record(one)
            store.adoptions.add(run, [_adoption(one, record.base)])
            base = replace(record.base, pushed={**record.base.pushed, one.value.field: one.value.value})
            records[key] = replace(record, base=base, fingerprint="", rules="")
            store.links.remember(records[key])


def _adoption(found: FoundValue, base: Base) -> Adoption:
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
