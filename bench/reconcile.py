"""What a reconcile costs: requests, time and memory, on real processes between two simulated servers.

`python bench/reconcile.py [--scenes 10000] [--scenes 100000] [--plant] [--json]`: has a library synced (Plex shows
what Stash says from the start), then compares it: nothing changed, cheap and deep, and with gaps planted at one percent
of the scenes for each kind. With several sizes the larger is held against the smaller. Exit code 1 when a figure misses
its bound.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from figure import Figure, report
from main_job import command, counts, memory
from plexsync.agent.lease import is_held
from plexsync.sim.rig import Rig
from plexsync.store import Store
from prefilled import prefilled

SETTINGS = {"image_poster": "off", "no_plex_scan": True, "reconcile_interval": "never"}
PLEX_PAGE, STASH_PAGE = 500, 500
OVERHEAD = 30


def synced(scenes: int) -> Rig:
    """Give a rig whose library was synced once and has come to rest."""
    rig = Rig(prefilled(scenes), settings=SETTINGS)
    rig.start_agent()
    rig.wait_until(rig.is_idle, 600)
    command(rig, "sync", "--all", "--no-wait")
    rig.wait_until(rig.is_idle, 7200)
    time.sleep(10)  # the looks at what our own writes made new
    reconcile(rig)
    rig.wait_until(rig.is_idle, 600)
    return rig


def reconcile(rig: Rig, *words: str) -> tuple[Mapping[str, Any], float]:
    """Run one and return its figures and the seconds it took."""
    began = time.monotonic()
    return command(rig, "reconcile", "--scope", "all", *words), time.monotonic() - began


def found_by(rig: Rig, run: int) -> dict[str, set[int]]:
    """Return the scenes by kind of gap that a run saw."""
    store = Store(rig.data)
    try:
        found: dict[str, set[int]] = {}
        for row in store.gaps.seen_in(run, 0, 10**7):
            found.setdefault(row.kind, set()).add(row.scene_id)
        return found
    finally:
        store.close()


def unchanged(rig: Rig, scenes: int, costs: dict[int, tuple[int, float]]) -> Iterator[Figure]:
    """Measure a run that finds nothing new, cheap and deep."""
    counts(rig)
    result, seconds = reconcile(rig)
    plex, stash = counts(rig)
    requests = sum(stash.values()) + sum(plex.values())
    costs[scenes] = requests, seconds
    most = scenes / PLEX_PAGE + scenes / STASH_PAGE + OVERHEAD
    writes = plex.get("PUT", 0) + plex.get("POST", 0)
    yield Figure(f"{scenes}: reconcile, nothing changed: requests", str(requests), f"≤ {most:.0f}", requests <= most)
    yield Figure(f"{scenes}: its writes, and scenes queued", f"{writes}, {result['queued']}", "0, 0", not writes)
    yield Figure(f"{scenes}: its time", f"{seconds:.1f} s", "-", holds=True)
    _, seconds = reconcile(rig, "--deep")
    plex, stash = counts(rig)
    queries, gets = sum(stash.values()), plex.get("GET", 0)
    most_queries, most_gets = scenes / 200 + OVERHEAD, scenes / 150 + OVERHEAD
    yield Figure(f"{scenes}: deep: Stash queries", str(queries), f"≤ {most_queries:.0f}", queries <= most_queries)
    yield Figure(f"{scenes}: deep: Plex GETs", str(gets), f"≤ {most_gets:.0f}", gets <= most_gets)
    yield Figure(f"{scenes}: deep: time", f"{seconds:.1f} s", "-", holds=True)
    megabytes, most_memory = memory(rig.agent_pid), 100 if scenes <= 10_000 else 200
    yield Figure(f"{scenes}: agent's memory", f"{megabytes:.0f} MB", f"≤ {most_memory} MB", megabytes <= most_memory)


def planted(rig: Rig, scenes: int) -> Iterator[Figure]:
    """Plant gaps at one percent of the scenes for each kind, and see that a run finds just them and mends them."""
    before = found_by(rig, reconcile(rig, "--deep")[0]["run"])
    rig.stop_agent()
    truth = put_gaps(rig, scenes // 100, frozenset().union(*before.values()))
    rig.configure(**SETTINGS, paused=True)  # or the feed, at its start, has mended some before they are looked for
    rig.start_agent()
    rig.wait_until(lambda: is_held(rig.data), 60)
    result, seconds = reconcile(rig)
    fresh = {kind: ids - before.get(kind, set()) for kind, ids in found_by(rig, result["run"]).items()}
    rig.configure(**SETTINGS)
    time.sleep(5)
    wrong = {
        kind: ids for kind in truth.keys() | fresh.keys() if (ids := truth.get(kind, set()) ^ fresh.get(kind, set()))
    }
    named = ", ".join(f"{kind} {len(ids)}" for kind, ids in sorted(truth.items()))
    yield Figure(f"{scenes}: planted {named}: wrong or not found", str(wrong or 0), "0", not wrong)
    rig.wait_until(rig.is_idle, 1200)
    again = found_by(rig, reconcile(rig)[0]["run"])
    left = {kind: len(again.get(kind, set()) & ids) for kind, ids in truth.items()}
    mended = not any(left[kind] for kind in ("empty", "stale", "drift"))
    yield Figure(f"{scenes}: left after the repair ({seconds:.1f} s to find them)", str(left), "only reported", mended)


def put_gaps(rig: Rig, each: int, odd: frozenset[int]) -> dict[str, set[int]]:
    """Plant gaps while no agent runs; returns the scenes by kind."""
    items = {item["ratingKey"]: item for item in rig.items().values()}
    by_path = {part["path"]: key for key, item in items.items() for media in item["media"] for part in media["parts"]}
    documents = {scene["id"]: scene for scene in rig.stash.control("GET", "dump")["scenes"]}
    suitable = (
        (scene, items[by_path[paths[0]]])
        for scene, paths in rig.world.belongs.items()
        if len(paths) == 1 == len(documents[scene]["files"])
        and int(scene) not in odd
        and documents[scene]["studio_id"]
        and documents[scene]["performer_ids"]
        and len(items[by_path[paths[0]]]["Genre"]) > 1
        and len(items[by_path[paths[0]]]["media"]) == 1
    )
    truth: dict[str, set[int]] = {}
    edits = []
    for kind in ("empty", "drift", "stale", "missing", "orphan"):
        for _ in range(each):
            scene, item = next(suitable)
            truth.setdefault(kind, set()).add(int(scene))
            if kind == "empty":
                edits.append({"ratingKey": item["ratingKey"], "studio": "", "Role": []})
            elif kind == "drift":
                edits.append({"ratingKey": item["ratingKey"], "Genre": item["Genre"][1:], "locked": ["genre"]})
            elif kind == "stale":
                rig.edit_scene(scene, title=f"Edited while nobody looked {scene}")
            elif kind == "missing":
                rig.plex.control("DELETE", f"items/{item['ratingKey']}")
            else:
                rig.ask_stash("mutation Gone($id: ID!) { sceneDestroy(input: { id: $id }) }", id=scene)
    rig.plex.control("POST", "items/bulk", edits)
    return truth


def against(costs: Mapping[int, tuple[int, float]]) -> Iterator[Figure]:
    """Hold the largest library against the smallest: both costs grow with the scenes, a tenth aside."""
    (small, (few, quick)), *_, (large, (many, slow)) = sorted(costs.items())
    most = 1.1 * large / small
    yield Figure(f"{large} against {small}: requests", f"{many / few:.1f}x", f"≤ {most:.0f}x", many <= most * few)
    yield Figure(f"{large} against {small}: time", f"{slow / quick:.1f}x", f"≤ {most:.0f}x", slow <= most * quick)


def measure(sizes: Sequence[int], *, plant: bool) -> Iterator[Figure]:
    """Measure every size, and the largest against the smallest."""
    costs: dict[int, tuple[int, float]] = {}
    for scenes in sizes:
        with synced(scenes) as rig:
            yield from unchanged(rig, scenes, costs)
            if plant:
                yield from planted(rig, scenes)
    if len(costs) > 1:
        yield from against(costs)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", type=int, action="append")
    parser.add_argument("--plant", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    return report(measure(options.scenes or [10_000], plant=options.plant), as_json=options.json)


if __name__ == "__main__":
    sys.exit(main())
