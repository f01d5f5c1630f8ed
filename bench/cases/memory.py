"""The memory of an agent on a very large library that is in sync."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from measuring.case import Tools
from measuring.measured import MEGABYTES, SECONDS, Limit, Row
from plexsync.store import Store
from plexsync.store.state import PATH_MAP
from plexsync_simulators.rig import Rig
from prepared.libraries import SETTINGS
from prepared.rigging import come_to_rest, resident_memory

MOST = Limit("median", most=200)
NEEDED_KB = 36
"""RAM of both simulated servers and of this process for a scene, seen at 10,000 scenes."""


VERY_LARGE = 200_000


def measure(tools: Tools, size: int) -> Iterator[Row]:
    """Compare everything once by listings, and look at the agent's memory then."""
    if size >= VERY_LARGE:
        tools.libraries.close()  # there is hardly room for another one beside it
    free = _available_kb()
    if free < NEEDED_KB * size:
        note = f"not measured: {NEEDED_KB * size / 1e6:.0f} GB are needed, {free / 1e6:.0f} GB are free"
        yield Row("agent's memory after a cheap reconcile", (math.nan,), MEGABYTES, limits=(MOST,), note=note)
        return
    with tools.libraries.working(size) as rig:
        yield Row(
            "agent's memory after a cheap reconcile", (resident_memory(rig.agent_pid),), MEGABYTES, limits=(MOST,)
        )
        yield Row("agent's memory, peak", (resident_memory(rig.agent_pid, "VmHWM"),), MEGABYTES, limits=(MOST,))
        yield Row("state.db", (_disk_megabytes(rig.data),), MEGABYTES, grows=True)
        seconds = _find_out_path_map(rig)
        peak = resident_memory(rig.agent_pid, "VmHWM")
        yield Row("agent's memory, peak, with the path map found out", (peak,), MEGABYTES, limits=(MOST,))
        yield Row("finding out the path map, and new keys for all files", (seconds,), SECONDS, grows=True)
        rig.configure(**SETTINGS)


def _find_out_path_map(rig: Rig) -> float:
    """Take away the path map of the settings, so that the agent compares all files; returns the seconds it took.

    One rule more before, which leads nowhere, has the keys of all files made anew after it.
    """
    with closing(Store(rig.data)) as store:
        rig.configure(**SETTINGS, path_map=f"{rig.world.path_map}; /nowhere => /elsewhere")
        rig.wait_until(lambda: _is_settled(store, "settings", "/nowhere"), 3600)
        come_to_rest(rig)
        began = time.monotonic()
        rig.configure(**SETTINGS, path_map="")
        rig.wait_until(lambda: _is_settled(store, "inferred", ""), 3600)
        return time.monotonic() - began


def _is_settled(store: Store, origin: str, folder: str) -> bool:
    """Tell whether a map from there is in force, with a rule for this folder if one is named, and all keys are made."""
    kept = store.state.get(PATH_MAP)
    if kept is None or kept.origin != origin or not kept.keyed:
        return False
    folders = {stash for stash, _ in kept.rules}
    return folder in folders if folder else bool(folders)


def _disk_megabytes(data: Path) -> float:
    return float(sum(path.stat().st_size for path in data.glob("state.db*"))) / 1e6


def _available_kb() -> int:
    found = re.search(r"MemAvailable:\s*(\d+)", Path("/proc/meminfo").read_text(encoding="ascii"))
    return int(found[1]) if found else 0
