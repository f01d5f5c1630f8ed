"""The agent's real parts in a test's hands: run by turns, held between any two steps, killed and made anew."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from whole_servers import Servers

from plexsync.agent.commands import CommandRunner
from plexsync.agent.settings import SettingsWatcher
from plexsync.detect.stash_watcher import StashWatcher
from plexsync.reconcile.scheduler import Scheduler
from plexsync.runtime.context import Context
from plexsync.runtime.listening.plex_news import PlexNews
from plexsync.runtime.restarts import Restarts
from plexsync.runtime.shared import Shared
from plexsync.runtime.stash_load.prefetch import Prefetch
from plexsync.store import Store
from plexsync.sync.worker import Worker
from plexsync_simulators.rig import TOKEN

PATIENCE = 20.0
_WRITES = ("INSERT", "UPDATE", "DELETE", "COMMIT")


class TaskContext(threading.Thread):
    """One part's turn, in a thread so that it may be held in the middle."""

    def __init__(self, turn: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self._turn = turn
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            self._turn()
        except BaseException as failure:  # noqa: BLE001  handed to the test
            self.failure = failure

    def end(self) -> None:
        """Wait for its end; what went wrong in it goes wrong here."""
        self.join(PATIENCE)
        assert not self.is_alive(), "a job does not end"
        if self.failure is not None:
            raise self.failure


class Brink:
    """Stops a thread before its n-th write to the database: what is on disk then is what a kill would leave."""

    def __init__(self, number: int) -> None:
        self._left = number
        self.reached = threading.Event()
        self.passed = threading.Event()

    def __call__(self, statement: str) -> None:
        if statement.lstrip().startswith(_WRITES) and not self.passed.is_set():
            self._left -= 1
            if self._left == 0:
                self.reached.set()
                self.passed.wait(PATIENCE)


class Agent:
    """One life of the agent on a data folder; each part has a database connection of its own, as in the process."""

    def __init__(self, folder: Path, servers: Servers) -> None:
        self.folder = folder
        self._servers = servers
        time = servers.time
        self._stores = {name: Store(folder) for name in ("commands", "worker", "watcher", "reconciler")}
        self.store = self._stores["commands"]
        self.context = Context(folder, {})
        self.context.refresh(self.store)
        shared = Shared.begin(self.context, Prefetch(time.steady))
        targets = tuple(replace(one, news=PlexNews(time.steady, time.agent)) for one in shared.targets)
        self.shared = replace(shared, starts=Restarts(time.steady), targets=targets)
        self.commands = CommandRunner(self.store, self.shared, time.agent)
        self.settings = SettingsWatcher(self.store, self.shared, self.context.ask_page, time.agent)
        self.worker = Worker(self._stores["worker"], self.shared, self.shared.targets[0], time.agent)
        self.stash_watcher = StashWatcher(self._stores["watcher"], self.shared, time.agent)
        self.reconciler = Scheduler(self._stores["reconciler"], self.shared, self.shared.targets[0], time.agent)
        self.commands.tidy_up()
        self._held: tuple[str, TaskContext] | None = None

    @property
    def held(self) -> str:
        """The part that is held in the middle of its turn, "" if none is."""
        return "" if self._held is None else self._held[0]

    def _turns(self) -> Mapping[str, Callable[[], object]]:
        return {
            "worker": self.worker.turn,
            "watcher": lambda: self.stash_watcher.turn(lambda _: None),
            "reconciler": self.reconciler.turn,
            "commands": self.commands.turn,
        }

    def turn(self, part: str) -> None:
        """Let a part have its turn; it may be held by a fault, and is then out of the way until it goes on."""
        if self.held == part:
            return
        if self._held is not None:
            self._turns()[part]()
            return
        context = TaskContext(self._turns()[part])
        context.start()
        while context.is_alive() and not self._servers.holds():
            context.join(0.0005)
        if context.is_alive():
            self._held = (part, context)
        else:
            context.end()
        self._servers.come_to_rest()

    def go_on(self) -> None:
        """Let what is held come to its end."""
        self._servers.release(cut=False)
        if self._held is not None:
            self._held[1].end()
            self._held = None
        self._servers.come_to_rest()

    def work(self) -> None:
        """Work until nothing is ready."""
        for _ in range(100):
            if not self.worker.turn():
                break
            self._servers.come_to_rest()
        else:
            raise AssertionError("the worker finds no end")
        self._servers.come_to_rest()

    def reconcile(self, **asked: Any) -> None:
        """Do what a person asks for by command, through the same reconciler."""
        arguments = {"scope": "all", "origin": "test", "allowed": True, **asked}
        command = self.store.commands.ask("reconcile", arguments, self._servers.time.agent())
        self.reconciler.turn()
        found = self.store.commands.get(command)
        assert found is not None
        self.outcome = found.state, found.result

    def ask(self, name: str, **arguments: Any) -> None:
        """Leave a command."""
        self.store.commands.ask(name, arguments, self._servers.time.agent())

    def killed(self, folder: Path) -> Agent:
        """End at once, and begin again with nothing but what is on disk at this moment."""
        _copy(self.folder, folder)
        self._cut_off()
        return Agent(folder, self._servers)

    def killed_at(self, part: str, write: int, folder: Path) -> Agent:
        """Let a part have its turn, end just before its n-th write to the database, and begin again."""
        brink, connection = Brink(write), self._stores[part].connection
        connection.set_trace_callback(brink)
        context = TaskContext(self._turns()[part])
        context.start()
        while context.is_alive() and not brink.reached.is_set() and not self._servers.holds():
            context.join(0.0005)
        _copy(self.folder, folder)
        self._held = (part, context)
        with self._nobody_answers():
            brink.passed.set()
        self._cut_off()
        return Agent(folder, self._servers)

    @contextmanager
    def _nobody_answers(self) -> Iterator[None]:
        """A dead agent sends nothing: whatever its threads still ask for is cut before it has an effect."""
        for server in ("plex", "stash"):
            self._servers.plant(server, kind="reset", times=-1)
        yield
        self._servers.release(cut=True)
        if self._held is not None:
            self._held[1].join(PATIENCE)
            assert not self._held[1].is_alive()
            self._held = None
        self._servers.clear_faults()

    def _cut_off(self) -> None:
        with self._nobody_answers():
            pass
        self.close()

    def close(self) -> None:
        for store in self._stores.values():
            store.close()

    def configure(self, **settings: Any) -> None:
        """Write settings.toml anew, as page and command line do, and have it read."""
        write_settings(self.folder, self._servers, settings)
        self.settings.reload()


def write_settings(folder: Path, servers: Servers, settings: Mapping[str, Any]) -> None:
    values = {
        "plex_url": servers.plex_url,
        "plex_token": TOKEN,
        "stash_url": servers.stash.url,
        "read_timeout": 5,
        **settings,
    }
    lines = [f"{key} = {json.dumps(value)}\n" for key, value in values.items()]
    (folder / "settings.toml").write_text("".join(lines), encoding="utf-8")


def _copy(old: Path, new: Path) -> None:
    new.mkdir()
    for name in ("state.db", "state.db-wal", "settings.toml"):
        if (old / name).exists():
            shutil.copy(old / name, new / name)
