"""A plugin's messages to Stash while it runs: log lines and progress, on stderr.

A line of more than 64 kB ends the reading for good, and a burst of lines loses some. Stash may drop progress values
that come often (tests/recordings/stash/plugin-loading.md §4, §5). Stash shows the newest line first, and a line end is
the end of an entry: so lines that are read together are written last one first.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum

LONGEST = 50_000
STEP = 0.02
STDERR = 2


class Level(str, Enum):
    """How Stash files a log line."""

    DEBUG = "d"
    INFO = "i"
    WARNING = "w"
    ERROR = "e"


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line for Stash's log."""

    text: str
    level: Level = Level.INFO


def write_stderr(data: bytes) -> None:
    """Hand bytes to Stash; one that no longer reads is no reason to stop."""
    with suppress(OSError):
        os.write(STDERR, data)


class Channel:
    """Log lines and progress of one run; ``clean`` masks secrets in whatever is said."""

    def __init__(self, clean: Callable[[str], str], write: Callable[[bytes], None] = write_stderr) -> None:
        self._clean = clean
        self._write = write
        self._shown = -1.0

    def log(self, text: str, level: Level = Level.INFO) -> None:
        """Write a line into Stash's log; line ends become blanks, and a long line is cut."""
        line = " ".join(self._clean(text).split())
        self._line(level.value, line.encode("utf-8", "replace")[:LONGEST])

    def log_together(self, lines: Sequence[LogLine]) -> None:
        """Write lines so that Stash's page, which shows the newest first, shows them in this order."""
        for line in reversed(lines):
            self.log(line.text, line.level)

    def progress(self, value: float) -> None:
        """Show progress (0..1) of a task, unless it has hardly moved."""
        if abs(value - self._shown) >= STEP:
            self._shown = value
            self._progress(value)

    def end(self) -> None:
        """Show that all is done; twice, because a value may get lost and the last one stays (recorded: section 5)."""
        self._progress(1.0)
        self._progress(1.0)

    def _progress(self, value: float) -> None:
        self._line("p", f"{min(1.0, max(0.0, value)):.3f}".encode())

    def _line(self, mark: str, body: bytes) -> None:
        self._write(b"\x01" + mark.encode() + b"\x02" + body + b"\n")
