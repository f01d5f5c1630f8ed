"""An agent's needs while nothing happens: processor, requests, bytes written to the disk; and how it wakes."""

from __future__ import annotations

import time
from collections.abc import Iterator

from cases.latency import save
from measuring.case import FULL, Tools
from measuring.measured import MEGABYTES, NUMBER, SHARE, Limit, Row, quantile
from plexsync_simulators.rig import Rig
from prepared.rigging import bytes_written, counts, cpu_seconds, resident_memory, say

HOUR = 3600.0
SILENCE = 130.0
"""Seconds after which an agent polls less often."""


def measure(tools: Tools, size: int) -> Iterator[Row]:
    """Measure some minutes of silence, some time after the last work, and saves that end such a silence.

    Only at full size is that long enough for the bounds to say something.
    """
    rest, seconds = {FULL: (SILENCE, 180.0)}.get(tools.level, (5.0, 3.0 * tools.times(1, 5, 5)))
    with tools.libraries.working(size) as rig:
        say(f"  {rest + seconds:.0f} s of nothing")
        time.sleep(rest)
        counts(rig)
        cpu, written = cpu_seconds(rig.agent_pid), bytes_written(rig.agent_pid)
        time.sleep(seconds)
        share = (cpu_seconds(rig.agent_pid) - cpu) / seconds
        per_hour = (bytes_written(rig.agent_pid) - written) / 1e6 * HOUR / seconds
        plex, stash = counts(rig)
        note = f"of a core, in {seconds:.0f} s"
        minutes = seconds / 60
        yield Row("processor", (share,), SHARE, limits=_if_long(tools, 0.001), note=note)
        yield Row("Stash queries a minute", (sum(stash.values()) / minutes,), NUMBER, limits=_if_long(tools, 2))
        yield Row("Plex requests a minute", (sum(plex.values()) / minutes,), NUMBER, limits=_if_long(tools, 1))
        yield Row("written to the disk in an hour", (per_hour,), MEGABYTES, limits=_if_long(tools, 0))
        yield Row("agent's memory", (resident_memory(rig.agent_pid),), MEGABYTES)
        if tools.level == FULL:
            yield _after_silence(rig, tools.times(0, 0, 5))


def _after_silence(rig: Rig, number: int) -> Row:
    """Save single scenes, each after minutes of silence."""
    scenes = [scene for scene, paths in rig.world.belongs.items() if len(paths) == 1][:number]
    taken = []
    for turn, scene in enumerate(scenes):
        say(f"  {SILENCE:.0f} s of nothing, then one save")
        time.sleep(SILENCE + turn * 0.11)  # so that it meets another moment of the pause between two polls
        taken.append(save(rig, scene, turn))
    note = f"p95 {quantile(taken, 0.95):.2f} s"
    return Row("one save after minutes of silence", tuple(taken), limits=(Limit("median", most=0.5),), note=note)


def _if_long(tools: Tools, most: float) -> tuple[Limit, ...]:
    return (Limit("median", most=most),) if tools.level == FULL else ()
