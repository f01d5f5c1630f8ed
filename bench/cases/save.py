"""The cost of a save in Stash with the plugin installed and the agent at work, beside one without."""

from __future__ import annotations

import time
from collections.abc import Iterator

from measuring.baselines import SAVE
from measuring.case import Tools
from measuring.measured import MEGABYTES, Baseline, Limit, Row
from plexsync_simulators.rig import Rig
from prepared.libraries import in_sync
from prepared.prefilled import prefilled
from prepared.rigging import PLEX, come_to_rest, install, resident_memory

MOST = Limit("ratio", most=1.03)
MANY = 500
PAUSE = 0.02
UNDER_WAY = 0.4
"""Seconds after an edit when the agent is at work on it."""

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


def settle(rig: Rig, key: str, rating: int) -> None:
    """Wait until the agent has seen the edits and brought them over, or it would slow down who comes next."""
    rig.wait_until(lambda: rig.plex.control("GET", f"dump?ids={key}")[0].get("userRating") == rating / 10, 120)
    come_to_rest(rig, 120)


def measure(tools: Tools, size: int) -> Iterator[Row]:
    """Save in turns with and without; the agent comes to rest in between."""
    world = prefilled(size)
    with in_sync(world) as ours, Rig(world, plex_options=PLEX) as plain:
        install(ours)
        scenes = [scene for scene, paths in world.belongs.items() if len(paths) == 1][:MANY]
        key = ours.item_of(scenes[0])["ratingKey"]
        with_us: list[float] = []
        without: list[float] = []
        for _ in range(tools.times(1, 4, 8)):
            with_us += saves(ours, scenes[::-1], 20)
            ours.edit_scene(scenes[0], rating100=99)
            settle(ours, key, 99)
            without += saves(plain, scenes[::-1], 20)
            ours.edit_scene(scenes[0], rating100=1)
            settle(ours, key, 1)
        yield Row("one save", tuple(with_us), baseline=Baseline(SAVE, tuple(without)), limits=(MOST,))
        many, none, busy = [], [], []
        for turn in range(tools.times(2, 6, 14)):
            many.append(bulk(ours, scenes, 10 + turn))
            settle(ours, key, 10 + turn)
            none.append(bulk(plain, scenes, 10 + turn))
            bulk(ours, scenes, 40 + turn)
            time.sleep(UNDER_WAY)
            busy.append(bulk(ours, scenes, 70 + turn))
            settle(ours, key, 70 + turn)
        what, baseline = f"bulk edit of {len(scenes)} scenes", Baseline(SAVE, tuple(none))
        yield Row(what, tuple(many), baseline=baseline, limits=(MOST,))
        yield Row(f"{what} while the one before is brought over", tuple(busy), baseline=baseline)
        yield Row("agent's memory, peak", (resident_memory(ours.agent_pid, "VmHWM"),), MEGABYTES)
