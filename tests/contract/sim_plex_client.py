"""A bare HTTP client for the tests of the simulated Plex: no product code in between."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import urllib3

from plexsync.sim.process import Process

OWNER = "owner-token"
SHARED = "shared-token"
RECORDED_LIBRARY: dict[str, Any] = {
    "sections": [
        {
            "key": "1",
            "title": "Movies",
            "type": "movie",
            "agent": "tv.plex.agents.none",
            "language": "en-US",
            "locations": ["/media/a", "/media/b"],
            "items": [],
        },
        {"key": "2", "title": "TV Shows", "type": "show", "locations": ["/media/tv"], "items": []},
    ]
}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Any
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)["MediaContainer"]


class Client:
    def __init__(self, sim: Process, token: str = OWNER) -> None:
        self.sim = sim
        self.token = token
        self._pool = urllib3.PoolManager(retries=False, timeout=10)

    def close(self) -> None:
        self._pool.clear()

    def ask(
        self, method: str, path: str, *, accept: str = "application/json", body: bytes | None = None, **headers: str
    ) -> Answer:
        sent = {"Accept": accept, "X-Plex-Token": self.token}
        sent.update({name.replace("_", "-"): value for name, value in headers.items()})
        reply = self._pool.request(method, self.sim.url + path, headers=sent, body=body)
        return Answer(reply.status, reply.headers, reply.data)

    def get(self, path: str, **headers: Any) -> Any:
        reply = self.ask("GET", path, **headers)
        assert reply.status == 200, (reply.status, reply.headers, reply.body)
        return reply.json()

    def add(self, **item: Any) -> str:
        item.setdefault("files", [{"path": f"/media/a/{item.get('title', 'x')}.mp4", "size": 10, "duration": 60_000}])
        return str(self.sim.control("POST", "items", {"section": "1", "items": [item]})["ratingKeys"][0])

    def item(self, key: str) -> dict[str, Any]:
        full: dict[str, Any] = self.get(f"/library/metadata/{key}?skipRefresh=1")["Metadata"][0]
        return full

    def dump(self, key: str) -> dict[str, Any]:
        dumped: dict[str, Any] = self.sim.control("GET", f"dump?ids={key}")[0]
        return dumped

    def edit(self, key: str, *, status: int = 200, raw: str = "", kind: int = 1, **params: str) -> Answer:
        """One edit; in a name `__` stands for a dot, values are encoded once; `raw` is sent as it is."""
        pairs = [f"{name.replace('__', '.')}={quote(value, safe='')}" for name, value in params.items()]
        query = "&".join([f"type={kind}&id={key}", *pairs, *([raw] if raw else [])])
        reply = self.ask("PUT", f"/library/sections/1/all?{query}")
        assert reply.status == status, (reply.status, reply.headers)
        return reply


def tags(item: dict[str, Any], element: str) -> list[str]:
    return [one["tag"] for one in item.get(element, [])]
