"""The main job's figures on real processes: two simulated servers and the agent between them.

`python bench/main_job.py [--scenes 5000] [--only first_sync] [--json]`: simulated Plex with 2 ms reads and 15 ms
writes. Times are compared within one run, because machines differ. Exit code 1 when a figure misses its bound.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import urllib3

from figure import Figure, report
from plexsync.sim.rig import TOKEN, Rig
from plexsync.sim.world import make_world

PLEX = {"read_latency_ms": 2, "write_latency_ms": 15}
TEXT_ONLY = {"image_poster": "off"}
ROOT = Path(__file__).resolve().parent.parent


def counts(rig: Rig) -> tuple[dict[str, int], dict[str, int]]:
    """Return and reset the requests: Plex's by method, Stash's GraphQL by operation."""
    plex, stash = rig.plex.control("GET", "requests?counts=1")["methods"], rig.stash.control("GET", "counters")
    rig.plex.control("POST", "reset_counters")
    rig.stash.control("POST", "reset_counters")
    return plex, {name: number for name, number in stash["operations"].items() if number}


def command(rig: Rig, *words: str) -> Any:
    """Run the command line and return what it prints as JSON."""
    done = subprocess.run(
        [sys.executable, "-m", "plexsync.cli", "--data", str(rig.data), *words, "--json"],
        capture_output=True,
        check=False,
        timeout=600,
    )
    if done.returncode:
        raise RuntimeError(done.stderr.decode() + done.stdout.decode())
    return json.loads(done.stdout)


@contextmanager
def running(scenes: int, **settings: Any) -> Iterator[Rig]:
    """Give a rig whose agent has found its feet."""
    with Rig(make_world(scenes, 1), plex_options=PLEX, settings={**TEXT_ONLY, **settings}) as rig:
        rig.start_agent()
        rig.wait_until(rig.is_idle, 120)
        time.sleep(1.0)
        yield rig


def sync_all(rig: Rig) -> float:
    """Sync everything and return the seconds it took."""
    began = time.monotonic()
    command(rig, "sync", "--all", "--no-wait")
    rig.wait_until(rig.is_idle, 1200)
    return time.monotonic() - began


def sequential_rate(rig: Rig, ids: list[str]) -> float:
    """Return items a second that one PUT after the other reaches against the same server."""
    pool = urllib3.PoolManager(headers={"X-Plex-Token": TOKEN, "Accept": "application/json"})
    began = time.monotonic()
    for number, key in enumerate(ids):
        query = (
            f"type=1&id={key}&tagline.value=pace%20{number}&tagline.locked=1&genre%5B0%5D.tag.tag=Pace&genre.locked=1"
        )
        pool.request("PUT", f"{rig.plex.url}/library/sections/1/all?{query}")
    return len(ids) / (time.monotonic() - began)


def first_sync(scenes: int) -> Iterator[Figure]:
    """Measure a first sync of a whole library, a second one, the agent's memory and what it costs at rest."""
    with running(scenes) as rig:
        keys = [item["ratingKey"] for item in rig.items().values()]
        before = sequential_rate(rig, keys[-200:])
        counts(rig)
        took = sync_all(rig)
        plex, stash = counts(rig)
        after = sequential_rate(rig, keys[-200:])
        rate, alone = plex["PUT"] / took, (before + after) / 2
        yield Figure(
            f"first sync of {scenes} scenes: PUTs a second against one sequential PUT per item alone",
            f"{rate:.1f} / {alone:.1f} = {rate / alone:.2f}",
            "≥ 0.80",
            rate / alone >= 0.8,
        )
        queries = sum(stash.values())
        yield Figure(f"its PUTs for {scenes} scenes", str(plex["PUT"]), f"≤ {scenes}", plex["PUT"] <= scenes)
        yield Figure("its Stash queries", str(queries), f"≤ {scenes // 100 + 5}", queries <= scenes / 100 + 5)
        yield Figure("its Plex GETs", str(plex["GET"]), f"≤ {scenes // 50 + 20}", plex["GET"] <= scenes / 50 + 20)
        counts(rig)
        seconds = sync_all(rig)
        plex, _ = counts(rig)
        writes = plex.get("PUT", 0) + plex.get("POST", 0)
        yield Figure(f"second full sync ({seconds:.1f} s): PUT + POST", str(writes), "0", writes == 0)
        megabytes = memory(rig.agent_pid)
        yield Figure("agent's memory after that", f"{megabytes:.0f} MB", "≤ 80 MB", megabytes <= 80)
        yield from idle(rig)


def memory(pid: int) -> float:
    """Return a process's resident memory in MB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024


def cpu_seconds(pid: int) -> float:
    """Return the processor time a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def idle(rig: Rig, seconds: float = 60.0) -> Iterator[Figure]:
    """Measure what the agent costs while nothing happens, some scenes still waiting for their files in Plex."""
    rig.configure(**TEXT_ONLY, no_plex_scan=True)  # asking Plex to scan for those, a few a minute, is work and not rest
    time.sleep(75)  # and the first looks for them come faster than one a minute
    counts(rig)
    before = cpu_seconds(rig.agent_pid)
    time.sleep(seconds)
    share = (cpu_seconds(rig.agent_pid) - before) / seconds
    plex, stash = counts(rig)
    yield Figure("idle: share of a core", f"{share:.2%}", "≤ 0.5 %", share <= 0.005)
    queries = sum(stash.values())
    yield Figure(f"idle: Stash queries in {seconds:.0f} s", str(queries), "≤ 1", queries <= 1)
    asked = sum(plex.values())
    yield Figure(f"idle: Plex requests in {seconds:.0f} s", str(asked), "≤ 1", asked <= 1)


