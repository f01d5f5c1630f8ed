"""The gap between a scene and its items in Plex, and the reason for it.

A field that would change is *stale* if Stash's own value is another one than at the last sync, else *empty* if Plex has
nothing there, else *drift*: Plex shows something else than was left there. Where nothing was ever synced there is
nothing to drift from, and what differs is stale. A scene is called by the first of its fields' kinds in that order; one
that was never synced is called empty if anything is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as default
from enum import Enum

from plexsync.domain.left_out import LeftOut
from plexsync.domain.model import LIST_FIELDS, Base, Change, Desired, Field, Item, Link, Plan, Reason, Verdict
from plexsync.domain.text import fold


class GapKind(str, Enum):
    """A kind of difference between a scene and Plex."""

    EMPTY = "empty"
    STALE = "stale"
    MISSING = "missing"
    DRIFT = "drift"
    ORPHAN = "orphan"
    AMBIGUOUS = "ambiguous"
    UNMAPPED = "unmapped"
    DUPLICATE = "duplicate"
    TAG_CASE = "tag_case"
    UNREADABLE = "unreadable"


REPAIRED_BY_SYNC = (GapKind.EMPTY, GapKind.STALE, GapKind.MISSING, GapKind.DRIFT)
"""The queue mends these once the scene has its item."""

QUEUED = frozenset({*REPAIRED_BY_SYNC, GapKind.AMBIGUOUS, GapKind.UNMAPPED})
"""A reconcile asks the queue to look at these; the last two park there until the world changes."""

_OF_VERDICT: Mapping[Verdict, GapKind] = {
    Verdict.MISSING: GapKind.MISSING,
    Verdict.AMBIGUOUS: GapKind.AMBIGUOUS,
    Verdict.UNMAPPED: GapKind.UNMAPPED,
}


@dataclass(frozen=True, slots=True)
class Gap:
    """One gap; ``rating_key`` is "" where it is about no one item.

    ``fields`` maps the fields concerned to their own kind; ``reasons`` say more where it is about a link.
    """

    kind: GapKind
    scene_id: int
    rating_key: str = ""
    fields: Mapping[Field, GapKind] = default(default_factory=dict)
    reasons: tuple[Reason, ...] = ()


def of_link(link: Link) -> Gap | None:
    """Return the gap of a scene that has no certain item; a scene without a file is none."""
    kind = _OF_VERDICT.get(link.verdict)
    return None if kind is None else Gap(kind, link.scene_id, reasons=link.reasons)


def of_plan(plan: Plan, base: Base | None) -> Gap | None:
    """Return the gap that a plan's changes are to mend, or None; ``base`` is None for what was never synced."""
    fields = {change.field: _of_change(change, plan, base) for change in plan.changes}
    if not fields:
        return None
    order = (GapKind.EMPTY, GapKind.STALE) if base is None else (GapKind.STALE, GapKind.EMPTY, GapKind.DRIFT)
    kind = next(kind for kind in order if kind in fields.values())
    return Gap(kind, plan.scene_id, plan.rating_key, fields)


def _of_change(change: Change, plan: Plan, base: Base | None) -> GapKind:
    if base is not None and base.wanted.get(change.field) != plan.base.wanted.get(change.field):
        return GapKind.STALE
    if not change.before and change.after:
        return GapKind.EMPTY
    return GapKind.STALE if base is None else GapKind.DRIFT


def of_left_out(row: LeftOut) -> Gap:
    """Return the gap of a row that could not be used; it belongs to scene 0 where it is not about one of Stash's."""
    scene = int(row.key) if row.server == "stash" and row.key.isdecimal() else 0
    return Gap(GapKind.UNREADABLE, scene, "" if scene else row.key, reasons=(Reason("left_out", row.facts),))


def of_tag_case(desired: Desired, item: Item) -> Gap | None:
    """Return the gap of names that Plex spells with other capitals than Stash, which no edit of an item can mend.

    A whole server shares its tags. The first writer decides its spelling (docs/engineering/plex.md §2.4).
    """
    odd = tuple(_odd_names(desired, item))
    if not odd:
        return None
    fields = {of: GapKind.TAG_CASE for of, _, _ in odd}
    reasons = tuple(Reason("tag_case", {"stash": said, "plex": shown}) for _, said, shown in odd)
    return Gap(GapKind.TAG_CASE, desired.scene_id, item.rating_key, fields, reasons)


def _odd_names(desired: Desired, item: Item) -> Iterable[tuple[Field, str, str]]:
    for of in (field for field in desired.fields if field in LIST_FIELDS):
        shown = {fold(name): name for name in item.fields[of]}
        for name in desired.fields[of]:
            have = shown.get(fold(name), name)
            if have != name and have.casefold() == name.casefold():
                yield of, name, have
