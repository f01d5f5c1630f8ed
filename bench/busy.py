"""The agent's share of a busy Stash, and its memory with a long queue. Real processes.

`python bench/busy.py [--only stash|memory] [--seconds 60] [--jobs 20000] [--json]`. *stash* saves scenes without pause.
It compares the time that the simulated Stash spends on the agent with the time that goes by. Then it does the same
while a whole library is synced. *memory* queues all scenes of a library of that size, first with Plex away, then with
Plex answering. Exit code 1 when a figure misses its bound.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from measuring.figure import Figure, report
from measuring.recorded import HELP, OPTION
from plexsync.store import Store
from plexsync.store.jobs import Priority
from plexsync_simulators.rig import Rig
from plexsync_simulators.world import make_world
from prepared.rigging import PLEX, TEXT_ONLY, queued, resident_memory, say

SCENES = 3000
SHARE = 0.05
MOST_WRITTEN = 10_000


def save_without_pause(rig: Rig, scenes: list[str], seconds: float) -> int:
    """Save one scene after the other for a while; returns how many."""
    until, number = time.monotonic() + seconds, 0
    while time.monotonic() < until:
        rig.edit_scene(scenes[number % len(scenes)], rating100=number % 100 + 1)
        number += 1
    return number


def taken(rig: Rig, seconds: float) -> tuple[float, dict[str, float]]:
    """Return which share of the last seconds Stash spent on the agent's requests, and seconds by operation."""
    by_operation: Counter[str] = Counter()
    for one in rig.stash.control("GET", "requests"):
        if one["kind"] in {"query", "image"}:
            by_operation[one["operation"] or one["kind"]] += one["seconds"]
    return sum(by_operation.values()) / seconds, {name: round(spent, 2) for name, spent in by_operation.most_common(5)}


def stash(seconds: float, _jobs: int) -> Iterator[Figure]:
    """Measure the agent's share of a Stash that is written to all the time."""
    with Rig(make_world(SCENES, 1), plex_options=PLEX, settings=TEXT_ONLY) as rig:
        rig.start_agent()
        rig.wait_until(rig.is_idle, 120)
        scenes = [scene for scene, paths in rig.world.belongs.items() if len(paths) == 1][:500]
        for what in ("saving", "saving while all is synced"):
            if what != "saving":
                with closing(Store(rig.data)) as store:
                    ids = [int(scene["id"]) for scene in rig.world.stash["scenes"]]
                    store.jobs.enqueue(ids, priority=Priority.BULK, origin="bench", now=time.time())
            save_without_pause(rig, scenes, 3.0)
            rig.stash.control("POST", "reset_counters")
            saves = save_without_pause(rig, scenes, seconds)
            share, operations = taken(rig, seconds)
            say(f"{saves} saves in {seconds:.0f} s, {what}: {operations}")
            shown = f"{share:.1%} at {saves / seconds:.0f} saves a second"
            yield Figure(f"Stash's time for the agent, {what}", shown, f"≤ {SHARE:.0%}", share <= SHARE)


def forget_peak(pid: int) -> None:
    """Have the kernel count the most that a process takes from now on (proc(5), clear_refs)."""
    Path(f"/proc/{pid}/clear_refs").write_text("5", encoding="ascii")


def memory(seconds: float, jobs: int) -> Iterator[Figure]:
    """Measure what a long queue takes of memory, while it waits and while it is worked on."""
    with Rig(make_world(jobs, 1), plex_options=PLEX, settings=TEXT_ONLY) as rig:
        rig.start_agent()
        rig.wait_until(rig.is_idle, 600)
        rig.plex.control("POST", "starting", {"on": True})
        before = resident_memory(rig.agent_pid, "VmHWM")
        yield Figure(f"the most it took to get to know {jobs} scenes", f"{before:.0f} MB", "-", holds=True)
        forget_peak(rig.agent_pid)
        scenes = [int(scene["id"]) for scene in rig.world.stash["scenes"]]
        with closing(Store(rig.data)) as store:
            for start in range(0, jobs, 2000):
                with store.transaction():
                    ids = scenes[start : start + 2000]
                    store.jobs.enqueue(ids, priority=Priority.BULK, origin="bench", now=time.time())
        say(f"{queued(rig)} jobs queued, Plex away")
        time.sleep(seconds)
        waiting = resident_memory(rig.agent_pid)
        yield Figure(f"agent with {jobs} jobs that wait", f"{waiting:.0f} MB", "≤ 100 MB", waiting <= 100)
        rig.plex.control("POST", "starting", {"on": False})
        written = min(jobs // 2, MOST_WRITTEN)
        rig.wait_until(lambda: queued(rig) <= jobs - written, 1200)
        say(f"{queued(rig)} jobs left")
        most = resident_memory(rig.agent_pid, "VmHWM")
        yield Figure(
            f"the most it took until {written} of them were written", f"{most:.0f} MB", "≤ 100 MB", most <= 100
        )


PARTS: dict[str, Callable[[float, int], Iterator[Figure]]] = {"stash": stash, "memory": memory}


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=PARTS)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long to save, or to let the queue wait")
    parser.add_argument("--jobs", type=int, default=20_000, help="how many scenes the library has")
    parser.add_argument("--json", action="store_true")
    parser.add_argument(OPTION, action="store_true", help=HELP)
    options = parser.parse_args()
    keep_as = ("busy", "bench/busy.py") if options.record else None
    chosen = [options.only] if options.only else list(PARTS)
    figures = (figure for name in chosen for figure in PARTS[name](options.seconds, options.jobs))
    return report(figures, as_json=options.json, keep_as=keep_as)


if __name__ == "__main__":
    sys.exit(main())
