"""A tag that every scene has gets another name, while single scenes are saved."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

from measuring.baselines import PUTS
from measuring.case import Tools
from measuring.measured import MEGABYTES, NUMBER, Baseline, Limit, Row
from plexsync_simulators.rig import Rig
from plexsync_simulators.world import World, make_world
from prepared.libraries import in_sync
from prepared.prefilled import aged, shown_in_plex
from prepared.rigging import come_to_rest, counts, resident_memory, sequential_puts

RENAME = "mutation Do($id: ID!, $name: String!) { tagUpdate(input: { id: $id, name: $name }) { id } }"
SAVES = 20
PACE = 100
"""Items that share a PUT. A rename takes two: one adds the new name; once that has arrived, one takes the old away."""

COMMON, BEFORE, NEW = "999999", "In common", "In common, renamed"
NONE = Limit("median", most=0, least=0)


def with_common_tag(scenes: int) -> World:
    """Make a world in sync all of whose scenes have one tag besides their own."""
    world = make_world(scenes, 1)
    world.stash["tags"].append({"id": COMMON, "name": BEFORE})
    for scene in world.stash["scenes"]:
        scene["tag_ids"].append(COMMON)
    return shown_in_plex(aged(world))


def measure(tools: Tools, size: int) -> Iterator[Row]:
    """Rename the tag, and save single scenes while that goes on."""
    with in_sync(with_common_tag(size), no_plex_scan=True) as rig:
        single = [scene for scene, paths in rig.world.belongs.items() if len(paths) == 1]
        items = rig.items()
        keys = {scene: items[rig.world.belongs[scene][0]]["ratingKey"] for scene in single}
        saved = dict(list(keys.items())[: tools.times(4, SAVES, SAVES)])
        other = [keys[single[-1]]] * PACE
        alone = sequential_puts(rig, other)
        come_to_rest(rig)
        counts(rig)
        began = time.monotonic()
        rig.ask_stash(RENAME, id=COMMON, name=NEW)
        waits = [save(rig, scene, key) for scene, key in saved.items()]
        come_to_rest(rig, 600)
        took = time.monotonic() - began
        plex, stash = counts(rig)
        shown = [item["Genre"] for item in rig.items().values()]
        renamed = sum(NEW in genres for genres in shown)
        alone += sequential_puts(rig, other)
        told = {"PUT": plex["PUT"], "Plex GET": plex["GET"], "Stash query": sum(stash.values())}
        limit = Baseline(f"{renamed:,} times {PUTS}", (renamed * statistics.median(alone),))
        yield Row("until all items have the new name", (took,), baseline=limit, counts=told, note=f"{renamed:,} items")
        yield Row("items with the old name", (sum(BEFORE in genres for genres in shown),), NUMBER, limits=(NONE,))
        puts = Limit("median", most=4 + 2 * 1.15 * size / PACE)
        yield Row("PUTs besides one for each save", (plex["PUT"] - len(waits),), NUMBER, limits=(puts,))
        one = Baseline(PUTS, tuple(alone))
        yield Row("a single save meanwhile", tuple(waits), baseline=one, limits=(Limit("highest", most=1.0),))
        yield Row("agent's memory, peak", (resident_memory(rig.agent_pid, "VmHWM"),), MEGABYTES)


def save(rig: Rig, scene: str, key: str) -> float:
    """Save a scene and return the seconds until Plex has it."""
    title = f"Saved meanwhile {scene}"
    began = time.monotonic()
    rig.edit_scene(scene, title=title)
    rig.wait_until(lambda: rig.plex.control("GET", f"dump?ids={key}")[0]["title"] == title, 60)
    return time.monotonic() - began
