"""Both simulators in this very process, on a thread of their own, by clocks that a test moves."""

from __future__ import annotations

import asyncio
import functools
import json
import tempfile
import threading
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import urllib3
from aiohttp import web

from plexsync_simulators.plex.application import close, listen
from plexsync_simulators.plex.library.dumping import dump_item
from plexsync_simulators.plex.server import PlexServer
from plexsync_simulators.plex.switches import Switches
from plexsync_simulators.plex.tokens import Tokens
from plexsync_simulators.rig import TOKEN
from plexsync_simulators.shared.json_type import Json
from plexsync_simulators.stash.application import Options, StashServer
from plexsync_simulators.stash.library.dumping import dump
from plexsync_simulators.stash.library.loading import Loader

JSON = {"Content-Type": "application/json"}
BEGINNING = 1_760_000_000.25
NOT_OURS = "^(?!Test)"
"""Fits the agent's queries and none of the test's own, which are all called Test."""


@dataclass
class Time:
    """Time as it passes, and by how many seconds each machine's clock is off."""

    passed: float = BEGINNING
    agent_off: float = 0.0
    stash_off: float = 0.0
    plex_off: float = 0.0

    def steady(self) -> float:
        return self.passed

    def agent(self) -> float:
        return self.passed + self.agent_off

    def stash(self) -> float:
        return self.passed + self.stash_off

    def plex(self) -> float:
        return self.passed + self.plex_off


class Servers:
    """One Stash, which is expensive to make and therefore emptied and filled again, and one Plex, made anew."""

    def __init__(self) -> None:
        self.time = Time()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._folder = tempfile.TemporaryDirectory(prefix="plexsync-whole-")
        self.stash: StashServer = self._call(self._open_stash())
        self._stash_folder = self.stash.stash.config.folder
        self.plex: PlexServer
        self._runner: web.AppRunner | None = None
        self._port = 0
        self._pool = urllib3.PoolManager(retries=False)

    def _call(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _open_stash(self) -> StashServer:
        stash = StashServer(Options(folder=Path(self._folder.name), version="develop-2026-02"))
        await stash.listen()
        return stash

    def begin(self, stash: Json, plex: Json, *, file_in_sight: bool, tags: str) -> None:
        """Fill both with other libraries, at the beginning of time."""
        self.time = Time()
        self._call(self._begin_stash(stash, file_in_sight=file_in_sight))
        self._call(self._begin_plex(plex, tags))

    async def _begin_stash(self, library: Json, *, file_in_sight: bool) -> None:
        parts = self.stash.stash
        parts.clock.seconds = self.time.stash
        parts.library.clear()
        Loader(parts.library).load(json.loads(json.dumps(library)))
        parts.database.silent = False
        parts.database.reset()
        # The path it tells is where the agent looks for the file; another machine's is not to be seen.
        parts.config.folder = self._stash_folder if file_in_sight else Path("/another/machine")

    async def _begin_plex(self, library: Json, tags: str) -> None:
        if self._runner is not None:
            await close(self.plex, self._runner)
        switches = Switches(read_ms=0.0, write_ms=0.0, scan_ms=0.0)
        switches.set({"tag_semantics": tags})
        self.plex = PlexServer("a" * 40, Tokens(owner={TOKEN}), switches)
        self.plex.library.clock = self.time.plex
        self.plex.load(library)
        self._runner, self._port = await listen(self.plex, self._port)

    @property
    def plex_url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def control(self, server: str, method: str, path: str, body: object = None) -> Any:
        """Ask a simulator's control API; raises RuntimeError with its words for a refusal."""
        base = self.plex_url if server == "plex" else self.stash.url
        text = json.dumps({} if body is None else body)
        answer = self._pool.request(method, f"{base}/_sim/{path}", body=text, headers=JSON)
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {answer.data!r}")
        return json.loads(answer.data)

    def library(self) -> Json:
        """All that Stash holds; read right here, for its thread has nothing to do but what it is asked for."""
        return dump(self.stash.stash.library)

    def items(self) -> dict[str, Json]:
        """Plex's items by the paths of their files, read likewise."""
        sections = self.plex.library.sections.values()
        found = [dump_item(item) for section in sections for item in section.items.values()]
        return {part["path"]: item for item in found for media in item["media"] for part in media["parts"]}

    def edits(self, after: float) -> list[Json]:
        """The edits that took effect after a moment of the real clock."""
        return self.plex.journal.edits(after)

    def ask_stash(self, mutation: str, variables: Mapping[str, Any]) -> Json:
        """Do what a person does in Stash; raises RuntimeError where Stash refuses it."""
        answer = self._pool.request(
            "POST",
            f"{self.stash.url}/graphql",
            body=json.dumps({"query": mutation, "variables": variables, "operationName": "Test"}),
            headers=JSON,
        )
        document: Json = json.loads(answer.data)
        if document.get("errors"):
            raise RuntimeError(document["errors"])
        data: Json = document["data"]
        return data

    def plant(self, server: str, **fault: Any) -> None:
        """Plant one fault for what the agent asks of a server."""
        match = {} if server == "plex" else {"operation_regex": NOT_OURS}
        self.control(server, "POST", "faults", [{"match": match, **fault}])

    def clear_faults(self) -> None:
        for server in ("plex", "stash"):
            self.control(server, "POST", "faults", [])

    def holds(self) -> bool:
        """Whether a request of the agent's is held."""
        return bool(self.plex.trouble.faults.held or self.stash._trouble.faults.held)

    def release(self, *, cut: bool) -> None:
        for server in ("plex", "stash"):
            self.control(server, "POST", "release", {"cut": cut})

    def come_to_rest(self) -> None:
        """Wait for the scans that were asked for."""
        self._call(self._rest())

    def close(self) -> None:
        """End both."""
        if self._runner is not None:
            self._call(close(self.plex, self._runner))
        self._call(self.stash.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._pool.clear()
        self._folder.cleanup()

    async def _rest(self) -> None:
        while tasks := list(self.plex.scans._tasks):
            await asyncio.wait(tasks)


@functools.cache
def servers() -> Servers:
    """The servers of this process."""
    return Servers()
