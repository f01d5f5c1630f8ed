"""The history as tables: rows of causes, and the writes of one run."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from plexsync.cli.drawing import draw
from plexsync.cli.frame import Frame, shown
from plexsync.domain.advice import explain
from plexsync.domain.model import Value
from plexsync.domain.phrases import counted, moment, picture_name
from plexsync.usecases.history.pages import HistoryPage, HistoryRow, HistoryWrites


def say_rows(frame: Frame, page: HistoryPage) -> None:
    """Show a page of the history."""
    if not page.rows:
        frame.say(str(explain("no_history", {})))
        return
    table = Table("run", "when", "what", "fields", "scenes", box=None, pad_edge=False, header_style="dim")
    for row in page.rows:
        what = Text.assemble((row.what, "bold"), f" {_about(row)}".rstrip())
        table.add_row(str(row.run), moment(row.at), what, Text(_fields(row)), str(row.scenes or ""))
    draw(table)
    if page.cursor:
        frame.say(str(explain("more_history", {})))


def _about(row: HistoryRow) -> str:
    return f"{row.about}, written {moment(row.undoes_at)}" if row.undoes_at else row.about


def _fields(row: HistoryRow) -> str:
    names = [name.replace("_", " ") for name in row.fields]
    most = 3
    return ", ".join(names) if len(names) <= most + 1 else f"{', '.join(names[:most])}, {len(names) - most} more"


def say_writes(frame: Frame, told: HistoryWrites) -> None:
    """Show what a run wrote."""
    row = told.row
    frame.say(f"{row.run}: {row.what} {_about(row)}, {moment(row.at)}", "bold")
    if row.undone_by:
        frame.say(f"It was undone by run {row.undone_by}.")
    table = Table("scene", "field", "before", "after", "why", box=None, pad_edge=False, header_style="dim")
    for one in told.writes:
        before, after = (_said(one.field, value) for value in (one.before, one.after))
        table.add_row(
            Text(f"{one.scene_id} {one.title}"), one.field, Text(before), Text(after), Text(one.reason, "dim")
        )
    draw(table)
    if told.total > len(told.writes):
        frame.say(f"… of {counted(told.total, 'field')}; --limit shows more.")


def _said(field: str, value: Value) -> str:
    return shown(picture_name(value) if field in {"poster", "art"} and isinstance(value, str) else value, 60)
