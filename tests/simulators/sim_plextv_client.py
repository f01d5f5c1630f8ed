"""A bare HTTP client for the tests of the simulated plex.tv: no product code in between."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import urllib3

from plexsync_simulators.process import Process

RECORDINGS = Path(__file__).parents[1] / "recordings" / "plextv"
CLIENT = "00000000-0000-4000-8000-00000000c11d"
TOKEN = "acct-known"
HEADERS = {
    "Accept": "application/json",
    "X-Plex-Client-Identifier": CLIENT,
    "X-Plex-Product": "Example Tool",
    "X-Plex-Token": TOKEN,
}


@dataclass(frozen=True)
class TvAnswer:
    status: int
    headers: Any
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def kind(self) -> str | None:
        """The content type without its charset, None for no body."""
        return self.headers.get("Content-Type", "").partition(";")[0] if self.body else None


def ask(sim: Process, method: str, path: str, headers: dict[str, str], **form: str) -> TvAnswer:
    sent = {**headers, "Content-Type": "application/x-www-form-urlencoded"} if form else headers
    with urllib3.PoolManager(retries=False, timeout=10) as pool:
        reply = pool.request(method, sim.url + path, body=urlencode(form) if form else None, headers=sent)
    return TvAnswer(reply.status, reply.headers, reply.data)


def recording(name: str) -> Any:
    text = (RECORDINGS / name).read_text(encoding="utf-8")
    return json.loads(text) if name.endswith(".json") else text
