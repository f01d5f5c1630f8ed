"""Both simulated servers and the built plugin in Stash's plugin folder, with its tasks run from Stash's menu."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plexsync.agent.lock import is_held
from plexsync.store import Store
from plexsync.store.state import AGENT_STATUS, AgentStatus
from plexsync_simulators.process import Process, start_plex, start_stash
from plexsync_simulators.world import World, make_world

TOKEN = "owners-secret-token"
PLUGIN = "StashPlexSync"
QUERY = "{status, progress, error}"
ENDED = {"FINISHED", "CANCELLED", "FAILED"}


@dataclass(frozen=True, slots=True)
class TaskResult:
    """How a task ended: its job's status and last progress, and its lines in Stash's log as the page shows them.

    Stash shows the newest line first.
    """

    status: str
    progress: float
    lines: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """All its log lines."""
        return "\n".join(text for _, text in self.lines)

    def at(self, level: str) -> list[str]:
        """Its log lines of one level."""
        return [text for of, text in self.lines if of == level]


@dataclass(frozen=True, slots=True)
class Menu:
    """Stash's task menu with the plugin installed."""

    stash: Process
    plex: Process
    world: World
    folder: Path
    plugin_dir: Path

    @property
    def data(self) -> Path:
        """PlexSync's data folder."""
        return self.folder / "plexsync"

    def configure(self, **settings: Any) -> None:
        """Write PlexSync's settings.toml anew."""
        values = {"plex_url": self.plex.url, "plex_token": TOKEN, "path_map": self.world.path_map, **settings}
        self.data.mkdir(mode=0o700, exist_ok=True)
        text = "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items() if value is not None)
        (self.data / "settings.toml").write_text(text, encoding="utf-8")

    def ask(self, query: str, **variables: Any) -> Any:
        """Send GraphQL to Stash and return its data."""
        answer = self.stash.control("POST", "/graphql", {"query": query, "variables": variables})
        assert not answer.get("errors"), answer
        return answer["data"]

    def start(self, name: str, **arguments: Any) -> str:
        """Start a task; returns the job's id."""
        head = "mutation($id: ID!, $name: String!, $args: Map)"
        query = f"{head} {{ runPluginTask(plugin_id: $id, task_name: $name, args_map: $args) }}"
        return str(self.ask(query, id=PLUGIN, name=name, args=arguments)["runPluginTask"])

    def job(self, job_id: str) -> Mapping[str, Any]:
        """Return a job as Stash shows it."""
        query = "query($id: ID!) { findJob(input: {id: $id}) { status progress error } }"
        found: Mapping[str, Any] = self.ask(query, id=job_id)["findJob"]
        return found

    def stop(self, job_id: str) -> None:
        """Stop a job, as its button in Stash does."""
        self.ask("mutation($id: ID!) { stopJob(job_id: $id) }", id=job_id)

    def run(self, name: str, seconds: float = 60.0, **arguments: Any) -> TaskResult:
        """Run a task to its end, with arguments that Stash's own menu has no box for."""
        said = len(self.log())
        return self.ended(self.start(name, **arguments), said, seconds)

    def ended(self, job_id: str, said: int = 0, seconds: float = 60.0) -> TaskResult:
        """Wait for a job's end; ``said`` is how many log lines there were before it."""
        until(lambda: self.job(job_id)["status"] in ENDED, seconds)
        job = self.job(job_id)
        return TaskResult(job["status"], job["progress"], tuple(reversed(self.log()[said:])))

    def log(self) -> list[tuple[str, str]]:
        """Return the plugin's lines in Stash's log, as (level, text), without Stash's own notes about it."""
        rows = self.stash.control("GET", "log")
        prefix = "[Plugin / PlexSync] "
        return [
            (row["level"].lower(), row["message"].removeprefix(prefix))
            for row in rows
            if row["message"].startswith((prefix, "Plugin returned error"))
        ]

    def operate(self, operation: str) -> Any:
        """Call an operation, as the page does."""
        query = "mutation($id: ID!, $args: Map!) { runPluginOperation(plugin_id: $id, args: $args) }"
        return self.ask(query, id=PLUGIN, args={"mode": "operation", "operation": operation})["runPluginOperation"]

    @contextlib.contextmanager
    def store(self) -> Iterator[Store]:
        """Open the state to read it."""
        store = Store(self.data)
        try:
            yield store
        finally:
            store.close()

    def agent_pid(self) -> int:
        """Return the id of the agent that described itself last."""
        with self.store() as store:
            return int(store.state.get(AGENT_STATUS, AgentStatus()).pid)

    def end_agent(self) -> None:
        """End the agent that a task started, if one lives."""
        if not self.data.exists():
            return
        deadline = time.monotonic() + 20
        while is_held(self.data) and time.monotonic() < deadline:
            pid = self.agent_pid()
            if pid:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
            time.sleep(0.1)
        assert not is_held(self.data), "an agent is left"


def until(condition: Callable[[], object], seconds: float = 20.0) -> float:
    """Wait for something to come true; returns how long it took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        time.sleep(0.05)
    return time.monotonic() - began


@contextlib.contextmanager
def open_menu(folder: Path, install: Callable[[Path], None], scenes: int = 30, **stash_options: Any) -> Iterator[Menu]:
    """Start both servers; ``install`` puts the built plugin into a folder."""
    config = folder / "stash"
    plugin_dir = config / "plugins" / PLUGIN
    plugin_dir.mkdir(parents=True)
    install(plugin_dir)
    world = make_world(scenes, 7)
    options = {"dir": config, "library": world.stash, "python": sys.executable, **stash_options}
    with (
        start_plex(library=world.plex, token=TOKEN, read_latency_ms=0, write_latency_ms=0) as plex,
        start_stash(**options) as stash,
    ):
        menu = Menu(stash, plex, world, config, plugin_dir)
        menu.configure()
        try:
            yield menu
        finally:
            menu.end_agent()
