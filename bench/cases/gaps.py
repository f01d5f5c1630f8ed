"""Gaps of each kind planted at one percent of the scenes: does a reconcile find just them, and mend what it can?"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing

from cases.reconcile import reconcile
from measuring.case import Tools
from measuring.measured import NUMBER, Limit, Row
from plexsync.agent.lock import is_held
from plexsync.store import Store
from plexsync_simulators.rig import Rig
from prepared.libraries import SETTINGS, KeptLibraries
from prepared.rigging import come_to_rest

MENDED = ("empty", "stale", "drift")
NONE = Limit("median", most=0, least=0)


def measure(_tools: Tools, size: int) -> Iterator[Row]:
    """Plant them while no agent runs, in a library of this case's own."""
    with closing(KeptLibraries()) as libraries, libraries.working(size) as rig:
        before = found_by(rig, reconcile(rig, "--deep").result["run"])
        rig.stop_agent()
        truth = put_gaps(rig, size // 100, frozenset().union(*before.values()))
        rig.configure(**SETTINGS, paused=True)  # or the feed, at its start, has mended some before they are looked for
        rig.start_agent()
        rig.wait_until(lambda: is_held(rig.data), 60)
        run = reconcile(rig)
        fresh = {kind: ids - before.get(kind, set()) for kind, ids in found_by(rig, run.result["run"]).items()}
        rig.configure(**SETTINGS)
        time.sleep(5)
        kinds = truth.keys() | fresh.keys()
        wrong = sum(len(truth.get(kind, set()) ^ fresh.get(kind, set())) for kind in kinds)
        planted = {kind: len(ids) for kind, ids in sorted(truth.items())}
        yield Row("planted: wrong or not found", (wrong,), NUMBER, limits=(NONE,), counts=planted)
        yield Row("time of the run that found them", (run.seconds,), counts=run.told)
        come_to_rest(rig, 1200)
        again = found_by(rig, reconcile(rig).result["run"])
        left = sum(len(again.get(kind, set()) & truth[kind]) for kind in MENDED)
        yield Row("left after the repair", (left,), NUMBER, limits=(NONE,), note=", ".join(MENDED))


def found_by(rig: Rig, run: int) -> dict[str, set[int]]:
    """Return the scenes by kind of gap that a run saw."""
    found: dict[str, set[int]] = {}
    with closing(Store(rig.data)) as store:
        for row in store.gaps.seen_in(run, 0, 10**7):
            found.setdefault(row.kind, set()).add(row.scene_id)
    return found


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
