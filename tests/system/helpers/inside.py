"""Watcher, worker and commands in the test's own hands, between both real (simulated) servers: one turn at a time."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, TypeVar

from agent_stage import Stage

from plexsync.agent.commands import CommandRunner
from plexsync.agent.settings import SettingsWatcher
from plexsync.detect.stash_watcher import StashWatcher
from plexsync.reconcile.compare import Request
from plexsync.reconcile.run import Runner
from plexsync.reconcile.scheduler import Scheduler
from plexsync.runtime.context import Context
from plexsync.runtime.restarts import Restarts
from plexsync.runtime.shared import Shared
from plexsync.runtime.stash_load.prefetch import Prefetch
from plexsync.store.jobs import Priority
from plexsync.sync.worker import Worker
from plexsync_simulators.rig import TOKEN
from plexsync_simulators.shared.json_type import Json
from plexsync_simulators.world import World

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True, slots=True)
class Found:
    """A reconcile run's findings: its id, state and figures, and the scenes by kind of gap."""

    run: int
    state: str
    result: Mapping[str, Any]
    gaps: Mapping[str, set[int]]


AnyInside = TypeVar("AnyInside", bound="Inside")


class Inside(Stage):
    """A stage whose agent does nothing but what a test tells it to; ``later`` seconds are added to the clock."""

    def __init__(self, world: World, **options: Any) -> None:
        super().__init__(world, **options)
        self.later = 0.0
        self.begin_life()

    def begin_life(self) -> None:
        """Make all parts anew, as a start of the agent does: only what is on disk is left of the ones before."""
        self.context = Context(self.data, {})
        self.context.refresh(self.store)
        self.shared = replace(Shared.begin(self.context, Prefetch()), starts=Restarts(self.now))
        self.stash_watcher = StashWatcher(self.store, self.shared, self.now)
        self.worker = Worker(self.store, self.shared, self.shared.targets[0], self.now)
        self.commands = CommandRunner(self.store, self.shared, self.now)
        self.settings = SettingsWatcher(self.store, self.shared, self.context.ask_page, self.now)
        self.reconciler = Scheduler(self.store, self.shared, self.shared.targets[0], self.now)
        self.runner = Runner(self.store, self.shared, self.shared.targets[0], self.now)

    def now(self) -> float:
        return time.time() + self.later

    def poll(self) -> None:
        """Let the watcher poll, whatever the time."""
        self.later += 61
        self.stash_watcher.turn(lambda _: None)
        assert self.stash_watcher.breaker.trip is None, self.stash_watcher.breaker.trip

    def enqueue(self, *scenes: str | int) -> None:
        """Ask for scenes as a person does."""
        ids = [int(scene) for scene in scenes]
        self.store.jobs.enqueue(ids, priority=Priority.PERSON, origin="test", now=self.now())

    def item_of_file(self, name: str) -> Any:
        return self.items()[f"/media/{name}"]

    def work(self) -> None:
        """Work until nothing is ready."""
        for _ in range(100):
            if not self.worker.turn():
                break
        assert self.worker.breaker.trip is None, self.worker.breaker.trip

    def sync(self, *scenes: str | int) -> None:
        """Bring these scenes, or all, to Plex."""
        self.enqueue(*(scenes or [scene["id"] for scene in self.world.stash["scenes"]]))
        self.work()

    def reconcile(self, **asked: Any) -> Found:
        """Carry out a run, of all scenes if nothing else is said."""
        run, state, result = self.runner.run(Request(**{"scope": "all", "origin": "test", **asked}), lambda *_: None)
        gaps: dict[str, set[int]] = {}
        for row in self.store.gaps.seen_in(run, 0, 10**6):
            gaps.setdefault(row.kind, set()).add(row.scene_id)
        return Found(run, state, result, gaps)

    def ask_plex(self, method: str, path: str, body: bytes | None = None) -> Any:
        """Ask Plex as a person's client does; returns what it answers, None for nothing."""
        url = f"{self.plex.url}{path}{'&' if '?' in path else '?'}X-Plex-Token={TOKEN}"
        request = urllib.request.Request(url, body, {"Accept": "application/json"}, method=method)
        with DIRECT.open(request, timeout=10) as answer:
            return json.loads(answer.read() or b"{}").get("MediaContainer")

    def reload(self, **settings: Any) -> None:
        """Change settings as a person does."""
        self.configure(**settings)
        self.settings.reload()


def inside(world: World, **options: Any) -> AbstractContextManager[Inside]:
    """A stage after the initial scan, with the path index ready."""
    return ready(Inside(world, **options))


@contextmanager
def ready(stage: AnyInside) -> Iterator[AnyInside]:
    """Take a stage through its initial scan, and close it in the end."""
    try:
        stage.poll()
        stage.work()
        yield stage
    finally:
        stage.close()


def small_world(*scenes: Json, items: list[Json], **stash: Any) -> World:
    """A world of a few scenes and items, written down in full; files lie under /data and /media."""
    rows = {name: stash.get(name, []) for name in ("tags", "performers", "studios", "groups")}
    section = {
        "key": "1",
        "title": "Movies",
        "type": "movie",
        "agent": "tv.plex.agents.movie",
        "language": "en-US",
        "locations": ["/media"],
        "items": items,
    }
    files = count(1)
    for scene in scenes:
        for file in scene["files"]:
            file["id"] = str(next(files))
    return World({**rows, "scenes": list(scenes)}, {"sections": [section]}, "/data => /media", {}, (), ())


def scene(number: int, *names: str, **fields: Any) -> Json:
    """A scene of a :func:`small_world` with files of these names."""
    stamp = "2024-01-01T00:00:00Z"
    times = {"created_at": stamp, "updated_at": stamp}
    files = [{"path": f"/data/{name}", "size": 1000 + len(name), "duration": 60.0, **times} for name in names]
    return {
        "id": str(number),
        "title": f"Scene {number}",
        "files": files,
        "created_at": stamp,
        "updated_at": stamp,
        **fields,
    }


def item(*names: str) -> Json:
    """An item of a :func:`small_world` with these files as its versions."""
    files = [{"path": f"/media/{name}", "size": 1000 + len(name), "duration": 60000} for name in names]
    return {"title": names[0].rpartition(".")[0], "files": files}
