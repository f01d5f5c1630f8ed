"""The agent's start on the state of a very large library, until it says who it is; no server of that size is needed."""

from __future__ import annotations

import json
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from measuring.case import Tools
from measuring.measured import MEGABYTES, Limit, Row
from plexsync.store import Store
from plexsync.store.state import AGENT_STATUS, AgentStatus
from plexsync_simulators.rig import Rig
from prepared.inflated import inflate
from prepared.rigging import say

PAUSE = 0.01
SMALL = 1000
MOST = (Limit("median", most=3.0),)


def measure(tools: Tools, size: int) -> Iterator[Row]:
    """Start agents after each kind of end."""
    few = min(SMALL, size)
    rig = tools.libraries.still(few)
    kept = rig.data.with_name("kept")
    shutil.copytree(rig.data, kept)
    try:
        say(f"  copying rows until there are {size:,} scenes")
        inflate(rig.data / "state.db", size)
        yield Row("state.db", ((rig.data / "state.db").stat().st_size / 1e6,), MEGABYTES)
        began = time.monotonic()
        with closing(sqlite3.connect(rig.data / "state.db")) as state:
            state.execute("PRAGMA quick_check(1)").fetchone()
        yield Row("reading it through (quick_check)", (time.monotonic() - began,))
        times = tools.times(1, 3, 5)
        start(rig)
        rig.stop_agent()
        yield Row("start after a clean end", started(rig, times, rig.stop_agent), limits=MOST)
        yield Row("start after a kill", started(rig, times, rig.kill_agent), limits=MOST)
        yield Row("start after the machine went down", started(rig, 1, lambda: went_down(rig)))
    finally:
        rig.kill_agent()
        shutil.rmtree(rig.data)
        kept.rename(rig.data)


def started(rig: Rig, times: int, end: Callable[[], object]) -> tuple[float, ...]:
    """Start agents, each after an end; returns the seconds until they said who they are."""
    taken = []
    start(rig)
    for _ in range(times):
        end()
        taken.append(start(rig))
    rig.stop_agent()
    return tuple(taken)


def start(rig: Rig) -> float:
    """Start an agent; returns the seconds until it says so."""
    began = time.monotonic()
    pid = rig.start_agent()
    with closing(Store(rig.data)) as store:
        while store.state.get(AGENT_STATUS, AgentStatus()).pid != pid:
            time.sleep(PAUSE)
        return time.monotonic() - began


def went_down(rig: Rig) -> None:
    """Leave behind what a power cut does: an agent that did not end, in an earlier start of the machine."""
    rig.kill_agent()
    path = Path(rig.data, "agent.json")
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), "boot": "another"}), encoding="utf-8")
