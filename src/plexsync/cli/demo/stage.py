"""Two simulated servers in a temporary folder, the built plugin in between, and their end without a trace."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from plexsync import PLUGIN_ID
from plexsync.cli.demo.plex import PlexViewer
from plexsync.cli.demo.stash import StashPerson
from plexsync.usecases.agent.start import is_alive
from plexsync.usecases.status.report import Status, status
from plexsync_simulators.process import PLEX, STASH, Process
from plexsync_simulators.stash.plugins.archive import unpack
from plexsync_simulators.world import World

TOKEN = "token-of-the-demo"  # noqa: S105  the simulated server's own
READ_MS, WRITE_MS = 2, 15
_END_SECONDS = 20.0


class Stage:
    """Both servers, running; :meth:`close` ends them and PlexSync's agent, and removes all files."""

    def __init__(self, world: World, plugin: Path, interface: Path | None) -> None:
        """Start everything; ``plugin`` is the built StashPlexSync.zip, ``interface`` a folder that Stash serves."""
        self._folder = Path(tempfile.mkdtemp(prefix="plexsync-demo-"))
        self._stash_folder = self._folder / "stash"
        self._plugin = self._stash_folder / "plugins" / PLUGIN_ID
        self._open = contextlib.ExitStack()
        self._open.callback(shutil.rmtree, self._folder, ignore_errors=True)
        try:
            unpack(plugin, self._plugin)
            self._plex = self._open_plex(world)
            self.stash = Process(
                STASH, dir=self._stash_folder, library=world.stash, python=sys.executable, interface=interface
            )
            self._open.callback(self._end_agent)
            self._open.callback(self.stash.stop)
        except BaseException:
            self.close()
            raise
        self.person = StashPerson(self.stash.url)
        self.viewer = PlexViewer(self.plex_url, TOKEN)
        self._open.callback(self.person.close)
        self._open.callback(self.viewer.close)
        self.viewer.list_items()

    @property
    def data_folder(self) -> Path:
        """PlexSync's data folder, where the plugin makes it."""
        return self._stash_folder / "plexsync"

    @property
    def plex_url(self) -> str:
        """The simulated Plex's address, the same after each start."""
        return self._plex.url

    def stop_plex(self) -> None:
        """End the simulated Plex; its library is kept."""
        self._plex.stop()

    def start_plex(self) -> None:
        """Start the simulated Plex again, at the same address and with the library it had."""
        self._plex = self._new_plex(port=self._plex.port)

    def plex_writes(self) -> int:
        """Count the requests so far that changed something in Plex."""
        methods = self._plex.control("GET", "requests?counts=1")["methods"]
        return sum(number for method, number in methods.items() if method not in {"GET", "HEAD", "OPTIONS"})

    def add_anew(self, items: Iterable[str]) -> None:
        """Have Plex drop items (by their first files) and find the files again, under other keys and without data."""
        for key in self.viewer.keys_of(items):
            self._plex.control("POST", f"items/{key}/rekey", {})
        self.viewer.list_items()

    def newest_reconcile(self) -> Mapping[str, Any]:
        """Return the figures of the newest reconcile run."""
        last = _status(self.data_folder).reconcile.last
        return {} if last is None else last.result

    def close(self) -> None:
        """End everything that was started, and remove it from disk."""
        with _undisturbed():
            self._open.close()

    def _open_plex(self, world: World) -> Process:
        plex = self._new_plex(library=world.plex)
        self._open.callback(self.stop_plex)
        return plex

    def _new_plex(self, **options: Any) -> Process:
        state = self._folder / "plex.json"
        return Process(PLEX, state=state, token=TOKEN, read_latency_ms=READ_MS, write_latency_ms=WRITE_MS, **options)

    def _end_agent(self) -> None:
        """End the agent that the plugin started; without hook.py no other is started meanwhile."""
        (self._plugin / "hook.py").unlink(missing_ok=True)
        deadline, free = time.monotonic() + _END_SECONDS, 0
        while free < 3 and time.monotonic() < deadline:  # noqa: PLR2004  a plugin process may have been starting one
            alive = is_alive(self.data_folder)
            free = 0 if alive else free + 1
            pid = _status(self.data_folder).agent.pid if alive else 0
            if pid:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
            time.sleep(0.1)


def _status(data_folder: Path) -> Status:
    return status(data_folder, time.time())


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Let a second Ctrl-C not leave half of it behind."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
