"""How rows are shown: as a table for people and as one document for programs, headed with where they come from."""

from __future__ import annotations

import json
import math
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from measuring.machine import Machine
from measuring.measured import MEGABYTES, NUMBER, PER_SECOND, SECONDS, SHARE, TIMES, Limit, Row, quantile

COLUMNS = ("What", "Scenes", "Measured", "Baseline", "Ratio", "Must be")
"""The columns of a table in a document."""

WIDE = 190
"""Columns where nobody watches a terminal: a row is to stay on one line."""


def print_table(machine: Machine, rows: Sequence[Row]) -> None:
    """Print the rows for people."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)
    for line in machine.lines():
        console.print(Text(line), soft_wrap=True)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim")
    for name, justify in (("case", "left"), ("scenes", "right"), ("what", "left"), ("median", "right")):
        table.add_column(name, justify="right" if justify == "right" else "left", no_wrap=name != "what")
    for name in ("p10 to p90", "baseline", "ratio"):
        table.add_column(name, justify="right" if name == "ratio" else "left")
    table.add_column("asked and written")
    table.add_column("must be")
    table.add_column("")
    for row in rows:
        table.add_row(*_cells(row))
    console.print(table)


def to_json(machine: Machine, rows: Sequence[Row]) -> str:
    """Return the rows for programs."""
    document = {"machine": machine.to_json(), "rows": [row.to_json() for row in rows]}
    return json.dumps({**document, "holds": all(row.holds for row in rows)}, indent=1)


def shown(row: Row) -> str:
    """Return a row as one line, for progress."""
    ratio = "" if math.isnan(row.ratio) else f", {row.ratio:.2f}x {row.baseline.name if row.baseline else ''}"
    missed = "" if row.holds else f"  MISSED: {_limits(row)}"
    return f"{row.case} {row.size:,}: {row.what}: {_in_unit(row.median, row.unit)}{ratio}{missed}"


def cells(row: Row) -> tuple[str, ...]:
    """Return a row for a document: the texts of :data:`COLUMNS`."""
    _, size, what, median, spread, base, ratio, counts, limits, _ = map(str, _cells(row))
    measured = "; ".join(filter(None, (f"{median} ({spread})" if spread else median, counts)))
    return what, size, measured, base, ratio.removesuffix("x"), limits


def _cells(row: Row) -> list[Text | str]:
    mark = Text("" if not row.limits else "ok" if row.holds else "MISS", "" if row.holds else "bold red")
    base = row.baseline
    spread = quantile(row.samples, 0.1), quantile(row.samples, 0.9)
    return [
        row.case,
        f"{row.size:,}" if row.size else "",
        f"{row.what} ({row.note})" if row.note else row.what,
        _in_unit(row.median, row.unit),
        "" if len(row.samples) == 1 else " to ".join(_in_unit(one, row.unit) for one in spread),
        "" if base is None else f"{base.name} {_in_unit(statistics.median(base.samples), row.unit)}",
        "" if math.isnan(row.ratio) else f"{row.ratio:.2f}x",
        ", ".join(f"{number:,} {name}" for name, number in row.counts.items()),
        _limits(row),
        mark,
    ]


def _limits(row: Row) -> str:
    return "; ".join(_limit(limit, row.unit) for limit in row.limits)


def _limit(limit: Limit, unit: str) -> str:
    of = "" if limit.of in {"median", "ratio"} else f"{limit.of} "
    shape: Callable[[float], str] = (
        (lambda value: f"{value:.2f}x") if limit.of == "ratio" else (lambda value: _in_unit(value, unit))
    )
    if limit.most is not None and limit.most == limit.least:
        return f"{of}{shape(limit.most)}"
    parts = (("≥", limit.least), ("≤", limit.most))
    return of + " ".join(f"{sign} {shape(value)}" for sign, value in parts if value is not None)


_SHAPES: Mapping[str, Callable[[float], str]] = {
    MEGABYTES: lambda value: f"{value:,.0f} MB",
    PER_SECOND: lambda value: f"{value:,.1f}/s",
    SHARE: lambda value: f"{value:.2%}",
    NUMBER: lambda value: f"{value:,.0f}",
    TIMES: lambda value: f"{value:,.2f}x",
}


def _in_unit(value: float, unit: str) -> str:
    if unit != SECONDS:
        return _SHAPES[unit](value)
    if value >= 100:
        return f"{value:,.0f} s"
    return f"{value:.2f} s" if value >= 1 else f"{value * 1000:.1f} ms" if value >= 0.001 else f"{value * 1e6:.0f} µs"
