"""How fast PlexSync is, beside what the same machine can do at all in the same run.

Every time is held against a baseline: an empty Python process, one PUT after the other to the same simulated Plex, the
same listings read bare, one SQLite table. Both servers are simulated (Plex takes 2 ms for a read and 15 ms for a write
where writes matter). Exit code 1 when a bound is missed.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from cases import CASES
from measuring.case import FULL, SMALL, TINY, Case, Tools
from measuring.machine import Machine
from measuring.measured import Row
from measuring.recorded import HELP, OPTION, keep
from measuring.table import COLUMNS, cells, print_table, to_json
from prepared.libraries import KeptLibraries

NAMES = {case.name: case for case in CASES}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; returns the exit code."""
    options = _options(arguments)
    if options.list:
        _list()
        return 0
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed PlexSync is compiled, too
    machine = Machine.here()
    with closing(KeptLibraries()) as libraries:
        tools = Tools(libraries, options.sizes, options.repeat, tuple(sorted(options.scenes)))
        rows = list(_measure(_chosen(options), tools))
    if options.record:
        _keep(rows)
    return finish(machine, rows, options.json)


def finish(machine: Machine, rows: Sequence[Row], target: str | None) -> int:
    """Show all rows, "-" and a file's name as JSON; returns the exit code."""
    if target == "-":
        print(to_json(machine, rows))
    else:
        print_table(machine, rows)
    if target not in {None, "-"}:
        Path(str(target)).write_text(to_json(machine, rows) + "\n", encoding="utf-8")
    return 0 if all(row.holds for row in rows) else 1


def _keep(rows: Sequence[Row]) -> None:
    for case in dict.fromkeys(row.case for row in rows):
        keep(f"bench-{case}", "scripts/bench", COLUMNS, [cells(row) for row in rows if row.case == case])


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("case", nargs="*", metavar="CASE", help="only these; all if none is named")
    parser.add_argument("--list", action="store_true", help="say which cases there are")
    parser.add_argument(
        "--sizes", choices=(TINY, SMALL, FULL), default=SMALL, help="seconds, minutes (the default), or hours"
    )
    parser.add_argument(
        "--scenes", type=int, action="append", default=[], metavar="N", help="this size instead; may be given again"
    )
    parser.add_argument("--repeat", type=int, default=1, metavar="N", help="measure everything N times as often")
    parser.add_argument("--json", nargs="?", const="-", metavar="FILE", help="as JSON, instead or into a file")
    parser.add_argument(OPTION, action="store_true", help=HELP)
    parser.add_argument("--with-plexapi", action="store_true", help="a script around plexapi does the same work too")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.case if name not in NAMES]
    if unknown:
        parser.error(f"no case {', '.join(unknown)}: choose from {', '.join(NAMES)}")
    return options


def _chosen(options: argparse.Namespace) -> list[Case]:
    cases = [NAMES[name] for name in options.case or NAMES]
    if options.with_plexapi:
        from alternative import compare  # noqa: PLC0415  needs plexapi, which only development has

        sizes = {TINY: (60,), SMALL: (200,), FULL: (200, 1000)}
        cases.append(Case("plexapi", "a script around plexapi beside PlexSync", sizes, compare.measure))
    return cases


def _list() -> None:
    for case in CASES:
        sizes = "; ".join(
            f"{level} {', '.join(f'{size:,}' for size in sizes)}" for level, sizes in case.sizes.items() if any(sizes)
        )
        print(f"{case.name:<10} {case.about}" + (f" ({sizes})" if sizes else ""))


def _measure(cases: Sequence[Case], tools: Tools) -> Iterator[Row]:
    for case in cases:
        yield from case.rows(tools)


if __name__ == "__main__":
    sys.exit(main())
