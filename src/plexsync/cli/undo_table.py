"""The preview of an undo: what goes back in a table, what stays by its reasons."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from plexsync.cli.drawing import draw
from plexsync.cli.frame import Frame, shown
from plexsync.domain.model import Value
from plexsync.domain.phrases import counted, picture_name
from plexsync.usecases.undo.view import UndoLine, UndoPreview

MOST_LINES = 30


def say(frame: Frame, found: UndoPreview) -> None:
    """Show a preview."""
    frame.say(f"{found.going} of {counted(found.scenes, 'scene')} go back to what Plex had before.", "bold")
    for number, advice in found.reasons():
        frame.say(f"{counted(number, 'field')}: {advice}", indent=2)
    going = [line for line in found.lines if line.goes]
    if going:
        draw(_table(going[:MOST_LINES]))
    if len(going) > MOST_LINES:
        frame.say(f"… and {counted(len(going) - MOST_LINES, 'field')} more; --json tells all.")
    for note in dict.fromkeys(note for line in going for note in line.notes):
        frame.say(str(note))


def _table(lines: list[UndoLine]) -> Table:
    table = Table("  scene", "field", "Plex has", "goes back to", box=None, pad_edge=False, header_style="dim")
    table.columns[1].no_wrap = True
    for line in lines:
        name = f"  {line.scene_id} {line.title}".rstrip()
        table.add_row(Text(name), line.field, Text(_said(line, line.now)), Text(_said(line, line.then), "yellow"))
    return table


def _said(line: UndoLine, value: Value) -> str:
    if isinstance(value, str) and line.field in {"poster", "art"}:
        return shown(picture_name(value), 60)
    return shown(value, 60)
