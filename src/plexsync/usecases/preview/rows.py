"""From what a dry run finds to the rows of a preview."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from plexsync.domain.advice.scenes.short import in_short
from plexsync.domain.desired import sort_form
from plexsync.domain.model import Field, Value
from plexsync.domain.phrases import short
from plexsync.domain.reconcile.gaps import GapKind
from plexsync.domain.reconcile.preview import PreviewRow
from plexsync.domain.text import fold
from plexsync.previews.rows import CHANGE, LOCK, SAID, Added
from plexsync.usecases.dry_run.item_view import FieldView, ItemView
from plexsync.usecases.dry_run.picture_view import COVER, WHOSE, PictureView
from plexsync.usecases.dry_run.reconcile import FoundGap

LONGEST = 200
"""How many characters of a value a row holds."""

MOST_NAMES = 20
"""How many names a row adds or takes away in words."""

_WRITTEN = frozenset({"changes", "may change"})
_OF_FIELDS = frozenset({"", GapKind.EMPTY.value, GapKind.STALE.value, GapKind.DRIFT.value})
"""Kinds of gaps that are about fields; all others are about the scene as a whole."""

_LOCK = "lock"
Renames = Mapping[str, str]
"""Names of entities as remembered, and as Stash has them now; both folded."""


def rows_of(found: FoundGap, renames: Renames) -> Iterator[Added]:
    """Yield the rows of a finding: one for each field and picture that would change, else one that says it."""
    if found.kind in _OF_FIELDS:
        for item in found.items:
            yield from _of_item(found, item, renames)
    else:
        yield Added(_said(found), CHANGE if found.taking else SAID, found.edited_at)


def _of_item(found: FoundGap, item: ItemView, renames: Renames) -> Iterator[Added]:
    changes = [view for view in item.fields if view.outcome == "changes"]
    for view in changes:
        if not _follows_title(view, changes):
            yield Added(_of_field(found, item, view, renames), _about(view.code), found.edited_at)
    for picture in item.pictures:
        if picture.outcome in _WRITTEN:
            yield Added(_of_picture(found, item, picture), _about(picture.code), found.edited_at)


def _about(code: str) -> str:
    return LOCK if code == _LOCK else CHANGE


def _follows_title(view: FieldView, changes: list[FieldView]) -> bool:
    """Tell whether this is a sort title that follows a title which changes too: one row says both."""
    if view.field != Field.SORT_TITLE.value:
        return False
    return any(one.field == Field.TITLE.value and sort_form(str(one.after)) == view.after for one in changes)


def _of_field(found: FoundGap, item: ItemView, view: FieldView, renames: Renames) -> PreviewRow:
    row = field_row(found.scene_id, found.title, item, view, found.fields.get(view.field, found.kind))
    new = {fold(name) for name in row.added}
    is_renamed = view.code == "list_merge" and any(renames.get(fold(name)) in new for name in row.removed)
    return replace(row, why=in_short("renamed", row.kind)) if is_renamed else row


def field_row(scene_id: int, title: str, item: ItemView, view: FieldView, kind: str = "") -> PreviewRow:
    """Return the row of a field that would change."""
    if isinstance(view.plex, str):
        before, after, (added, removed, stay) = _cut(view.plex), _cut(view.after), _compared((), ())
    else:
        before, after, (added, removed, stay) = "", "", _compared(view.plex, view.after)
    return PreviewRow(
        scene_id=scene_id,
        title=title,
        rating_key=item.rating_key,
        library=item.library,
        field=view.field,
        kind=kind,
        code=view.code,
        why=in_short(view.code, kind),
        before=before,
        after=after,
        added=added[:MOST_NAMES],
        removed=removed[:MOST_NAMES],
        stay=stay,
        takes=view.takes,
    )


def _compared(before: Value, after: Value) -> tuple[tuple[str, ...], tuple[str, ...], int]:
    """Return which names are added, which go, and how many stay."""
    old, new = {fold(name) for name in before}, {fold(name) for name in after}
    added = tuple(_cut(name) for name in after if fold(name) not in old)
    removed = tuple(_cut(name) for name in before if fold(name) not in new)
    return added, removed, len(old & new)


def _cut(value: Value) -> str:
    return str(short(str(value), LONGEST))


def _of_picture(found: FoundGap, item: ItemView, view: PictureView) -> PreviewRow:
    kind = _kind_of(view)
    return PreviewRow(
        scene_id=found.scene_id,
        title=found.title,
        rating_key=item.rating_key,
        library=item.library,
        field=view.field,
        kind=kind,
        code=view.code,
        why=in_short(view.code, kind),
        before=WHOSE[view.shown],
        after=COVER,
    )


def _kind_of(view: PictureView) -> str:
    if view.code == "fill":
        return GapKind.EMPTY.value
    is_drift = view.outcome == "changes" and view.code == "overwrite_unlocked" and bool(view.pushed)
    return GapKind.DRIFT.value if is_drift else GapKind.STALE.value


def _said(found: FoundGap) -> PreviewRow:
    reasons = " ".join(reason.text for reason in found.reasons)
    return PreviewRow(
        scene_id=found.scene_id,
        title=found.title,
        rating_key="",
        library="",
        field="",
        kind=found.kind,
        code=found.kind,
        why=in_short(found.kind),
        before=_cut(reasons or found.advice.text),
        takes=bool(found.taking),
    )
