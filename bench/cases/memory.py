"""The memory of an agent on a very large library that is in sync."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from pathlib import Path

from case import Stand
from measured import MEGABYTES, Limit, Row
from rigging import command, memory

MOST = Limit("median", most=200)
NEEDED_KB = 36
"""What the two simulated servers and this process take for a scene, seen at 10,000 scenes."""


VERY_LARGE = 200_000


def measure(stand: Stand, size: int) -> Iterator[Row]:
    """Compare everything once by listings, and look at the agent's memory then."""
    if size >= VERY_LARGE:
        stand.shelf.clear()  # there is hardly room for another one beside it
    free = _available_kb()
    if free < NEEDED_KB * size:
        note = f"not measured: {NEEDED_KB * size / 1e6:.0f} GB are needed, {free / 1e6:.0f} GB are free"
        yield Row("agent's memory after a cheap reconcile", (math.nan,), MEGABYTES, limits=(MOST,), note=note)
        return
    with stand.shelf.working(size) as rig:
        yield Row("agent's memory after a cheap reconcile", (memory(rig.agent_pid),), MEGABYTES, limits=(MOST,))
        command(rig, "status")
        yield Row("agent's memory, peak", (memory(rig.agent_pid, "VmHWM"),), MEGABYTES, limits=(MOST,))
        yield Row("state.db", (_disk_megabytes(rig.data),), MEGABYTES, grows=True)


def _disk_megabytes(data: Path) -> float:
    return float(sum(path.stat().st_size for path in data.glob("state.db*"))) / 1e6


def _available_kb() -> int:
    found = re.search(r"MemAvailable:\s*(\d+)", Path("/proc/meminfo").read_text(encoding="ascii"))
    return int(found[1]) if found else 0
