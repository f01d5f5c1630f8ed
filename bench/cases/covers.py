"""A first sync with covers, beside bare uploads of pictures, one after the other."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from http import HTTPStatus

import urllib3

from cases.sync import run_seconds, written_items
from measuring.baselines import POSTS
from measuring.case import Tools
from measuring.measured import NUMBER, PER_SECOND, Baseline, Limit, Row
from plexsync_simulators.rig import TOKEN, Rig
from prepared.rigging import counts, running, some_keys, sync_all

EACH = Limit("ratio", most=1.1)
BOUND_FROM = 400
"""From how many scenes on the bound holds: of a few, the requests for all together count too much."""

PACE = 200
JPEG = b"\xff\xd8\xff"


def measure(_tools: Tools, size: int) -> Iterator[Row]:
    """Hold the covers sent in a second against bare uploads, and count all requests for a text and its cover."""
    with running(size, image_poster="on") as rig:
        keys = some_keys(rig, PACE)
        before = upload_rate(rig, keys, 1)
        counts(rig)
        since = time.time()
        sync_all(rig)
        took = run_seconds(rig)
        sent_at = upload_times(rig)
        plex, _ = counts(rig)
        items = written_items(rig, since)
        alone = Baseline(POSTS, (before, upload_rate(rig, keys, 2)))
        asked = {name: plex[name] for name in ("PUT", "POST", "GET")}
        fewest = Baseline("one PUT an item, one POST a cover", (items + len(sent_at),))
        limits = (EACH,) if size >= BOUND_FROM else ()
        yield Row("first sync: requests", (sum(asked.values()),), NUMBER, fewest, limits, asked)
        rate = (len(sent_at) - 1) / (sent_at[-1] - sent_at[0])
        yield Row("first sync: covers sent", (rate,), PER_SECOND, alone)
        yield Row("first sync: time", (took,), note=f"{items:,} items, {len(sent_at):,} covers")
        counts(rig)
        sync_all(rig)
        again = counts(rig)[0]
        none = Limit("median", most=0, least=0)
        yield Row("second sync: PUT + POST", (again.get("PUT", 0) + again.get("POST", 0),), NUMBER, limits=(none,))


def upload_times(rig: Rig) -> list[float]:
    """Return when pictures came, since the last reset."""
    requests = rig.plex.control("GET", "requests?method=POST", timeout=120)["requests"]
    return sorted(one["time"] for one in requests if one["kind"] == "pictures")


def upload_rate(rig: Rig, keys: Sequence[str], turn: int) -> float:
    """Return how many pictures a second come as backgrounds, one after the other over one connection."""
    pool = urllib3.PoolManager(headers={"X-Plex-Token": TOKEN, "Content-Type": "image/jpeg"})
    began = time.perf_counter()
    for key in keys:
        body = JPEG + f"{turn} {key} ".encode() * 1000
        if pool.request("POST", f"{rig.plex.url}/library/metadata/{key}/arts", body=body).status != HTTPStatus.OK:
            raise RuntimeError(key)
    return len(keys) / (time.perf_counter() - began)
