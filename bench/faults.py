"""A good day and bad ones: the same work on both servers without and with seeded faults, on real processes.

`python bench/faults.py [--scenes 300] [--seeds 2] [--no-covers] [--json]`: 5 % of all requests are answered 500, 2 %
reset, 1 % cut off, 1 % kept silent after their effect, 5 % answered late. Plex must hold the same as after the good
day. Exit code 1 when a figure misses its bound.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from measuring.figure import Figure, report
from measuring.recorded import HELP, OPTION
from plexsync_simulators.mix import FAILING, fault_mix
from plexsync_simulators.rig import Rig
from plexsync_simulators.shared.json_type import Json
from plexsync_simulators.world import make_world
from prepared.rigging import PLEX, TEXT_ONLY, say, sync_all

PATIENCE = 2.0
ABOVE_THE_SHARE = 0.15
STORM = 1.25
FIELDS = (
    *("title", "summary", "originallyAvailableAt", "studio", "userRating"),
    *("Genre", "Director", "Collection"),
)
AT_PLEX = {"path_regex": "^/(identity|library)"}
AT_STASH = {"operation_regex": "^(?!Save)", "path_regex": "^/(graphql|scene)"}


@dataclass(frozen=True)
class Day:
    """A day's figures: requests to both servers, the most in one second, seconds, and what Plex holds in the end."""

    requests: int
    busiest: int
    seconds: float
    holds: Json


def live_through(scenes: int, seed: int, settings: Mapping[str, Any]) -> Day:
    """Sync a library and edit half of it one by one; with faults unless the seed is 0."""
    with Rig(make_world(scenes, 4), plex_options=PLEX, settings={"read_timeout": PATIENCE, **settings}) as rig:
        rig.start_agent()
        rig.wait_until(rig.is_idle, 120)
        rig.plex.control("POST", "reset_counters")
        rig.stash.control("POST", "reset_counters")
        if seed:
            for server, match in ((rig.plex, AT_PLEX), (rig.stash, AT_STASH)):
                server.control("POST", "faults", fault_mix(seed, 20_000, match=match, hang_ms=PATIENCE * 1500))
        began = time.monotonic()
        sync_all(rig)
        for number, (scene, paths) in enumerate(rig.world.belongs.items()):
            if number % 2 and len(paths) == 1:
                rig.edit_scene(scene, rating100=number % 100 + 1)
        settle(rig)
        times = [one["time"] for one in rig.plex.control("GET", "requests")["requests"] if one["kind"] != "events"]
        times += [one["time"] for one in rig.stash.control("GET", "requests") if one["kind"] in {"query", "image"}]
        busiest = max(Counter(int(moment) for moment in times).values())
        day = Day(
            len(times), busiest, time.monotonic() - began, {path: shown(one) for path, one in rig.items().items()}
        )
        say(f"{'good day' if not seed else f'bad day {seed}'}: {day.requests} requests in {day.seconds:.0f} s")
        return day


def settle(rig: Rig) -> None:
    """Wait until nothing is left to be done, and stays so."""
    quiet = 0
    while quiet < 15:
        rig.wait_until(rig.is_idle, 300)
        time.sleep(0.2)
        quiet = quiet + 1 if rig.is_idle() and not retrying(rig) else 0


def retrying(rig: Rig) -> int:
    """Count the jobs that wait for another try."""
    with closing(sqlite3.connect(f"file:{rig.data / 'state.db'}?mode=ro", uri=True, timeout=20)) as state:
        unlinked = "('missing', 'ambiguous', 'unmapped', 'no_file')"
        query = f"SELECT count(*) FROM job WHERE state IN ('waiting', 'dead') AND cause NOT IN {unlinked}"  # noqa: S608
        return int(state.execute(query).fetchone()[0])


def shown(item: Json) -> Json:
    """Return what PlexSync writes of an item."""
    return {**{name: item.get(name) for name in FIELDS}, "Role": [role["tag"] for role in item["Role"]]}


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", type=int, default=300)
    parser.add_argument("--seeds", type=int, default=2, help="how many bad days")
    parser.add_argument("--no-covers", action="store_true", help="texts alone: fewer requests on all days")
    parser.add_argument("--json", action="store_true")
    parser.add_argument(OPTION, action="store_true", help=HELP)
    options = parser.parse_args()
    keep_as = ("faults", "bench/faults.py") if options.record else None
    settings = TEXT_ONLY if options.no_covers else {}
    good = live_through(options.scenes, 0, settings)
    bad = [live_through(options.scenes, seed, settings) for seed in range(1, options.seeds + 1)]
    wrong = [sum(good.holds[path] != day.holds[path] for path in good.holds) for day in bad]
    extra = sum(day.requests for day in bad) / (len(bad) * good.requests) - 1
    bound = FAILING + ABOVE_THE_SHARE
    busiest = max(day.busiest for day in bad)
    more, storm = f"requests more than the {good.requests} of a good day", busiest <= STORM * good.busiest
    figures = [
        Figure("items that differ in the end", str(wrong), "0", not any(wrong)),
        Figure(more, f"{extra:.0%}", f"≤ {bound:.0%}", extra <= bound),
        Figure("most requests in one second", f"{busiest} (good day {good.busiest})", "≤ 125 %", storm),
    ]
    return report(figures, as_json=options.json, keep_as=keep_as)


if __name__ == "__main__":
    sys.exit(main())
