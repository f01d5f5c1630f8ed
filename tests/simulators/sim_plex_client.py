"""A bare HTTP client for the tests of the simulated Plex: no product code in between."""

from __future__ import annotations

import contextlib
import json
import queue
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import urllib3

from plexsync_simulators.process import Process, start_plex
from plexsync_simulators.shared.json_type import Json

OWNER = "owner-token"
SHARED = "shared-token"
RECORDED_LIBRARY: Json = {
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
class PlexAnswer:
    status: int
    headers: Any
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)["MediaContainer"]


class BarePlex:
    def __init__(self, sim: Process, token: str = OWNER) -> None:
        self.sim = sim
        self.token = token
        self._pool = urllib3.PoolManager(retries=False, timeout=10)

    def close(self) -> None:
        self._pool.clear()

    def ask(
        self, method: str, path: str, *, accept: str = "application/json", body: bytes | None = None, **headers: str
    ) -> PlexAnswer:
        sent = {"Accept": accept, "X-Plex-Token": self.token}
        sent.update({name.replace("_", "-"): value for name, value in headers.items()})
        reply = self._pool.request(method, self.sim.url + path, headers=sent, body=body)
        return PlexAnswer(reply.status, reply.headers, reply.data)

    def get(self, path: str, **headers: Any) -> Any:
        reply = self.ask("GET", path, **headers)
        assert reply.status == 200, (reply.status, reply.headers, reply.body)
        return reply.json()

    def add(self, **item: Any) -> str:
        item.setdefault("files", [{"path": f"/media/a/{item.get('title', 'x')}.mp4", "size": 10, "duration": 60_000}])
        return str(self.sim.control("POST", "items", {"section": "1", "items": [item]})["ratingKeys"][0])

    def item(self, key: str) -> Json:
        full: Json = self.get(f"/library/metadata/{key}?skipRefresh=1")["Metadata"][0]
        return full

    def dump(self, key: str) -> Json:
        dumped: Json = self.sim.control("GET", f"dump?ids={key}")[0]
        return dumped

    def edit(self, key: str, *, status: int = 200, raw: str = "", kind: int = 1, **params: str) -> PlexAnswer:
        """One edit; in a name `__` stands for a dot, values are encoded once; `raw` is sent as it is."""
        pairs = [f"{name.replace('__', '.')}={quote(value, safe='')}" for name, value in params.items()]
        query = "&".join([f"type={kind}&id={key}", *pairs, *([raw] if raw else [])])
        reply = self.ask("PUT", f"/library/sections/1/all?{query}")
        assert reply.status == status, (reply.status, reply.headers)
        return reply


@contextlib.contextmanager
def bare_plex(library: Json = RECORDED_LIBRARY, **options: object) -> Iterator[BarePlex]:
    """A simulated Plex without latency, with empty libraries or others, by its owner's client."""
    with start_plex(library=library, token=OWNER, read_latency_ms=0, write_latency_ms=0, **options) as sim:
        client = BarePlex(sim)
        yield client
        client.close()
        assert sim.stderr == ""


def tags(item: Json, element: str) -> list[str]:
    return [one["tag"] for one in item.get(element, [])]


def entry_of(event: Json) -> Json:
    """The single entry of an event, bare or in its container."""
    container = event.get("NotificationContainer", event)
    entries = [value for name, value in container.items() if name not in ("type", "size")]
    entry: Json = entries[0][0] if isinstance(entries[0], list) else entries[0]
    return entry


class Stream:
    """Server-sent events read by a thread until the server hangs up."""

    def __init__(self, plex: BarePlex, query: str = "") -> None:
        self._pool = urllib3.PoolManager(retries=False, timeout=10)
        url = f"{plex.sim.url}/:/eventsource/notifications?X-Plex-Token={OWNER}{query}"
        self._reply = self._pool.request("GET", url, preload_content=False)
        assert self._reply.headers["Content-Type"] == "text/event-stream"
        self._events: queue.Queue[tuple[str, Json] | None] = queue.Queue()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        text = b""
        for piece in self._reply.stream(1):
            text += piece
            if text.endswith(b"\n\n"):
                kind, data = (line.partition(b": ")[2] for line in text.strip().split(b"\n"))
                self._events.put((kind.decode(), json.loads(data)))
                text = b""
        self._events.put(None)

    def next(self) -> tuple[str, Json] | None:
        return self._events.get(timeout=5)

    def within(self, seconds: float) -> list[tuple[str, Json]]:
        """The events that come within that time."""
        seen, ends = [], time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            with contextlib.suppress(queue.Empty):
                event = self._events.get(timeout=left)
                if event is None:
                    break
                seen.append(event)
        return seen

    def states(self, key: str) -> list[int]:
        """The states of an item's timeline entries up to the last one of a change, which names no `mediaState`."""
        states: list[int] = []
        while True:
            kind, event = self.next() or ("", {})
            assert kind, states
            entry = entry_of(event)
            if kind != "timeline" or str(entry["itemID"]) != key:
                continue
            states.append(entry["state"])
            if entry["state"] in (1, 5, 9) and "mediaState" not in entry:
                return states

    def until(self, kind: str, **wanted: object) -> list[tuple[str, Json]]:
        """All events up to the first of that kind whose entry has the wanted values."""
        seen: list[tuple[str, Json]] = []
        while True:
            event = self.next()
            assert event is not None, seen
            seen.append(event)
            entry = entry_of(event[1])
            if event[0] == kind and all(entry.get(name) == value for name, value in wanted.items()):
                return seen

    def end(self, plex: BarePlex) -> None:
        plex.sim.control("POST", "down", {"seconds": 0})
        self._thread.join(5)
        assert not self._thread.is_alive()
        self._reply.close()
        self._pool.clear()
