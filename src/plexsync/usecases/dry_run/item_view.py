"""The effect of a sync on an item, field by field, as a person reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plexsync.domain.advice import Advice, explain
from plexsync.domain.capabilities import setting_of
from plexsync.domain.merge.overwrite import can_overwrite
from plexsync.domain.model import Base, Change, Field, Item, Kept, Plan, Value, empty_value
from plexsync.domain.reconcile.brakes import takes
from plexsync.sync.planner import ScenePlan
from plexsync.usecases.dry_run.picture_view import PictureView


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field of one item: what each side says, what was last pushed, and what a sync would do now.

    ``outcome`` is "changes", "kept", "in sync" or "off"; ``code`` the reason's code; ``after`` what Plex would show.
    ``takes`` tells that the change takes something away, ``can_overwrite`` that a person may have Stash's value written
    over one that stays.
    """

    field: str
    stash: Value
    plex: Value
    pushed: Value
    locked: bool
    after: Value
    outcome: str
    code: str
    advice: Advice
    takes: bool = False
    can_overwrite: bool = False


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item the scene is linked to; ``files`` are the paths of its files, as Plex sees them."""

    rating_key: str
    title: str
    library: str
    fields: tuple[FieldView, ...]
    pictures: tuple[PictureView, ...]
    files: tuple[str, ...] = ()

    def number(self, outcome: str) -> int:
        """Count the fields and pictures with an outcome."""
        outcomes = [*(view.outcome for view in self.fields), *(view.outcome for view in self.pictures)]
        return outcomes.count(outcome)


Pictures = Mapping[str, tuple[PictureView, ...]]
"""The pictures of items, by rating key."""


def item_views(scene_plan: ScenePlan, libraries: Mapping[str, str], pictures: Pictures) -> tuple[ItemView, ...]:
    """Put the plans of a scene into words, field by field; ``libraries`` are the sections' titles by id."""
    return tuple(_item_view(scene_plan, plan, libraries, pictures) for plan in scene_plan.plans)


def _item_view(scene_plan: ScenePlan, plan: Plan, libraries: Mapping[str, str], pictures: Pictures) -> ItemView:
    item = scene_plan.items[plan.rating_key]
    record = scene_plan.records.get(plan.rating_key)
    base = Base() if record is None else record.base
    return ItemView(
        rating_key=item.rating_key,
        title=str(item.fields[Field.TITLE]),
        library=libraries.get(item.section_id, item.section_id),
        fields=tuple(_field_view(of, scene_plan, plan, item, base) for of in Field),
        pictures=pictures.get(plan.rating_key, ()),
        files=tuple(part.path for part in item.parts),
    )


def _field_view(of: Field, scene_plan: ScenePlan, plan: Plan, item: Item, base: Base) -> FieldView:
    change = next((one for one in plan.changes if one.field is of), None)
    kept = next((one for one in plan.kept if one.field is of), None)
    outcome, code = _outcome(change, kept, is_wanted=of in scene_plan.desired.fields)
    if of.value in scene_plan.off:
        code = "switched_off"
    return FieldView(
        field=of.value,
        stash=scene_plan.desired.fields.get(of, empty_value(of)),
        plex=item.fields[of],
        pushed=base.pushed.get(of, empty_value(of)),
        locked=of in item.locked,
        after=item.fields[of] if change is None else change.after,
        outcome=outcome,
        code=code,
        advice=explain(code, {"fields": of.value, "setting": setting_of(of.value)}),
        takes=change is not None and takes(change, item),
        can_overwrite=outcome == "kept" and _can_overwrite(of, scene_plan, item, base),
    )


def _can_overwrite(of: Field, scene_plan: ScenePlan, item: Item, base: Base) -> bool:
    return can_overwrite(of, scene_plan.desired_of(item.rating_key), item, base, scene_plan.merging)


def _outcome(change: Change | None, kept: Kept | None, *, is_wanted: bool) -> tuple[str, str]:
    if not is_wanted:
        return "off", "off"
    if change is not None:
        return "changes", change.why.value
    if kept is not None:
        return "kept", kept.why.value
    return "in sync", "in_sync"
