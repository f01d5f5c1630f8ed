"""Names and versions of both servers, asked for while somebody looks."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from plexsync.domain.errors import PlexSyncError
from plexsync.net.decode import DECODE_ERRORS, text_if_any
from plexsync.overview.watch import OverviewWatch
from plexsync.runtime.clock import has_passed
from plexsync.runtime.context import Context
from plexsync.runtime.target import Target
from plexsync.stash import capabilities
from plexsync.store import Store
from plexsync.store.state import SERVER_NAMES, ServerNames

AGAIN_SECONDS = 3600.0
SOON_SECONDS = 60.0
"""The pause after a server has not answered."""


class ServerNamesReader:
    """Asks each server once an hour at most; for one thread of its own, because a server may keep it waiting."""

    def __init__(
        self, store: Store, context: Context, target: Target, watch: OverviewWatch, now: Callable[[], float] = time.time
    ) -> None:
        self._store = store
        self._context = context
        self._target = target
        self._watch = watch
        self._now = now
        self._asked_at = 0.0
        self._is_complete = False

    def run(self, stop: threading.Event) -> None:
        """Ask while somebody looks, until told to stop; nobody waits for the end of this."""
        for _ in self._watch.turns(stop):
            self.turn()

    def turn(self) -> None:
        """Ask, unless that was done lately, and remember what is new; no answer takes nothing back."""
        if not has_passed(AGAIN_SECONDS if self._is_complete else SOON_SECONDS, self._asked_at, self._now()):
            return
        self._asked_at = self._now()
        known = self._store.state.get(SERVER_NAMES, ServerNames())
        plex, stash = self._plex(), self._stash()
        name, version = plex or (known.plex_name, known.plex_version)
        fresh = ServerNames(name, version, known.stash_version if stash is None else stash)
        self._is_complete = plex is not None and stash is not None
        if fresh != known:
            self._store.state.put(SERVER_NAMES, fresh)

    def _plex(self) -> tuple[str, str] | None:
        try:
            root = self._target.client.get("/")
            return text_if_any(root.get("friendlyName")), text_if_any(root.get("version"))
        except (PlexSyncError, *DECODE_ERRORS):
            return None

    def _stash(self) -> str | None:
        try:
            return capabilities.detect(self._context.stash).version
        except (PlexSyncError, *DECODE_ERRORS):
            return None
