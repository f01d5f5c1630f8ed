"""The cost of a reconcile of a library in sync: requests, time and memory. It must find all planted gaps."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from measuring.baselines import LISTINGS, READS, Replay, asked_of_plex
from measuring.case import Tools
from measuring.measured import MEGABYTES, NUMBER, Baseline, Limit, Row
from plexsync.stash import scenes
from plexsync.store import Store
from plexsync.sync.batch_sizes import ONE_READ
from plexsync_simulators.rig import Rig
from prepared.rigging import command, counts, resident_memory, say

PLEX_PAGE, STASH_PAGE = 500, 500
ITEMS_PER_PAGE = 400
"""How many scenes have their items on a page of Plex's listing: of a hundred about ten have two, or three."""

OVERHEAD = 30
LARGE = 100_000
MOST = Limit("ratio", most=3.0)
NONE = Limit("median", most=0, least=0)


@dataclass(frozen=True, slots=True)
class Run:
    """One reconcile: its figures, the seconds of the run alone and of the command that asked for it, its requests."""

    result: Mapping[str, Any]
    seconds: float
    command_seconds: float
    plex: Mapping[str, int]
    stash: Mapping[str, int]
    asked: tuple[str, ...]

    @property
    def told(self) -> dict[str, int]:
        """The requests."""
        return {"Plex GET": self.plex.get("GET", 0), "Stash query": sum(self.stash.values())}

    @property
    def writes(self) -> int:
        """How much was written to Plex."""
        return self.plex.get("PUT", 0) + self.plex.get("POST", 0)


def reconcile(rig: Rig, *words: str) -> Run:
    """Run one."""
    counts(rig)
    began = time.monotonic()
    result = command(rig, "reconcile", "--scope", "all", *words)
    taken = time.monotonic() - began
    asked = tuple(asked_of_plex(rig))
    with closing(Store(rig.data)) as store:
        run = store.runs.get(result["run"])
    if run is None:
        raise RuntimeError(f"no run {result['run']}")
    say(f"  a reconcile took {taken:.1f} s")
    return Run(result, run.ended_at - run.started_at, taken, *counts(rig), asked)


def measure(tools: Tools, size: int) -> Iterator[Row]:
    """Measure runs that find nothing new, cheap and deep, in turns with bare listings."""
    with tools.libraries.working(size) as rig:
        replay, number = Replay(rig), tools.times(1, 3, 5)
        cheap, bare = [], []
        for _ in range(number):
            cheap.append(reconcile(rig))
            bare.append(replay.listings(cheap[-1].asked))
        yield from of_cheap(cheap, bare, size)
        yield Row("agent's memory after that", (resident_memory(rig.agent_pid),), MEGABYTES)
        deep, full = [], []
        for _ in range(max(1, number // 2)):
            deep.append(reconcile(rig, "--deep"))
            full.append(replay.listings(()) + replay.reads(deep[-1].asked, range(1, size + 1)))
        yield from of_deep(deep, full, size)
        most = Limit("median", most=100 if size < LARGE else 200)
        yield Row("agent's memory after a deep run", (resident_memory(rig.agent_pid),), MEGABYTES, limits=(most,))
        yield Row("agent's memory, peak", (resident_memory(rig.agent_pid, "VmHWM"),), MEGABYTES)


def of_cheap(runs: list[Run], bare: list[float], size: int) -> Iterator[Row]:
    """Tell what runs by listings alone have cost."""
    limits = (MOST,) if size >= LARGE else ()
    baseline = Baseline(LISTINGS, tuple(bare))
    times = tuple(run.seconds for run in runs)
    yield Row("cheap, nothing changed", times, baseline=baseline, limits=limits, counts=runs[-1].told, grows=True)
    yield Row("the same as a command", tuple(run.command_seconds for run in runs), baseline=baseline)
    most = Limit("highest", most=size / PLEX_PAGE + size / STASH_PAGE + OVERHEAD)
    requests = tuple(float(sum(run.told.values())) for run in runs)
    yield Row("cheap: requests", requests, NUMBER, limits=(most,), grows=True)
    writes = tuple(float(run.writes) for run in runs)
    yield Row("cheap: writes to Plex", writes, NUMBER, limits=(Limit("highest", most=0),))
    queued = tuple(float(run.result["queued"]) for run in runs)
    yield Row("cheap: scenes queued", queued, NUMBER)


def of_deep(runs: list[Run], bare: list[float], size: int) -> Iterator[Row]:
    """Tell what runs have cost that read everything."""
    times, told = tuple(run.seconds for run in runs), runs[-1].told
    yield Row("deep", times, baseline=Baseline(READS, tuple(bare)), counts=told, grows=True)
    most = {"Stash query": size / 200 + OVERHEAD, "Plex GET": size / 150 + OVERHEAD}
    if size >= LARGE:  # where the pages of the listings count too
        reads = size / ONE_READ + OVERHEAD
        most = {"Stash query": reads + size / scenes.PAGE, "Plex GET": reads + size / ITEMS_PER_PAGE}
    for name, limit in most.items():
        yield Row(f"deep: {name}", (told[name],), NUMBER, limits=(Limit("median", most=limit),))
