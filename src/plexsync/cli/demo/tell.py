"""How the demo says what it is doing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from plexsync.cli.demo.watching import Seen
from plexsync.cli.progress import progress_bar


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table at the end: what was asked, what Plex shows, after how many seconds, and if that is right."""

    asked: str
    shown: str
    seconds: float | None
    ok: bool


class Teller:
    """Says it in words, or keeps silent where one JSON document is wanted."""

    def __init__(self, out: Console, *, quiet: bool) -> None:
        self._out = out
        self._quiet = quiet

    def say(self, text: str, style: str = "") -> None:
        """Say one thing."""
        if not self._quiet:
            self._out.print(Text(text, style=style))

    def row(self, row: Row) -> None:
        """Say how one act went."""
        took = "" if row.seconds is None else f" ({row.seconds:.2f} s)"
        self.say(f"  {'ok' if row.ok else 'NOT AS IT SHOULD BE'}: {row.shown}{took}", "green" if row.ok else "bold red")

    @contextmanager
    def bar(self, label: str, total: int) -> Iterator[Seen]:
        """Show a bar for the length of a ``with`` block."""
        with progress_bar(label, shown=not self._quiet) as move:
            yield lambda done: move(done, total)

    def table(self, rows: list[Row]) -> None:
        """Show what was asked, what Plex shows and how long it took."""
        if self._quiet:
            return
        table = Table("What was asked", "What Plex shows", title="All of it read back from Plex", show_lines=True)
        table.add_column("Took", justify="right", no_wrap=True)
        table.add_column("", no_wrap=True)
        for row in rows:
            mark = Text("ok", "green") if row.ok else Text("WRONG", "bold red")
            took = "" if row.seconds is None else f"{row.seconds:.2f} s"
            table.add_row(Text(row.asked), Text(row.shown), took, mark)
        self._out.print(table)
