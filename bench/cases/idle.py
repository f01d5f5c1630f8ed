"""What an agent takes while nothing happens: processor, requests, and what it writes to the disk."""

from __future__ import annotations

import time
from collections.abc import Iterator

from case import FULL, Stand
from measured import MEGABYTES, NUMBER, SHARE, Limit, Row
from rigging import bytes_written, counts, cpu_seconds, record, say

HOUR = 3600.0


def measure(stand: Stand, size: int) -> Iterator[Row]:
    """Measure a minute, some time after the last work: the first looks come faster, and then ever more slowly.

    Only at full size is that long enough for the bounds to say something.
    """
    rest, seconds = {FULL: (75.0, 60.0)}.get(stand.level, (5.0, 3.0 * stand.times(1, 5, 5)))
    with stand.shelf.working(size) as rig:
        say(f"  {rest + seconds:.0f} s of nothing")
        time.sleep(rest)
        counts(rig)
        cpu, written = cpu_seconds(rig.agent_pid), bytes_written(rig.agent_pid)
        time.sleep(seconds)
        share = (cpu_seconds(rig.agent_pid) - cpu) / seconds
        per_hour = (bytes_written(rig.agent_pid) - written) / 1e6 * HOUR / seconds
        plex, stash = counts(rig)
        note = f"of a core, in {seconds:.0f} s"
        yield Row("processor", (share,), SHARE, limits=_if_long(stand, 0.005), note=note)
        yield Row("Stash queries", (sum(stash.values()),), NUMBER, limits=_if_long(stand, 1))
        yield Row("Plex requests", (sum(plex.values()),), NUMBER, limits=_if_long(stand, 1))
        yield Row("written to the disk in an hour", (per_hour,), MEGABYTES)
        yield Row("agent's memory", (record(rig.agent_pid),), MEGABYTES)


def _if_long(stand: Stand, most: float) -> tuple[Limit, ...]:
    return (Limit("median", most=most),) if stand.level == FULL else ()
