"""A first sync of a whole library, and a second one that has nothing to do."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing

from measuring.baselines import PUTS, READS, SAME_PUTS, Replay, asked_of_plex
from measuring.case import Tools
from measuring.measured import MEGABYTES, NUMBER, PER_SECOND, Baseline, Limit, Row
from plexsync.store import Store
from plexsync_simulators.rig import Rig
from prepared.rigging import counts, resident_memory, running, sequential_rate, some_keys, sync_all

LEAST = Limit("ratio", least=0.90)
PACE = 200
SMALL_LIBRARY = 5000
BOUND_FROM = 1000
"""From how many scenes on the bound holds: of a few, reading the library for the first time counts too much."""

AT_ONCE = 4


def measure(tools: Tools, size: int) -> Iterator[Row]:
    """Hold what a first sync writes in a second against one PUT after the other, before and after it."""
    with running(size) as rig:
        keys = some_keys(rig, PACE)
        before = sequential_rate(rig, keys)
        counts(rig)
        since = time.time()
        command_seconds = sync_all(rig)
        took = run_seconds(rig)
        edits = asked_of_plex(rig, "PUT")
        plex, stash = counts(rig)
        items = written_items(rig, since)
        after = sequential_rate(rig, keys)
        replay = Replay(rig)
        same = Baseline(SAME_PUTS, tuple(replay.puts(edits[start : start + PACE]) for start in (0, len(edits) // 2)))
        asked = {"PUT": plex["PUT"], "Plex GET": plex["GET"], "Stash query": sum(stash.values())}
        least = (LEAST,) if size >= BOUND_FROM else ()
        yield Row("first sync: PUTs", (plex["PUT"] / took,), PER_SECOND, same, least, asked)
        alone = Baseline(f"{items:,} times {PUTS}", (items / before, items / after))
        yield Row("first sync: items written", (items / took,), PER_SECOND, Baseline(PUTS, (before, after)))
        yield Row("first sync: time", (took,), baseline=alone, grows=True, note=f"{items:,} items")
        yield Row("the same as a command", (command_seconds,), baseline=alone)
        yield from within("first sync", asked, size, items)
        yield from second(rig, tools, size)
        most = Limit("median", most=80 if size <= SMALL_LIBRARY else 200)
        yield Row("agent's memory after that", (resident_memory(rig.agent_pid),), MEGABYTES, limits=(most,))
        yield Row("agent's memory, peak", (resident_memory(rig.agent_pid, "VmHWM"),), MEGABYTES)
    if size <= BOUND_FROM:
        yield from several_at_once(size)


def several_at_once(size: int) -> Iterator[Row]:
    """Let four edits go at the same time, to a Plex that has one writer and to one that has four."""
    for writers in (1, AT_ONCE):
        with running(size, plex={"writers": writers}, parallel_writes=AT_ONCE) as rig:
            keys = some_keys(rig, PACE)
            before, since = sequential_rate(rig, keys), time.time()
            sync_all(rig)
            took = run_seconds(rig)
            items = written_items(rig, since)
            alone = Baseline(PUTS, (before, sequential_rate(rig, keys)))
            what = f"first sync, {AT_ONCE} edits at once, writers in Plex: {writers}"
            yield Row(what, (items / took,), PER_SECOND, alone)


def run_seconds(rig: Rig) -> float:
    """Return how long ago the newest sync was begun by the agent; to be asked when it has just come to rest."""
    now = time.time()
    with closing(Store(rig.data)) as store:
        (run,) = store.runs.newest_of("sync", 1)
    return now - run.started_at


def written_items(rig: Rig, since: float) -> int:
    """Count the items that were written to since a moment."""
    edits = rig.plex.control("GET", f"edits?after={since}", timeout=600)
    return len({key for edit in edits for key in edit["ids"]})


def within(what: str, asked: dict[str, int], size: int, items: int) -> Iterator[Row]:
    """Hold the requests of a sync against its scenes and items; a long text takes a PUT of its own."""
    most = {
        "PUT": items if size >= SMALL_LIBRARY else 1.05 * items + 1,
        "Plex GET": size / 50 + 30,  # a new server alone takes some twenty: identity, libraries, collections
        "Stash query": size / 100 + 5,
    }
    for name, number in asked.items():
        limit = Limit("median", most=most[name])
        yield Row(f"{what}: {name}", (number,), NUMBER, limits=(limit,), grows=name != "PUT")


def second(rig: Rig, tools: Tools, size: int) -> Iterator[Row]:
    """Sync once more: nothing is written, and the time is that of reading everything."""
    times, bare = [], []
    for _ in range(tools.times(1, 1, 3)):
        counts(rig)
        sync_all(rig)
        times.append(run_seconds(rig))
        asked = asked_of_plex(rig)
        plex, stash = counts(rig)
        bare.append(Replay(rig).reads(asked, range(1, size + 1)))
    writes = plex.get("PUT", 0) + plex.get("POST", 0)
    told = {"Plex GET": plex["GET"], "Stash query": sum(stash.values())}
    none = Limit("median", most=0, least=0)
    yield Row("second sync: PUT + POST", (writes,), NUMBER, limits=(none,))
    yield Row("second sync: time", tuple(times), baseline=Baseline(READS, tuple(bare)), counts=told, grows=True)
