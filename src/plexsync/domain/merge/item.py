"""The three-way merge of one item: what PlexSync left there (base), what Plex shows, what Stash says.

The table of all cases stands in docs/sync-rules.md; a test checks each row of its tables against
:func:`merge`. A value in Plex is *ours* if it equals what was last written, or what a write that was never confirmed
meant to leave. It is *held* by a person if it is locked: editing by hand locks a field, agents do not. It is
*inherited* if an earlier scene of the file left it and the present one has never said anything of it: then it stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from plexsync.domain.desired import policies_without, sort_form
from plexsync.domain.merge.intents import added
from plexsync.domain.merge.lists import ListCase, merge_list, with_photos
from plexsync.domain.merge.outcome import Merged
from plexsync.domain.merge.text import TextCase, merge_text, text_shown
from plexsync.domain.merge.undo import UndoVerdict, WayBack
from plexsync.domain.model import (
    PHOTOS,
    Base,
    Change,
    Desired,
    Field,
    Intent,
    Item,
    Kept,
    Plan,
    Policy,
    Value,
    Why,
)
from plexsync.domain.settings import Settings

NOTHING_TO_UNDO: Mapping[Field, WayBack] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class MergeRules:
    """The policy of each field, and whether what is written is locked."""

    policies: Mapping[Field, Policy]
    lock: bool = True

    @classmethod
    def from_settings(cls, settings: Settings) -> MergeRules:
        """Take the rules from the settings."""
        return cls({of: settings.policy(of) for of in Field}, lock=not settings.flag("leave_unlocked"))

    def without(self, off: Collection[str]) -> MergeRules:
        """Return them with some fields left alone."""
        return replace(self, policies=policies_without(self.policies, off)) if off else self


def merge(
    desired: Desired, item: Item, base: Base, rules: MergeRules, ways: Mapping[Field, WayBack] = NOTHING_TO_UNDO
) -> Plan:
    """Plan the changes that make an item show what is desired, and what is to be remembered of them.

    A field that ``desired`` lacks, whose policy is off, or that the item tells unreadably, is neither changed nor
    forgotten. The fields that have ``ways`` go back to what was there before, if nobody has changed them since.
    """
    left = frozenset(of for of, way in ways.items() if way.verdict is UndoVerdict.CHANGED)
    back = {of: way for of, way in ways.items() if way.merged is not None}
    merged = _merge_fields(desired, item, base, rules, desired.fields.keys() - left - back.keys())
    merged |= {of: way.merged for of, way in back.items() if way.merged is not None}
    _hold(merged, desired, base, ways)
    _let_sort_title_follow(merged, desired, item, rules)
    after = Base(
        pushed=_remember(base.pushed, {of: result.pushed for of, result in merged.items()}),
        wanted={**base.wanted, **{of: desired.fields[of] for of in merged if of in desired.fields}},
        intents=base.intents,
        inherited=_remember(base.inherited, {of: result.inherited for of, result in merged.items()}),
        taken_back=frozenset(of for of in base.taken_back if of not in merged or merged[of].kept_why is Why.UNDONE),
    )
    if any(not way.written.is_sent for way in back.values()):
        again = _written_again(desired, _as_planned(item, merged), after, rules, back)
        after = replace(after, taken_back=after.taken_back | again)
    return Plan(
        scene_id=desired.scene_id,
        rating_key=item.rating_key,
        section_id=item.section_id,
        changes=tuple(change for of, result in merged.items() if (change := _change(of, result))),
        kept=tuple(kept for of, result in merged.items() if (kept := _kept(of, result, desired.fields.get(of, "")))),
        base=after,
        lock=rules.lock,
        intent=Base(
            pushed=_remember(base.pushed, {of: result.ours for of, result in merged.items()}),
            wanted=base.wanted,
            intents=added(base.intents, _intents(merged)),
            inherited=after.inherited,
            taken_back=base.taken_back,
        ),
        held=left,
        undo={of: way.written for of, way in back.items()},
    )


def _intents(merged: Mapping[Field, Merged]) -> Iterator[Intent]:
    """Yield what is about to be sent; at which moment, the sender notes."""
    for of, result in merged.items():
        if result.why is not None and result.intended:
            yield Intent(of, result.intended)


def _merge_fields(
    desired: Desired, item: Item, base: Base, rules: MergeRules, of_these: Collection[Field]
) -> dict[Field, Merged]:
    """Merge some fields, each by itself."""
    fields = tuple(
        of
        for of in desired.fields
        if rules.policies.get(of, Policy.OFF) is not Policy.OFF and of not in item.unreadable and of in of_these
    )
    merged = {of: _merge_field(of, desired, item, base, rules) for of in fields}
    if Field.ACTORS in merged and desired.photos:
        only_missing = rules.policies[Field.ACTORS] is Policy.FILL
        merged[Field.ACTORS] = with_photos(merged[Field.ACTORS], desired.photos, item.photos, only_missing=only_missing)
    return merged


def _hold(merged: dict[Field, Merged], desired: Desired, base: Base, ways: Collection[Field]) -> None:
    """Leave what a person has taken back, until Stash's own value is another one."""
    for of in base.taken_back - set(ways):
        result = merged.get(of)
        if result is not None and result.why is not None and base.wanted.get(of) == desired.fields.get(of):
            merged[of] = result.leave(Why.UNDONE)


