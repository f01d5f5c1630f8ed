"""The fields of items as a table: what Plex has, what it would become, and why."""

from __future__ import annotations

from collections.abc import Iterable

from rich.table import Table
from rich.text import Text

from plexsync.cli.drawing import draw
from plexsync.cli.frame import Frame, shown
from plexsync.usecases.views import FieldView, ItemView

_STYLES = {"changes": "yellow", "kept": "cyan", "in sync": "", "off": "dim"}


def say_item(frame: Frame, item: ItemView, outcomes: Iterable[str]) -> None:
    """Show an item and those of its fields that have one of the outcomes."""
    frame.say(f"item {item.rating_key} “{item.title}” in {item.library}", indent=2)
    wanted = set(outcomes)
    views = [view for view in item.fields if view.outcome in wanted]
    if views:
        draw(_table(views))


def _table(views: list[FieldView]) -> Table:
    table = Table("  field", "Plex has", "would become", box=None, pad_edge=False, header_style="dim")
    table.columns[0].no_wrap = True
    reasons = {view.field: view.advice.text for view in views if view.outcome in {"changes", "kept"}}
    if reasons:
        table.add_column("why")
    for view in views:
        style = _STYLES[view.outcome]
        after = Text(shown(view.after), style) if view.outcome == "changes" else Text(f"({_unchanged(view)})", style)
        why = [Text(reasons.get(view.field, ""), "dim")] if reasons else []
        table.add_row(f"  {view.field}", Text(shown(view.plex)), after, *why)
    return table


def _unchanged(view: FieldView) -> str:
    return f"kept; Stash: {shown(view.stash, 80)}" if view.outcome == "kept" else view.outcome
