"""A measured figure with its bound, and how benches print theirs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from measuring.recorded import keep


@dataclass(frozen=True)
class Figure:
    """One measured figure and its bound."""

    what: str
    measured: str
    bound: str
    holds: bool


def report(figures: Iterable[Figure], *, as_json: bool, keep_as: tuple[str, str] | None = None) -> int:
    """Print figures, each as soon as it is there or all as JSON; returns the exit code, 1 when one misses its bound.

    ``keep_as`` is a name in docs/figures.json and the command, for figures that documents show.
    """
    seen = []
    for figure in figures:
        seen.append(figure)
        if not as_json:
            mark = "ok  " if figure.holds else "MISS"
            print(f"{mark} {figure.what}: {figure.measured} (must be {figure.bound})", flush=True)
    if as_json:
        print(json.dumps([asdict(figure) for figure in seen], indent=1))
    if keep_as is not None:
        rows = [(figure.what, figure.measured, figure.bound) for figure in seen]
        keep(*keep_as, ("What", "Measured", "Must be"), rows)
    return 0 if all(figure.holds for figure in seen) else 1


def lines(cells: Mapping[str, object]) -> str:
    """Return figures by name as lines for people, the values one below the other."""
    name, value = max(map(len, cells)), max(len(str(cell)) for cell in cells.values())
    return "\n".join(f"{what:<{name}}  {cell!s:>{value}}" for what, cell in cells.items())
