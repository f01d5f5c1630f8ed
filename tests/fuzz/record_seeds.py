"""Records true answers of both simulated servers as seeds of the targets: `python tests/fuzz/record_seeds.py`."""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import plex_target
import stash_target
import urllib3
from target import SEEDS

from plexsync.net.tls import Address
from plexsync.plex.client import PlexClient
from plexsync.stash.client import StashClient
from plexsync.stash.connection import Connection
from plexsync.store import Store
from plexsync_simulators.process import start_plex, start_stash
from plexsync_simulators.world import make_world

TOKEN = "simulated-token"


@contextlib.contextmanager
def tape(url: str, taken: list[Any]) -> Iterator[str]:
    """Stand before a server and keep each JSON answer."""
    pool = urllib3.PoolManager()

    class SeedHandler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer = pool.request(self.command, url + self.path, body=body, headers=dict(self.headers.items()))
            with contextlib.suppress(ValueError):
                taken.append(json.loads(answer.data))
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.headers.get("Content-Type", ""))
            self.send_header("Content-Length", str(len(answer.data)))
            self.end_headers()
            self.wfile.write(answer.data)

        do_GET = do_POST = do_PUT = _any

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), SeedHandler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def main() -> int:
    """Record and write both files."""
    world = make_world(6, 3)
    SEEDS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name, contextlib.closing(Store(Path(name))) as store:
        folder = Path(name)
        taken: list[Any] = []
        with start_stash(dir=folder / "stash", library=world.stash) as sim, tape(sim.url, taken) as url:
            asked = stash_target.StashReader(
                StashClient(Connection(url), connect_timeout=5, read_timeout=5), store
            ).calls
            write("stash", {call: record(asked[call], taken) for call in asked if call != "image"})
        with start_plex(library=world.plex, token=TOKEN) as sim, tape(sim.url, taken) as url:
            client = PlexClient(Address(url), TOKEN, connect_timeout=5, read_timeout=5, client_id="seeds")
            plex = plex_target.PlexReader(client, store).calls
            seeds = {
                call: record(plex[call], taken)
                for call in plex
                if call not in {"upload", "listen", "scan", "listing_since"}
            }
            write("plex", {**seeds, "listen": EVENTS})
    return 0


def record(call: Any, taken: list[Any]) -> list[Any]:
    """Return the answers a call needs."""
    taken.clear()
    call()
    if not taken:
        raise SystemExit("no answer recorded")
    return list(taken)


EVENTS = [
    {
        "TimelineEntry": {
            "identifier": "com.plexapp.plugins.library",
            "sectionID": "1",
            "itemID": "5",
            "type": 1,
            "state": 5,
            "updatedAt": 1700000000,
        }
    },
    {
        "NotificationContainer": {
            "type": "timeline",
            "size": 1,
            "TimelineEntry": [{"itemID": "7", "type": 1, "state": 9}],
        }
    },
    {
        "ActivityNotification": {
            "event": "ended",
            "uuid": "x",
            "Activity": {"type": "library.update.section", "Context": {}},
        }
    },
]


def write(name: str, seeds: dict[str, list[Any]]) -> None:
    """Write a file of seeds."""
    (SEEDS / f"{name}.json").write_text(json.dumps(seeds, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