def one_save(_scenes: int) -> Iterator[Figure]:
    """Measure from a save in Stash until Plex holds it, and the requests of one."""
    with running(300) as rig:
        sync_all(rig)
        times = []
        chosen = list(rig.world.belongs)[:60]
        linked = [scene for scene in chosen if len(rig.world.belongs[scene]) == 1][:40]
        for number, scene in enumerate(linked):
            since = time.time()
            rig.edit_scene(scene, title=f"Saved {number}")
            rig.wait_until(partial(rig.plex.control, "GET", f"edits?after={since}"))
            times.append(rig.plex.control("GET", f"edits?after={since}")[0]["time"] - since)
            time.sleep(0.3)
        quantiles = statistics.quantiles(times, n=20)
        yield Figure(
            "one save until Plex holds it, p50",
            f"{statistics.median(times):.3f} s",
            "≤ 0.5 s",
            statistics.median(times) <= 0.5,
        )
        yield Figure("the same, p95", f"{quantiles[18]:.3f} s", "≤ 1 s", quantiles[18] <= 1)
        rig.wait_until(rig.is_idle, 30)
        time.sleep(1)
        counts(rig)
        rig.edit_scene(linked[0], title="Counted")
        rig.wait_until(lambda: rig.item_of(linked[0])["title"] == "Counted")
        rig.wait_until(rig.is_idle)
        time.sleep(1)
        plex, stash = counts(rig)
        own = sum(number for name, number in stash.items() if name != "Save")
        shown = f"{own} Stash queries, {plex.get('PUT', 0)} PUT, {plex.get('GET', 0)} GET"
        holds = own <= 1 and plex.get("PUT", 0) <= 1 and plex.get("GET", 0) <= 3
        yield Figure("requests for one changed scene, warm", shown, "≤ 1, ≤ 1, ≤ 3", holds)


def saves(rig: Rig, scenes: list[str], number: int) -> list[float]:
    """Save scenes one after the other and return how long Stash took each time."""
    times = []
    for turn in range(number):
        began = time.perf_counter()
        rig.edit_scene(scenes[turn % len(scenes)], rating100=turn % 100 + 1)
        times.append(time.perf_counter() - began)
        time.sleep(0.02)
    return times


def bulk(rig: Rig, scenes: list[str], rating: int) -> float:
    """Edit many scenes at once and return how long Stash took."""
    mutation = "mutation Bulk($input: BulkSceneUpdateInput!) { bulkSceneUpdate(input: $input) { id } }"
    began = time.perf_counter()
    rig.ask_stash(mutation, input={"ids": scenes, "rating100": rating})
    return time.perf_counter() - began


def install(rig: Rig) -> None:
    """Put the built plugin into a simulated Stash."""
    import zipfile  # noqa: PLC0415

    with zipfile.ZipFile(ROOT / "dist" / "StashPlexSync.zip") as bundle:
        bundle.extractall(rig.folder / "stash" / "plugins" / "StashPlexSync")
    rig.ask_stash("mutation Reload { reloadPlugins }")


def cost_of_saving(_scenes: int) -> Iterator[Figure]:
    """Measure what a save costs in Stash with the plugin installed and the agent working, against without."""
    with running(600) as with_us, Rig(make_world(600, 1), plex_options=PLEX) as without:
        install(with_us)
        sync_all(with_us)
        scenes = list(with_us.world.belongs)[:500]
        single, plain = [], []
        for _ in range(6):
            single += saves(with_us, scenes, 20)
            with_us.wait_until(with_us.is_idle, 60)
            plain += saves(without, scenes, 20)
        ratio = statistics.median(single) / statistics.median(plain)
        yield Figure("one sceneUpdate, with PlexSync against without (median)", f"{ratio:.3f}", "≤ 1.05", ratio <= 1.05)
        many, plain = [], []
        for turn in range(7):
            many.append(bulk(with_us, scenes, 10 + turn))
            with_us.wait_until(with_us.is_idle, 120)
            plain.append(bulk(without, scenes, 10 + turn))
        ratio = statistics.median(many) / statistics.median(plain)
        yield Figure("bulk edit of 500 scenes, likewise", f"{ratio:.3f}", "≤ 1.05", ratio <= 1.05)


PARTS: dict[str, Callable[[int], Iterator[Figure]]] = {
    "one_save": one_save,
    "cost_of_saving": cost_of_saving,
    "first_sync": first_sync,
}


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", type=int, default=5000)
    parser.add_argument("--only", choices=PARTS)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    chosen = [options.only] if options.only else list(PARTS)
    figures = (figure for name in chosen for figure in PARTS[name](options.scenes))
    return report(figures, as_json=options.json)


if __name__ == "__main__":
    sys.exit(main())