def _as_planned(item: Item, merged: Mapping[Field, Merged]) -> Item:
    """Return an item as it is once all changes are in Plex; photos aside."""
    changed = {of: result for of, result in merged.items() if result.why is not None}
    locked = {of for of in item.locked if of not in changed or changed[of].lock is not False}
    return replace(
        item,
        fields={**item.fields, **{of: result.after for of, result in changed.items()}},
        locked=frozenset(locked | {of for of, result in changed.items() if result.lock is not False}),
    )


def _written_again(
    desired: Desired, item: Item, base: Base, rules: MergeRules, back: Collection[Field]
) -> frozenset[Field]:
    """Return the fields that went back and that the next sync would write again.

    A field that is off is among them: it may be switched on again.
    """
    next_time = _merge_fields(desired, item, base, rules, back)
    return frozenset(of for of in back if of not in next_time or next_time[of].why is not None)


def spare(plan: Plan, off: Collection[str]) -> Plan:
    """Return a plan without some fields, or without :data:`PHOTOS`; what was remembered of them stays."""
    changes = (_without_photos(change) if PHOTOS in off else change for change in plan.changes)
    base, before = plan.base, plan.intent
    return replace(
        plan,
        changes=tuple(change for change in changes if change is not None and change.field.value not in off),
        undo={of: written for of, written in plan.undo.items() if of.value not in off},
        base=replace(
            base,
            pushed=_with_old(base.pushed, before.pushed, off),
            wanted=_with_old(base.wanted, before.wanted, off),
            taken_back=frozenset(of for of in base.taken_back if of.value not in off)
            | frozenset(of for of in before.taken_back if of.value in off),
        ),
    )


def _without_photos(change: Change) -> Change | None:
    return None if change.why is Why.PHOTO else replace(change, photos={})


def _with_old(now: Mapping[Field, Value], before: Mapping[Field, Value], off: Collection[str]) -> dict[Field, Value]:
    kept = {of: value for of, value in now.items() if of.value not in off}
    return kept | {of: value for of, value in before.items() if of.value in off}


def _merge_field(of: Field, desired: Desired, item: Item, base: Base, rules: MergeRules) -> Merged:
    """Merge one field by itself."""
    policy, lock, locked = rules.policies[of], rules.lock, of in item.locked
    value, observed = desired.fields[of], item.fields[of]
    ours = base.ours(of)
    if isinstance(value, tuple):
        names = (name for value in ours for name in _names(value))
        inherited = _names(base.inherited.get(of))
        return merge_list(ListCase.of(value, _names(observed), names, inherited, locked=locked), policy, lock=lock)
    case = TextCase(
        of,
        desired=value,
        observed=text_shown(of, item),
        is_empty=not observed,
        fallback=_fallback(of, desired.stem),
        ours=tuple(value for value in ours if isinstance(value, str)),
        # A sort title is made of the title: nobody changes it in Stash.
        has_changed=of is not Field.SORT_TITLE and of in base.wanted and base.wanted[of] != value,
        locked=locked,
        inherited=_text(base.inherited.get(of)),
    )
    return merge_text(case, policy, lock=lock)


def _fallback(of: Field, stem: str) -> str:
    """Return what replaces a value of ours that Stash no longer has; Plex does not do without a title."""
    if of is Field.TITLE:
        return stem
    return sort_form(stem) if of is Field.SORT_TITLE else ""


def _let_sort_title_follow(merged: dict[Field, Merged], desired: Desired, item: Item, rules: MergeRules) -> None:
    """Keep title and sort title together.

    The sort title stays where the title stays a person's own, or the item would be sorted under another name. Where a
    title is written, so is the sort title, unless Plex has one of its own and it is locked: else it would change with
    the title.
    """
    title, sort_title = merged.get(Field.TITLE), merged.get(Field.SORT_TITLE)
    if title is None or sort_title is None:
        return
    unwritten = {None, Why.LOCK}
    if title.why is Why.UNDO:
        if sort_title.why not in {*unwritten, Why.UNDO}:
            merged[Field.SORT_TITLE] = sort_title.leave(Why.UNDONE)
        return
    if title.kept_why is not None:
        if sort_title.why not in unwritten and rules.policies[Field.SORT_TITLE] in {Policy.MERGE, Policy.FILL}:
            merged[Field.SORT_TITLE] = sort_title.leave(title.kept_why)
        return
    is_cleared, has_own = title.why is Why.CLEAR, bool(item.fields[Field.SORT_TITLE])
    sorted_by = _fallback(Field.SORT_TITLE, desired.stem) if is_cleared else desired.fields[Field.SORT_TITLE]
    is_safe = sort_title.kept_why is not None or (has_own and Field.SORT_TITLE in item.locked)
    if sorted_by and not is_safe and title.why not in unwritten and sort_title.why in unwritten:
        merged[Field.SORT_TITLE] = replace(sort_title, after=sorted_by, why=title.why, pushed=sorted_by)


def _text(value: Value | None) -> str:
    return value if isinstance(value, str) else ""


def _names(value: Value | None) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _remember(before: Mapping[Field, Value], now: Mapping[Field, Value | None]) -> dict[Field, Value]:
    """Put new values over old ones; an empty one is forgotten."""
    return {of: value for of, value in {**before, **now}.items() if value}


def _change(of: Field, result: Merged) -> Change | None:
    if result.why is None:
        return None
    return Change(of, result.observed, result.after, result.why, result.photos, result.lock)


def _kept(of: Field, result: Merged, desired: Value) -> Kept | None:
    if result.kept_why is None:
        return None
    return Kept(of, result.kept, desired, result.kept_why)
