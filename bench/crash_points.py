"""Kill the agent at every commit and at every request of a short scenario, before and after each took effect.

`scripts/crash-points [--kind commit] [--every 1] [--json]`: real processes; about three seconds a point. The scenario
and its checks are in tests/system/helpers/stages/crash_stage.py. Exit code 1 when anything was lost or wrong after a
kill.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from itertools import count

from crash_stage import KINDS, SCENES, WORLD_SEED, CrashStage, KillResult, Point

from measuring.recorded import HELP, OPTION, keep
from plexsync_simulators.world import make_world

AT_THE_END = 3
"""So many points in a row that the scenario no longer reaches end the list: which request is the last one varies."""


def play(stage: CrashStage, kind: str, when: str, every: int) -> Iterator[tuple[Point, KillResult]]:
    """Kill at one point after the other until the scenario has no more."""
    beyond = 0
    for number in count(1, every):
        point = Point(kind, number, when)
        outcome = stage.kill_at(point)
        beyond = 0 if outcome.killed else beyond + 1
        if beyond == AT_THE_END:
            return
        if outcome.killed:
            yield point, outcome


def main() -> int:
    """Kill, look and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", choices=KINDS, action="append", help="only this one; may be given again")
    parser.add_argument("--every", type=int, default=1, help="only every so-manieth point")
    parser.add_argument("--json", action="store_true")
    parser.add_argument(OPTION, action="store_true", help=HELP)
    options = parser.parse_args()
    began, points, faults = time.monotonic(), Counter[str](), dict[str, list[str]]()
    with closing(CrashStage(make_world(SCENES, WORLD_SEED))) as stage:
        for kind in options.kind or KINDS:
            for when in ("before", "after"):
                for point, outcome in play(stage, kind, when, options.every):
                    points[f"{when} a {kind}" if kind == "commit" else f"{when} a request to {kind}"] += 1
                    if outcome.faults:
                        faults[str(point)] = list(outcome.faults)
                    seconds = time.monotonic() - began
                    line = f"{seconds:5.0f} s  {point}: {'; '.join(outcome.faults) or 'all is well'}"
                    print(line, file=sys.stderr, flush=True)
    seconds = round(time.monotonic() - began)
    if options.record:
        rows = [(what, f"{number:,}") for what, number in {**points, "in all": points.total()}.items()]
        rows += [("of them with faults", str(len(faults))), ("time", f"{seconds:,} s")]
        keep("crash-points", "scripts/crash-points", ("Killed", "Points"), rows)
    if options.json:
        print(json.dumps({"points": points, "faults": faults, "seconds": seconds}, indent=1))
    else:
        for what, number in {**points, "in all": points.total(), "of them with faults": len(faults)}.items():
            print(f"{what:<28}{number:>6}")
        print(f"{'time':<28}{seconds:>4} s")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
