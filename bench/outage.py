"""Plex is away while every scene is edited: what that costs, and how soon all is well again. Real processes.

`python bench/outage.py [--scenes 5000] [--seconds 40] [--json]`: for half of the time Plex hangs up on all, for the
other half it answers 503 as one that starts. Then it is back, and twenty scenes are saved one by one while the queue is
worked off. Exit code 1 when a figure misses its bound.
"""

from __future__ import annotations

import argparse
import sqlite3
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from functools import partial

from measuring.figure import Figure, report
from measuring.recorded import HELP, OPTION
from plexsync_simulators.rig import Rig
from plexsync_simulators.shared.json_type import Json
from prepared.prefilled import prefilled
from prepared.rigging import PLEX, TEXT_ONLY, say, sequential_rate, sync_all

EDIT = "mutation EditAll($input: [SceneUpdateInput!]!) { scenesUpdate(input: $input) { id } }"
CHUNK = 250
SAVES = 20


def edit_all(rig: Rig, scenes: list[str]) -> None:
    """Give every scene another title, a few hundred at a time."""
    for start in range(0, len(scenes), CHUNK):
        titles = [{"id": scene, "title": f"Edited while away {scene}"} for scene in scenes[start : start + CHUNK]]
        rig.ask_stash(EDIT, input=titles)


def asked(rig: Rig) -> list[Json]:
    """Return Plex's requests since the last reset, without the event stream, oldest first."""
    requests: list[Json] = rig.plex.control("GET", "requests")["requests"]
    return [one for one in requests if one["kind"] != "events"]


def jobs(rig: Rig) -> tuple[int, int, int]:
    """Count the queued jobs, those with a spent attempt, and the dead letters."""
    with closing(sqlite3.connect(f"file:{rig.data / 'state.db'}?mode=ro", uri=True, timeout=20)) as state:
        found = state.execute(
            "SELECT count(*) FILTER (WHERE state = 'queued'), count(*) FILTER (WHERE attempts > 0),"
            " count(*) FILTER (WHERE state = 'dead') FROM job"
        ).fetchone()
    return int(found[0]), int(found[1]), int(found[2])


def saves_meanwhile(rig: Rig, keys: dict[str, str]) -> list[float]:
    """Save scenes one after the other and see how long each takes until Plex holds it."""
    times = []
    for number, (scene, key) in enumerate(keys.items()):
        title = f"Saved after all {number}"
        began = time.monotonic()
        rig.edit_scene(scene, title=title)
        rig.wait_until(partial(shows, rig, key, title), 60)
        times.append(time.monotonic() - began)
        time.sleep(0.3)
    return times


def shows(rig: Rig, key: str, title: str) -> bool:
    """Tell whether an item has this title."""
    return bool(rig.plex.control("GET", f"dump?ids={key}")[0]["title"] == title)


def outage(rig: Rig, scenes: list[str], seconds: float) -> Iterator[Figure]:
    """Let Plex be away, and come back."""
    items = rig.items()
    keys = {scene: str(items[rig.world.belongs[scene][0]]["ratingKey"]) for scene in scenes}
    alone = sequential_rate(rig, [keys[scene] for scene in scenes[-100:]])
    rig.plex.control("POST", "down", {"seconds": 3600})
    edit_all(rig, scenes)
    say(f"{len(scenes)} edits made while Plex hangs up")
    time.sleep(seconds / 2)
    rig.plex.control("POST", "starting", {"on": True})
    rig.plex.control("POST", "down", {"seconds": 0})
    rig.plex.control("POST", "reset_counters")
    time.sleep(seconds / 2)
    probes = len(asked(rig))
    queued, spent, dead = jobs(rig)
    say(f"{queued} queued, Plex is back")
    yield Figure("queued while Plex is away", str(queued), f"≥ {len(scenes)}", queued >= len(scenes))
    yield Figure("attempts spent, dead letters", f"{spent}, {dead}", "0, 0", spent == dead == 0)
    every = seconds / 2 / max(1, probes)
    yield Figure("a starting Plex is asked once in", f"{every:.1f} s", "≥ 2.5 s", every >= 2.5)
    rig.plex.control("POST", "reset_counters")
    rig.plex.control("POST", "starting", {"on": False})
    back = time.time()
    rig.wait_until(lambda: rig.plex.control("GET", "requests?counts=1")["methods"].get("PUT"), 60)
    first = next(one["time"] for one in asked(rig) if one["method"] == "PUT")
    yield Figure("first write after it is back", f"{first - back:.1f} s", "≤ 5 s", first - back <= 5.0)
    taken = saves_meanwhile(rig, {scene: keys[scene] for scene in scenes[:SAVES]})
    waited = f"{statistics.median(taken):.2f} s, {max(taken):.2f} s"
    still, _, _ = jobs(rig)
    yield Figure(
        f"a save meanwhile (median, slowest of {SAVES}; {still} still queued)", waited, "≤ 2 s", max(taken) <= 2
    )
    rig.wait_until(rig.is_idle, 1200)
    puts = [one["time"] for one in asked(rig) if one["method"] == "PUT"]
    rate = len(puts) / (puts[-1] - puts[0])
    yield Figure(
        "writes a second then, against one at a time", f"{rate:.0f} / {alone:.0f}", "≤ 110 %", rate <= 1.1 * alone
    )
    _, spent, dead = jobs(rig)
    titles = {path: item["title"] for path, item in rig.items().items()}
    wrong = [one for one in scenes[SAVES:] if titles[rig.world.belongs[one][0]] != f"Edited while away {one}"]
    yield Figure("dead letters, edits lost", f"{dead}, {len(wrong)}", "0, 0", not dead and not wrong)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", type=int, default=5000)
    parser.add_argument("--seconds", type=float, default=40.0, help="how long Plex is away after the edits")
    parser.add_argument("--json", action="store_true")
    parser.add_argument(OPTION, action="store_true", help=HELP)
    options = parser.parse_args()
    keep_as = ("outage", "bench/outage.py") if options.record else None
    say("making a world that is in sync")
    world = prefilled(int(options.scenes * 1.4))
    with Rig(world, plex_options=PLEX, settings=TEXT_ONLY) as rig:
        rig.start_agent()
        rig.wait_until(rig.is_idle, 300)
        say(f"first look at all of it: {sync_all(rig):.0f} s")
        linked = [scene for scene, paths in world.belongs.items() if len(paths) == 1]
        owners = {paths[0]: scene for scene, paths in world.belongs.items() for _ in paths[:1]}
        scenes = [scene for scene in linked if owners[world.belongs[scene][0]] == scene][: options.scenes]
        return report(outage(rig, scenes, options.seconds), as_json=options.json, keep_as=keep_as)


if __name__ == "__main__":
    sys.exit(main())
