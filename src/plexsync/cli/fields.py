"""The fields and pictures of items as a table: what Plex has, what it would become, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

from plexsync.cli.drawing import draw
from plexsync.cli.frame import Frame, shown
from plexsync.domain.advice import Advice
from plexsync.domain.phrases import moment, picture_name
from plexsync.usecases.dry_run.item_view import FieldView, ItemView
from plexsync.usecases.dry_run.picture_view import COVER, WHOSE, PictureView

_STYLES = {"changes": "yellow", "may change": "yellow", "kept": "cyan", "fails": "red", "in sync": "", "off": "dim"}
_REASONED = frozenset({"changes", "may change", "kept", "fails"})


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the table, in words; ``why`` is "" where there is nothing to explain."""

    name: str
    now: str
    after: str
    outcome: str
    why: str


def say_item(frame: Frame, item: ItemView, outcomes: Iterable[str]) -> None:
    """Show an item and those of its fields and pictures that have one of the outcomes."""
    frame.say(f"item {item.rating_key} “{item.title}” in {item.library}", indent=2)
    wanted = set(outcomes)
    rows = [*map(_of_field, item.fields), *map(_of_picture, item.pictures)]
    if chosen := [row for row in rows if row.outcome in wanted]:
        draw(_table(chosen))


def say_pictures(frame: Frame, item: ItemView) -> None:
    """Say of an item's pictures which policy holds, and when PlexSync brought one in place of which."""
    for view in item.pictures:
        if view.outcome != "off":
            last = f"last written {moment(view.written_at)} in place of {picture_name(view.before) or 'none'}"
            frame.say(
                f"{view.field}: policy {view.policy}, {last if view.written_at else 'never written'}", "dim", indent=4
            )


def _table(rows: list[_Row]) -> Table:
    table = Table("  field", "Plex has", "would become", box=None, pad_edge=False, header_style="dim")
    table.columns[0].no_wrap = True
    has_reasons = any(row.why for row in rows)
    if has_reasons:
        table.add_column("why")
    for row in rows:
        why = [Text(row.why, "dim")] if has_reasons else []
        table.add_row(f"  {row.name}", Text(row.now), Text(row.after, _STYLES[row.outcome]), *why)
    return table


def _of_field(view: FieldView) -> _Row:
    after = shown(view.after) if view.outcome == "changes" else f"({_unchanged(view.outcome, shown(view.stash, 80))})"
    return _Row(view.field, shown(view.plex), after, view.outcome, _reason(view.outcome, view.advice))


def _of_picture(view: PictureView) -> _Row:
    after = COVER if view.outcome == "changes" else f"({_unchanged(view.outcome, 'its cover' if view.stash else '')})"
    return _Row(view.field, WHOSE[view.shown], after, view.outcome, _reason(view.outcome, view.advice))


def _reason(outcome: str, advice: Advice) -> str:
    return advice.text if outcome in _REASONED else ""


def _unchanged(outcome: str, stash: str) -> str:
    return f"kept; Stash: {stash or 'nothing'}" if outcome == "kept" else outcome
