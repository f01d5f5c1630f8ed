"""From a save in Stash until Plex holds it, and what is asked for one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial

from measuring.baselines import PUTS
from measuring.case import Tools
from measuring.measured import NUMBER, Baseline, Limit, Row, quantile
from plexsync_simulators.rig import Rig
from prepared.libraries import in_sync
from prepared.prefilled import prefilled
from prepared.rigging import come_to_rest, counts, sequential_puts

LIMITS = (Limit("median", most=0.5), Limit("p95", most=1.0))
PAUSE = 0.3
ASKED = {"Stash query": 1, "PUT": 1, "Plex GET": 3}


def measure(tools: Tools, size: int) -> Iterator[Row]:
    """Save single scenes, with pauses, and look when Plex took each."""
    with in_sync(prefilled(size)) as rig:
        scenes = [scene for scene, paths in rig.world.belongs.items() if len(paths) == 1]
        taken = [save(rig, scene, number) for number, scene in enumerate(scenes[: tools.times(4, 20, 60)])]
        alone = sequential_puts(rig, [rig.item_of(scenes[-1])["ratingKey"]] * 20)
        percentiles = ", ".join(f"p{share:.0%}"[:-1] + f" {quantile(taken, share):.2f} s" for share in (0.95, 0.99))
        baseline = Baseline(PUTS, tuple(alone))
        what = "one save until Plex holds it"
        yield Row(what, tuple(taken), baseline=baseline, limits=LIMITS, note=percentiles)
        yield from asked_for_one(rig, scenes[0])


def save(rig: Rig, scene: str, number: int) -> float:
    """Save a scene; returns the seconds until Plex took the edit."""
    since = time.time()
    rig.edit_scene(scene, title=f"Saved {number}")
    edits = partial(rig.plex.control, "GET", f"edits?after={since}")
    rig.wait_until(edits, 60)
    taken: float = edits()[0]["time"] - since
    time.sleep(PAUSE)
    return taken


def asked_for_one(rig: Rig, scene: str) -> Iterator[Row]:
    """Count the requests of one save while everything is warm."""
    come_to_rest(rig, 30)
    time.sleep(1)
    counts(rig)
    rig.edit_scene(scene, title="Counted")
    rig.wait_until(lambda: rig.item_of(scene)["title"] == "Counted")
    come_to_rest(rig, 30)
    time.sleep(1)
    plex, stash = counts(rig)
    own = sum(number for name, number in stash.items() if name != "Save")
    found = {"Stash query": own, "PUT": plex.get("PUT", 0), "Plex GET": plex.get("GET", 0)}
    for name, number in found.items():
        yield Row(f"for one changed scene: {name}", (number,), NUMBER, limits=(Limit("median", most=ASKED[name]),))
