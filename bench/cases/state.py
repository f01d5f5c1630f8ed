"""Processes on the state of a large library: the agent's start, `--help`, `status` and `why`."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import closing

from measuring.baselines import BARE, bare_interpreter, process_seconds
from measuring.case import Tools
from measuring.measured import MEGABYTES, Baseline, Limit, Row
from plexsync.agent.lock import is_held
from plexsync.store import Store
from plexsync.store.state import AGENT_STATUS, AgentStatus
from plexsync_simulators.rig import Rig
from prepared.rigging import come_to_rest, resident_memory

PAUSE = 0.02
START = (Limit("median", most=3.0),)
COMMAND = (Limit("median", most=0.25),)


def measure(tools: Tools, size: int) -> Iterator[Row]:
    """Start agents, and ask beside the last one."""
    rig = tools.libraries.still(size)
    scenes = [scene for scene, paths in rig.world.belongs.items() if len(paths) == 1]
    said, shown, bare = [], [], []
    for turn in range(tools.times(1, 3, 5)):
        bare.append(bare_interpreter())
        at_work, edited = start(rig, scenes[turn % len(scenes)], f"Edited before start {turn} {time.time()}")
        said.append(at_work)
        shown.append(edited)
        rig.stop_agent()
    baseline = Baseline(BARE, tuple(bare))
    yield Row("start of the agent until it says so", tuple(said), baseline=baseline, limits=START, grows=True)
    yield Row("start of the agent until an edit made before is in Plex", tuple(shown), baseline=baseline, grows=True)
    with tools.libraries.working(size) as rig:
        yield Row("agent's memory", (resident_memory(rig.agent_pid),), MEGABYTES)
        for words in (("--help",), ("status",), ("why", scenes[0])):
            yield asked(rig, tools.times(2, 6, 20), *words)


def start(rig: Rig, scene: str, title: str) -> tuple[float, float]:
    """Start the agent after an edit; returns when it told who it is, and when the edit was in Plex, in seconds."""
    rig.edit_scene(scene, title=title)
    with closing(Store(rig.data)) as store:
        ((_, key),) = store.links.of_scenes([int(scene)])
        began = time.monotonic()
        pid = rig.start_agent()
        while store.state.get(AGENT_STATUS, AgentStatus()).pid != pid:
            time.sleep(PAUSE)
        said = time.monotonic() - began
    rig.wait_until(lambda: rig.plex.control("GET", f"dump?ids={key}")[0]["title"] == title, 600)
    shown = time.monotonic() - began
    rig.wait_until(lambda: is_held(rig.data), 60)
    come_to_rest(rig)
    return said, shown


def asked(rig: Rig, number: int, *words: str) -> Row:
    """Run a command and an empty Python in turns."""
    whole = (sys.executable, "-m", "plexsync.cli", "--data", str(rig.data), *words)
    process_seconds(whole)  # the first one compiles
    runs = [(bare_interpreter(), process_seconds(whole)) for _ in range(number)]
    bare, ours = zip(*runs, strict=True)
    return Row(f"plexsync {words[0]}", ours, baseline=Baseline(BARE, bare), limits=COMMAND, grows=True)
