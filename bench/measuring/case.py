"""A case of the benchmark, and its tools."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from traceback import print_exc

from measuring.measured import NUMBER, Limit, Row, growth
from measuring.table import shown
from prepared.libraries import KeptLibraries
from prepared.rigging import say

TINY, SMALL, FULL = "tiny", "small", "full"
"""Sizes: to see that it works (seconds), to see whether it got better (minutes), and those of the promises (hours)."""


@dataclass(frozen=True, slots=True)
class Tools:
    """A case is given this: libraries kept from one case to the next, how thorough to be, how often to repeat.

    ``scenes`` are sizes that somebody wants instead of a case's own.
    """

    libraries: KeptLibraries
    level: str
    repeat: int = 1
    scenes: tuple[int, ...] = ()

    def times(self, tiny: int, small: int, full: int) -> int:
        """Return how often to do something."""
        return self.repeat * {TINY: tiny, SMALL: small, FULL: full}[self.level]


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to measure, at one or several numbers of scenes."""

    name: str
    about: str
    sizes: Mapping[str, tuple[int, ...]]
    measure: Callable[[Tools, int], Iterator[Row]]

    def rows(self, tools: Tools) -> Iterator[Row]:
        """Measure every size, and what grows from the first to the last."""
        rows = []
        own = self.sizes[tools.level]
        for size in (tools.scenes if any(own) else ()) or own:
            say(f"{self.name}: {size:,}" if size else self.name)
            for row in self._guarded(tools, size):
                rows.append(replace(row, case=self.name, size=row.size or size))
                say(f"  {shown(rows[-1])}")
                yield rows[-1]
        yield from growth(rows)

    def _guarded(self, tools: Tools, size: int) -> Iterator[Row]:
        """Measure one size; what breaks costs its own rows, not hours of others."""
        try:
            yield from self.measure(tools, size)
        except (RuntimeError, OSError, sqlite3.Error) as trouble:
            print_exc()
            yield Row("broke off", (1,), NUMBER, limits=(Limit("median", most=0),), note=type(trouble).__name__)
