"""A progress bar with rate and time left, where somebody watches a terminal; silence elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from plexsync.cli.drawing import error_console

Move = Callable[[int, int], None]
"""Moves a bar: how many are done, and of how many."""


class RateColumn(ProgressColumn):
    """How many are done per second."""

    def render(self, task: Task) -> Text:
        """Return the rate of the last seconds, blank as long as it is unknown."""
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:.1f}/s", style="dim")


@contextmanager
def progress_bar(label: str, *, shown: bool) -> Iterator[Move]:
    """Show a bar for the length of a ``with`` block, and remove it afterwards."""
    console = error_console()
    if not (shown and console.is_terminal):
        yield lambda _done, _total: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(), RateColumn())
    with Progress(
        *columns,
        TimeRemainingColumn(compact=True),
        console=console,
        transient=True,
        redirect_stdout=False,  # or a piped answer ends up on the terminal
        redirect_stderr=False,
    ) as progress:
        task = progress.add_task(label, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def percent(move: Move) -> Callable[[float, object], None]:
    """Return what moves a bar by progress (0..1) alone."""
    return lambda progress, _: move(round(100 * progress), 100)
