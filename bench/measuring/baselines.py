"""The least that anything would cost here; PlexSync is compared with it in the same run."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from http import HTTPStatus
from pathlib import Path
from typing import Any

import urllib3

from plexsync.domain.model import EntityKind
from plexsync.stash import queries, scenes
from plexsync_simulators.rig import TOKEN, Rig

BARE = "bare interpreter"
PUTS = "one PUT after the other"
POSTS = "one POST after the other"
SAME_PUTS = "the same PUTs alone"
LISTINGS = "bare listings"
READS = "bare reads"
UPSERT = "SQLite upsert"
QUERY = "bare query"
STATS = "two files looked at"
SAVE = "without PlexSync"
EMPTY_PYTHON = (sys.executable, "-I", "-S", "-c", "pass")


def process_seconds(words: Sequence[str], stdin: bytes = b"", environment: Mapping[str, str] | None = None) -> float:
    """Run a process to its end and return how long that took; stdin is written in one go, as Stash does."""
    began = time.perf_counter()
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, env=environment) as process:
        if process.stdin and stdin:
            process.stdin.write(stdin)
        process.communicate()
    if process.returncode not in {0, 1}:  # `status` ends with 1 where something waits for a person
        raise RuntimeError(f"{words} ended with {process.returncode}")
    return time.perf_counter() - began


def bare_interpreter() -> float:
    """Return the seconds of a Python that does nothing."""
    return process_seconds(EMPTY_PYTHON)


class Replay:
    """Asks both servers of a rig over one connection each; bodies are parsed and thrown away."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._plex = urllib3.PoolManager(headers={"X-Plex-Token": TOKEN, "Accept": "application/json"})
        self._stash = urllib3.PoolManager(headers={"Content-Type": "application/json"})

    def query(self, document: str, variables: Mapping[str, Any]) -> Any:
        """Ask Stash."""
        body = json.dumps({"query": document, "variables": variables}).encode()
        answer = json.loads(self._stash.request("POST", f"{self._rig.stash.url}/graphql", body=body).data)
        if "errors" in answer:
            raise RuntimeError(answer["errors"])
        return answer["data"]

    def _get(self, asked: Iterable[str]) -> None:
        for path in asked:
            json.loads(self._plex.request("GET", self._rig.plex.url + path).data)

    def puts(self, asked: Sequence[str]) -> float:
        """Send edits again as Plex got them, one after the other; returns how many a second."""
        began = time.perf_counter()
        for path in asked:
            if self._plex.request("PUT", self._rig.plex.url + path).status != HTTPStatus.OK:
                raise RuntimeError(path)
        return len(asked) / (time.perf_counter() - began)

    def listings(self, plex: Sequence[str]) -> float:
        """List Stash's scenes and entities, and ask Plex what it was asked before; returns the seconds."""
        began = time.perf_counter()
        self._get(plex)
        for kind in EntityKind:
            self.query(queries.entities(kind), {"filter": None, "page": 1, "rows": scenes.ENTITY_PAGE})
        after, rows = 0, scenes.PAGE
        while True:
            page = self.query(queries.LISTING, {"after": after, "rows": rows})["findScenes"]["scenes"]
            if len(page) < rows:
                return time.perf_counter() - began
            after = int(page[-1]["id"])

    def reads(self, plex: Sequence[str], ids: Sequence[int]) -> float:
        """Read scenes in full, and ask Plex what it was asked before; returns the seconds."""
        began = time.perf_counter()
        self._get(plex)
        for start in range(0, len(ids), scenes.BATCH):
            self.query(queries.SCENES_BY_ID, {"ids": list(ids[start : start + scenes.BATCH])})
        return time.perf_counter() - began


def asked_of_plex(rig: Rig, method: str = "GET") -> list[str]:
    """Return what Plex was asked since the last reset, to ask it again; its events and scans are left out."""
    requests = rig.plex.control("GET", f"requests?method={method}", timeout=120)["requests"]
    return [
        f"{one['path']}?{one['query']}"
        for one in requests
        if one["kind"] != "events" and not one["path"].endswith("/refresh")
    ]


def upsert(folder: Path, rows: int, batch: int) -> float:
    """Put rows into one table of a fresh SQLite file, some at a time; returns the seconds."""
    with closing(sqlite3.connect(folder / "upsert.db", isolation_level=None)) as database:
        database.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-4000;")
        database.execute("CREATE TABLE job (id INTEGER PRIMARY KEY, state TEXT, revision INTEGER, at REAL)")
        began = time.perf_counter()
        for start in range(0, rows, batch):
            database.execute("BEGIN IMMEDIATE")
            database.executemany(
                """INSERT INTO job VALUES (?, 'queued', 1, 0.0)
                   ON CONFLICT (id) DO UPDATE SET revision = revision + 1""",
                [(number,) for number in range(start, min(rows, start + batch))],
            )
            database.execute("COMMIT")
        return time.perf_counter() - began
