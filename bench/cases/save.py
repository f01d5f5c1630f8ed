"""What a save costs in Stash with the plugin installed and the agent working, against without."""

from __future__ import annotations

import time
from collections.abc import Iterator

from baselines import SAVE
from case import Stand
from measured import MEGABYTES, Baseline, Limit, Row
from plexsync.sim.rig import Rig
from prefilled import prefilled
from rigging import PLEX, come_to_rest, install, memory
from shelf import in_sync

MOST = Limit("ratio", most=1.03)
MANY = 500
PAUSE = 0.02
BULK = "mutation Bulk($input: BulkSceneUpdateInput!) { bulkSceneUpdate(input: $input) { id } }"


def saves(rig: Rig, scenes: list[str], number: int) -> list[float]:
    """Save scenes one after the other and return how long Stash took each time."""
    times = []
    for turn in range(number):
        began = time.perf_counter()
        rig.edit_scene(scenes[turn % len(scenes)], rating100=turn % 100 + 1)
        times.append(time.perf_counter() - began)
        time.sleep(PAUSE)
    return times


def bulk(rig: Rig, scenes: list[str], rating: int) -> float:
    """Edit many scenes at once and return how long Stash took."""
    began = time.perf_counter()
    rig.ask_stash(BULK, input={"ids": scenes, "rating100": rating})
    return time.perf_counter() - began


def measure(stand: Stand, size: int) -> Iterator[Row]:
    """Save in turns with and without; the agent comes to rest in between, or it would slow both down."""
    world = prefilled(size)
    with in_sync(world) as ours, Rig(world, plex_options=PLEX) as plain:
        install(ours)
        scenes = list(world.belongs)[:MANY]
        with_us: list[float] = []
        without: list[float] = []
        for _ in range(stand.times(1, 4, 8)):
            with_us += saves(ours, scenes, 20)
            come_to_rest(ours, 60)
            without += saves(plain, scenes, 20)
        yield Row("one save", tuple(with_us), baseline=Baseline(SAVE, tuple(without)), limits=(MOST,))
        many, none = [], []
        for turn in range(stand.times(2, 6, 14)):
            many.append(bulk(ours, scenes, 10 + turn))
            come_to_rest(ours, 120)
            none.append(bulk(plain, scenes, 10 + turn))
        what = f"bulk edit of {len(scenes)} scenes"
        yield Row(what, tuple(many), baseline=Baseline(SAVE, tuple(none)), limits=(MOST,))
        yield Row("agent's memory, peak", (memory(ours.agent_pid, "VmHWM"),), MEGABYTES)
