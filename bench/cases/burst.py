"""Many edits by eight clients at once, until all of them are in Plex."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from measuring.baselines import PUTS
from measuring.case import Tools
from measuring.measured import MEGABYTES, NUMBER, PER_SECOND, Baseline, Limit, Row
from plexsync_simulators.rig import Rig
from prepared.libraries import in_sync
from prepared.prefilled import prefilled
from prepared.rigging import counts, resident_memory, sequential_rate

CLIENTS = 8
PACE = 200
NONE = Limit("median", most=0, least=0)


def measure(_tools: Tools, size: int) -> Iterator[Row]:
    """Give every scene another title, in turns of eight."""
    world = prefilled(int(size * 1.2))
    with in_sync(world, no_plex_scan=True) as rig:
        scenes = [scene for scene, paths in world.belongs.items() if len(paths) == 1][:size]
        keys = {path: item["ratingKey"] for path, item in rig.items().items()}
        pace = [keys[world.belongs[scene][0]] for scene in scenes[-PACE:]]
        before = sequential_rate(rig, pace)
        counts(rig)
        since = time.time()
        edit_all(rig, scenes)
        saved = time.time() - since
        wanted = {str(keys[world.belongs[scene][0]]) for scene in scenes}
        took = until_written(rig, since, wanted)
        plex, stash = counts(rig)
        alone = Baseline(PUTS, (before, sequential_rate(rig, pace)))
        asked = {"PUT": plex["PUT"], "Plex GET": plex["GET"], "Stash query": sum(stash.values()) - stash["Save"]}
        note = f"saving them took {saved:.1f} s"
        yield Row("edits in Plex", (len(scenes) / took,), PER_SECOND, alone, counts=asked, note=note)
        least = Baseline(f"{len(scenes):,} times {PUTS}", tuple(len(scenes) / rate for rate in alone.samples))
        yield Row("from the first save until all are in Plex", (took,), baseline=least)
        yield Row("edits not in Plex", (lost(rig, scenes),), NUMBER, limits=(NONE,))
        yield Row("agent's memory, peak", (resident_memory(rig.agent_pid, "VmHWM"),), MEGABYTES)


def edit_all(rig: Rig, scenes: Sequence[str]) -> None:
    """Save all scenes, each client one after the other."""

    def edit(mine: Sequence[str]) -> None:
        for scene in mine:
            rig.edit_scene(scene, title=f"Edited in a burst {scene}")

    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(edit, [scenes[number::CLIENTS] for number in range(CLIENTS)]))


def until_written(rig: Rig, since: float, wanted: set[str]) -> float:
    """Wait until Plex took an edit of every item; returns when the last of the first ones was, in seconds."""
    rig.wait_until(rig.is_idle, 1200)
    first: dict[str, float] = {}

    def is_written() -> bool:
        for edit in rig.plex.control("GET", f"edits?after={since}", timeout=120):
            for key in edit["ids"]:
                first.setdefault(key, edit["time"])
        time.sleep(0.2)
        return wanted <= first.keys() and rig.is_idle()

    rig.wait_until(is_written, 1200)
    return max(first[key] for key in wanted) - since


def lost(rig: Rig, scenes: Sequence[str]) -> int:
    """Count the scenes whose new title Plex does not show."""
    titles = {path: item["title"] for path, item in rig.items().items()}
    return sum(titles[rig.world.belongs[scene][0]] != f"Edited in a burst {scene}" for scene in scenes)
