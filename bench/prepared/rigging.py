"""Tools of the benches: rigs with a working agent, their cost, and the acts of a person on them."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import urllib3

from plexsync_simulators.rig import TOKEN, Rig
from plexsync_simulators.world import make_world
from prepared.prefilled import aged

PLEX = {"read_latency_ms": 2, "write_latency_ms": 15}
TEXT_ONLY = {"image_poster": "off"}
ROOT = Path(__file__).resolve().parents[2]
TELL_SECONDS = 5.0
START_SECONDS = 3600.0
"""How long the servers of a very large library may take to load it."""


def say(text: str) -> None:
    """Show progress."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


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
        timeout=3600,
    )
    if done.returncode:
        raise RuntimeError(done.stderr.decode() + done.stdout.decode())
    return json.loads(done.stdout)


@contextmanager
def running(scenes: int, plex: Mapping[str, Any] | None = None, **settings: Any) -> Iterator[Rig]:
    """Give a rig whose agent has found its feet; ``plex`` are options of that server."""
    options = {"start_timeout": START_SECONDS}
    with Rig(
        aged(make_world(scenes, 1)),
        plex_options={**PLEX, **options, **(plex or {})},
        stash_options=options,
        settings={**TEXT_ONLY, **settings},
    ) as rig:
        rig.start_agent()
        rig.wait_until(rig.is_idle, START_SECONDS)
        time.sleep(1.0)
        yield rig


def queued(rig: Rig) -> int:
    """Count the queued jobs."""
    with closing(sqlite3.connect(f"file:{rig.data / 'state.db'}?mode=ro", uri=True, timeout=20)) as state:
        return int(state.execute("SELECT count(*) FROM job WHERE state = 'queued'").fetchone()[0])


def come_to_rest(rig: Rig, seconds: float = 7200.0) -> None:
    """Wait until the agent has nothing to do, and say now and then how much is left."""
    told = time.monotonic()

    def is_idle() -> bool:
        nonlocal told
        if time.monotonic() - told >= TELL_SECONDS:
            told = time.monotonic()
            say(f"  {queued(rig)} scenes in the queue")
        return rig.is_idle()

    rig.wait_until(is_idle, seconds)


def sync_all(rig: Rig) -> float:
    """Sync everything and return the seconds it took."""
    began = time.monotonic()
    command(rig, "sync", "--all", "--no-wait")
    come_to_rest(rig)
    return time.monotonic() - began


def some_keys(rig: Rig, most: int) -> list[str]:
    """Return the rating keys of some items; to ask for all of them takes long in a large library."""
    query = f"type=1&X-Plex-Container-Start=0&X-Plex-Container-Size={most}"
    headers = {"X-Plex-Token": TOKEN, "Accept": "application/json"}
    answer = urllib3.request("GET", f"{rig.plex.url}/library/sections/1/all?{query}", headers=headers)
    return [str(item["ratingKey"]) for item in answer.json()["MediaContainer"]["Metadata"]]


def sequential_puts(rig: Rig, ids: Sequence[str]) -> list[float]:
    """Return the seconds of one PUT after the other against the same server, over one connection kept alive."""
    pool = urllib3.PoolManager(headers={"X-Plex-Token": TOKEN, "Accept": "application/json"})
    taken = []
    for number, key in enumerate(ids):
        query = (
            f"type=1&id={key}&tagline.value=pace%20{number}&tagline.locked=1&genre%5B0%5D.tag.tag=Pace&genre.locked=1"
        )
        began = time.perf_counter()
        pool.request("PUT", f"{rig.plex.url}/library/sections/1/all?{query}")
        taken.append(time.perf_counter() - began)
    return taken


def sequential_rate(rig: Rig, ids: Sequence[str]) -> float:
    """Return items a second that one PUT after the other reaches."""
    return len(ids) / sum(sequential_puts(rig, ids))


def resident_memory(pid: int, field: str = "VmRSS") -> float:
    """Return a process's resident memory in MB; VmHWM is the most it ever had."""
    found = re.search(rf"{field}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="utf-8"))
    return int(found[1]) / 1024 if found else 0.0


def cpu_seconds(pid: int) -> float:
    """Return the processor time a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def bytes_written(pid: int) -> int:
    """Return how many bytes a process has sent to a disk so far."""
    text = Path(f"/proc/{pid}/io").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in text.splitlines() if line.startswith("write_bytes:")))


def unpack_plugin(folder: Path) -> None:
    """Build the plugin of this source tree and unpack it."""
    with tempfile.TemporaryDirectory(prefix="plexsync-build-") as built:
        subprocess.run([sys.executable, str(ROOT / "scripts" / "bundle.py"), built], check=True)
        with zipfile.ZipFile(Path(built, "StashPlexSync.zip")) as bundle:
            bundle.extractall(folder)


def install(rig: Rig) -> None:
    """Put the plugin of this source tree into a simulated Stash."""
    unpack_plugin(rig.folder / "stash" / "plugins" / "StashPlexSync")
    rig.ask_stash("mutation Reload { reloadPlugins }")
