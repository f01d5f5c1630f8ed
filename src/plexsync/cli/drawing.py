"""Tables on standard output and bars on standard error: the only places that load Rich."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table


def draw(table: Table) -> None:
    """Write a table as part of the answer."""
    Console(highlight=False).print(table)


def error_console() -> Console:
    """Return what draws beside the answer, for the person who waits."""
    return Console(stderr=True, highlight=False)
