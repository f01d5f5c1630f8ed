"""A simulated Stash, Plex and plex.tv before any set-up, and a data folder in which nothing is yet."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import threading
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from command_line import Ran, plexsync

from plexsync_simulators.process import PLEX, PLEXTV, STASH, Process
from plexsync_simulators.world import World, make_world

MACHINE = "a" * 40
SERVER_TOKEN = "server-token-of-the-living-room"


class SetupStage:
    """The three servers; each data folder is a new beginning."""

    def __init__(self, folder: Path, scenes: int = 60) -> None:
        self.world: World = make_world(scenes, 1)
        self.plex = Process(PLEX, library=self.world.plex, token=SERVER_TOKEN, machine_id=MACHINE)
        self.stash = Process(STASH, dir=folder / "stash", library=self.world.stash)
        self.tv = Process(PLEXTV)
        self.data = folder / "data"

    def begin(self, folder: Path, environment: pytest.MonkeyPatch) -> None:
        """Begin anew: an empty data folder, one server on the account's list, nothing asked yet."""
        for name, value in self.variables.items():
            environment.setenv(name, value)
        self.data = folder
        self.tv.control("POST", "resources", [self.row()])
        self.tv.control("POST", "faults", [])
        self.plex.control("POST", "reset_counters", {})

    def row(self, **other: Any) -> dict[str, Any]:
        """The Plex server as plex.tv lists it."""
        connection = {"protocol": "http", "address": "127.0.0.1", "port": self.plex.port, "uri": self.plex.url}
        row = {
            "name": "Living room",
            "product": "Plex Media Server",
            "productVersion": "1.43.1",
            "platform": "Linux",
            "clientIdentifier": MACHINE,
            "provides": "server",
            "sourceTitle": None,
            "accessToken": SERVER_TOKEN,
            "owned": True,
            "presence": True,
            "httpsRequired": False,
            "publicAddressMatches": True,
            "connections": [{**connection, "local": True, "relay": False, "IPv6": False}],
        }
        return {**row, **other}

    @property
    def variables(self) -> dict[str, str]:
        """The environment of PlexSync's processes."""
        return {"PLEXSYNC_PLEX_TV": self.tv.url, "PLEXSYNC_STASH_URL": self.stash.url}

    def run(self, *words: object, stdin: str = "") -> Ran:
        """Run a command to its end."""
        return plexsync(self.data, *words, stdin=stdin, variables=self.variables)

    def approve(self, code: str) -> str:
        """Let PlexSync in, as a person does; returns the account's token."""
        return str(self.tv.control("POST", "approve", {"code": code})["token"])

    def rename_scenes(self, title: str) -> None:
        """Give every scene another title, so that there is something to write."""
        mutation = "mutation($input: BulkSceneUpdateInput!) { bulkSceneUpdate(input: $input) { id } }"
        self.ask_stash(mutation, input={"ids": list(self.world.belongs), "title": title})

    def ask_stash(self, query: str, **variables: object) -> None:
        """Send GraphQL to Stash."""
        request = urllib.request.Request(
            f"{self.stash.url}/graphql",
            data=json.dumps({"query": query, "variables": variables}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
            assert "errors" not in json.loads(answer.read())

    def writes(self) -> int:
        """Count the requests to Plex that were no questions."""
        methods = self.plex.control("GET", "requests?counts=1")["methods"]
        return int(sum(number for method, number in methods.items() if method != "GET"))

    def kept(self) -> str:
        """Return all that lies in the data folder, as text."""
        files = [path for path in self.data.rglob("*") if path.is_file() and not path.name.startswith("settings.toml")]
        return "\n".join(path.read_bytes().decode("latin-1") for path in files)

    def close(self) -> None:
        """End the servers."""
        for process in (self.plex, self.stash, self.tv):
            process.kill()


@contextlib.contextmanager
def claiming(identity: Callable[[BaseHTTPRequestHandler], str]) -> Iterator[int]:
    """ClaimingHandler every question with the machine id that is told at each request; yields the port."""

    class ClaimingHandler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps({"MediaContainer": {"machineIdentifier": identity(self), "version": "1.43.1"}}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  the standard library's own name
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), ClaimingHandler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@contextlib.contextmanager
def setup_stage(scenes: int = 60) -> Iterator[SetupStage]:
    """Run the servers for the length of a ``with`` block."""
    with tempfile.TemporaryDirectory(prefix="plexsync-setup-") as folder:
        stage = SetupStage(Path(folder), scenes)
        try:
            yield stage
        finally:
            stage.close()


def end_agent(status: str) -> None:
    """End the agent that ``plexsync status --json`` tells of, if one is alive."""
    agent = json.loads(status)["agent"]
    if agent["alive"]:
        os.kill(int(agent["pid"]), 15)
