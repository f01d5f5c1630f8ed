"""Both simulated servers with one world, and PlexSync's agent as a process between them: for tests and benchmarks."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from plexsync_simulators.process import PLEX, STASH, Process
from plexsync_simulators.world import World, make_world

TOKEN = "simulated-token"  # noqa: S105 - a made-up one
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Rig:
    """A world between two servers; the agent runs when :meth:`start_agent` was called.

    ``plex_options`` and ``stash_options`` go to the simulators, ``settings`` into PlexSync's settings.toml. ``program``
    is what Python is to run as the agent; its arguments are those of the command line.
    """

    def __init__(
        self,
        world: World | None = None,
        *,
        plex_options: Mapping[str, Any] | None = None,
        stash_options: Mapping[str, Any] | None = None,
        settings: Mapping[str, object] | None = None,
    ) -> None:
        """Start both servers."""
        self.world = world or make_world(60, 1)
        self._folder = tempfile.TemporaryDirectory(prefix="plexsync-rig-")
        self.folder = Path(self._folder.name)
        self.data = self.folder / "data"
        self.data.mkdir()
        self.program: tuple[str, ...] = ("-m", "plexsync.cli")
        self._agent: subprocess.Popen[bytes] | None = None
        self.plex = Process(PLEX, library=self.world.plex, token=TOKEN, **(plex_options or {}))
        self.stash = Process(STASH, dir=self.folder / "stash", library=self.world.stash, **(stash_options or {}))
        self.configure(**(settings or {}))

    def configure(self, **settings: object) -> None:
        """Write settings.toml anew."""
        values = {
            "plex_url": self.plex.url,
            "plex_token": TOKEN,
            "stash_url": self.stash.url,
            "path_map": self.world.path_map,
            **settings,
        }
        lines = [f"{key} = {json.dumps(value)}\n" for key, value in values.items()]
        (self.data / "settings.toml").write_text("".join(lines), encoding="utf-8")

    def start_agent(self, **environment: str) -> int:
        """Start the agent as a service manager would; returns its process id."""
        self._agent = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, *self.program, "--data", str(self.data), "agent"],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return self._agent.pid

    @property
    def agent_pid(self) -> int:
        """The agent's process id; raises RuntimeError if none was started."""
        if self._agent is None:
            raise RuntimeError("no agent")
        return self._agent.pid

    def is_idle(self) -> bool:
        """Tell whether the agent has finished its initial scan and no job is left that could be worked on now."""
        path = self.data / "state.db"
        if not path.exists():
            return False
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)) as state:
            try:
                scanned = state.execute("SELECT 1 FROM meta WHERE key = 'scanned_at'").fetchone()
                left = state.execute(  # not how many, which would cost more the longer the queue
                    "SELECT EXISTS (SELECT 1 FROM job WHERE state = 'queued')"
                    " OR EXISTS (SELECT 1 FROM command WHERE state IN ('new', 'running'))"
                ).fetchone()
            except sqlite3.OperationalError:  # the agent is still making its tables
                return False
        return scanned is not None and not left[0]

    @property
    def agent_exit(self) -> int | None:
        """The agent's exit code, None while it runs."""
        return None if self._agent is None else self._agent.poll()

    def stop_agent(self) -> int:
        """End the agent with SIGTERM; returns its exit code."""
        agent, self._agent = self._agent, None
        if agent is None:
            return 0
        agent.terminate()
        return agent.wait(20)

    def kill_agent(self) -> None:
        """End the agent with SIGKILL."""
        if self._agent is not None:
            self._agent.kill()
            self._agent.wait()
            self._agent = None

    def ask_stash(self, query: str, **variables: Any) -> Any:
        """Send GraphQL to Stash; returns its data, raises RuntimeError for errors."""
        request = urllib.request.Request(  # noqa: S310 - always http on loopback
            f"{self.stash.url}/graphql",
            data=json.dumps({"query": query, "variables": variables}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with _DIRECT.open(request, timeout=60) as answer:
            document = json.loads(answer.read())
        if document.get("errors"):
            raise RuntimeError(document["errors"])
        return document["data"]

    def edit_scene(self, scene_id: str, **fields: object) -> None:
        """Save a scene as Stash's edit page does."""
        mutation = "mutation Save($input: SceneUpdateInput!) { sceneUpdate(input: $input) { id } }"
        self.ask_stash(mutation, input={"id": scene_id, **fields})

    def items(self) -> dict[str, dict[str, Any]]:
        """Return what Plex holds, by file path."""
        dump = self.plex.control("GET", "dump")
        return {
            part["path"]: item
            for section in dump["sections"]
            for item in section["items"]
            for media in item["media"]
            for part in media["parts"]
        }

    def item_of(self, scene_id: str) -> dict[str, Any]:
        """Return the item that holds a scene's first file."""
        return self.items()[self.world.belongs[scene_id][0]]

    def wait_until(self, condition: Callable[[], object], seconds: float = 10.0) -> float:
        """Wait for something to come true and return how long it took; raises TimeoutError."""
        began = time.monotonic()
        while not condition():
            if time.monotonic() - began > seconds:
                raise TimeoutError(f"not within {seconds} s")
            time.sleep(0.02)
        return time.monotonic() - began

    def log(self) -> str:
        """Return the agent's log."""
        path = self.data / "plexsync.log"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def close(self) -> None:
        """End everything."""
        self.kill_agent()
        self.plex.kill()
        self.stash.kill()
        self._folder.cleanup()

    def __enter__(self) -> Rig:  # noqa: PYI034 - as in process.py
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
