"""The cost of a save in Stash with the plugin installed and the agent at work, beside one without."""

from __future__ import annotations

import time
from collections.abc import Iterator

from measuring.baselines import SAVE
from measuring.case import Tools
from measuring.measured import MEGABYTES, TIMES, Baseline, Limit, Row
from plexsync_simulators.rig import Rig
from prepared.libraries import in_sync
from prepared.prefilled import prefilled
from prepared.rigging import PLEX, come_to_rest, install, resident_memory

MOST, MOST_OF_PAIRS = Limit("ratio", most=1.03), Limit("median", most=1.03)
MANY = 500
PAUSE = 0.02
UNDER_WAY = 0.4
"""Seconds after an edit when the agent is at work on it."""

BULK = """mutation Bulk($input: BulkSceneUpdateInput!) { bulkSceneUpdate(input: $input) {
  id title code details director urls date rating100 o_counter organized play_count created_at updated_at
  paths { screenshot preview stream }
  files { id path size duration width height video_codec audio_codec frame_rate bit_rate fingerprints { type value } }
  studio { id name }
  groups { group { id name } scene_index }
  tags { id name }
  performers { id name gender favorite }
  stash_ids { endpoint stash_id }
  scene_markers { id title seconds }
} }"""
"""The scenes are read again for the answer, as for Stash's page: that is most of what a bulk edit takes."""


SOME_SCENES = (
    "query Some { findScenes(filter: { per_page: 200 }) { scenes { id title tags { id name } files { id path } } } }"
)
"""Asked before a bulk edit: a server that has slept for seconds is slower, whoever edits."""


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
    """Edit many scenes at once and return how long Stash took, once it is awake."""
    rig.ask_stash(SOME_SCENES)
    began = time.perf_counter()
    rig.ask_stash(BULK, input={"ids": scenes, "rating100": rating})
    return time.perf_counter() - began


def settle(rig: Rig, key: str, rating: int) -> None:
    """Wait until the agent has seen the edits and brought them over, or it would slow down who comes next."""
    rig.wait_until(lambda: rig.plex.control("GET", f"dump?ids={key}")[0].get("userRating") == rating / 10, 120)
    come_to_rest(rig, 120)


def bulk_edits(ours: Rig, plain: Rig, scenes: list[str], key: str, tools: Tools) -> Iterator[Row]:
    """Edit in pairs, in turns of which comes first, the agent at rest; then while the agent is at work."""

    def with_us(rating: int) -> float:
        taken = bulk(ours, scenes, rating)
        settle(ours, key, rating)
        return taken

    many, none, busy = [], [], []
    for turn in range(tools.times(2, 12, 40)):
        rating = 10 + turn % 40
        if turn % 2:
            many.append(with_us(rating))
        none.append(bulk(plain, scenes, rating))
        if not turn % 2:
            many.append(with_us(rating))
    for turn in range(tools.times(2, 4, 10)):
        bulk(ours, scenes, 50 + turn)
        time.sleep(UNDER_WAY)
        busy.append(with_us(70 + turn))
    what, baseline = f"bulk edit of {len(scenes)} scenes", Baseline(SAVE, tuple(none))
    yield Row(what, tuple(many), baseline=baseline)
    ratios = tuple(one / other for one, other in zip(many, none, strict=True))
    yield Row("the same beside one without PlexSync, pair by pair", ratios, TIMES, limits=(MOST_OF_PAIRS,))
    yield Row(f"{what} while the one before is brought over", tuple(busy), baseline=baseline)


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
        yield from bulk_edits(ours, plain, scenes, key, tools)
        yield Row("agent's memory, peak", (resident_memory(ours.agent_pid, "VmHWM"),), MEGABYTES)
