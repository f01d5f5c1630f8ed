"""What a tag's new name costs when thousands of scenes have it, on real processes between two simulated servers.

`python bench/rename.py [--scenes 5000] [--json]`: the PUTs it takes, and how long a single save waits meanwhile. Exit
code 1 when a figure misses its bound.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Iterator

from figure import Figure, report
from main_job import PLEX, TEXT_ONLY, command, counts
from plexsync.sim.rig import Rig
from plexsync.sim.world import World, make_world

RENAME = "mutation Do($id: ID!, $name: String!) { tagUpdate(input: { id: $id, name: $name }) { id } }"
SAVES = 20
COMMON = "999999"


def with_common_tag(scenes: int) -> World:
    """Make a world all of whose scenes have one tag besides their own."""
    world = make_world(scenes, 1)
    world.stash["tags"].append({"id": COMMON, "name": "In common"})
    for scene in world.stash["scenes"]:
        scene["tag_ids"].append(COMMON)
    return world


def measure(scenes: int) -> Iterator[Figure]:
    """Rename the tag, and save single scenes while that goes on."""
    with Rig(with_common_tag(scenes), plex_options=PLEX, settings={**TEXT_ONLY, "no_plex_scan": True}) as rig:
        rig.start_agent()
        rig.wait_until(rig.is_idle, 120)
        command(rig, "sync", "--all", "--no-wait")
        rig.wait_until(rig.is_idle, 1200)
        single = [scene for scene, paths in rig.world.belongs.items() if len(paths) == 1][:SAVES]
        keys = {scene: rig.item_of(scene)["ratingKey"] for scene in single}
        counts(rig)
        began = time.monotonic()
        rig.ask_stash(RENAME, id=COMMON, name="In common, renamed")
        waits = [save(rig, scene, keys[scene]) for scene in single]
        rig.wait_until(rig.is_idle, 600)
        took = time.monotonic() - began
        plex, stash = counts(rig)
        shown = sum("In common, renamed" in item["Genre"] for item in rig.items().values())
        stale = sum("In common" in item["Genre"] for item in rig.items().values())
        puts = plex["PUT"] - len(waits)
        most = 60 * scenes / 5000
        yield Figure(
            f"a tag of {scenes} scenes renamed: items with the new name, the old",
            f"{shown}, {stale}",
            "all, 0",
            not stale,
        )
        yield Figure("its PUTs", str(puts), f"≤ {most:.0f}", puts <= most)
        yield Figure("its Stash queries, Plex GETs", f"{sum(stash.values())}, {plex['GET']}", "-", holds=True)
        yield Figure("its time", f"{took:.1f} s", "-", holds=True)
        slowest = max(waits)
        yield Figure(
            f"{len(waits)} single saves meanwhile: median, slowest",
            f"{statistics.median(waits):.2f} s, {slowest:.2f} s",
            "≤ 1 s",
            slowest <= 1.0,
        )


def save(rig: Rig, scene: str, key: str) -> float:
    """Save a scene and return the seconds until Plex has it."""
    title = f"Saved meanwhile {scene}"
    began = time.monotonic()
    rig.edit_scene(scene, title=title)
    rig.wait_until(lambda: rig.plex.control("GET", f"dump?ids={key}")[0]["title"] == title, 60)
    return time.monotonic() - began


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", type=int, default=5000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    return report(measure(options.scenes), as_json=options.json)


if __name__ == "__main__":
    sys.exit(main())
