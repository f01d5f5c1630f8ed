"""The simulated server as one object: its state and its switches."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

from plexsync.sim.plex.faults import Faults
from plexsync.sim.plex.journal import Journal
from plexsync.sim.plex.library import Library
from plexsync.sim.plex.notifications import Hub
from plexsync.sim.plex.scans import Scans
from plexsync.sim.plex.seed import dump_state, load
from plexsync.sim.plex.switches import Switches
from plexsync.sim.plex.tokens import Tokens


class Server:
    """Everything one simulated server is made of; handlers and control work on its parts."""

    def __init__(self, machine_id: str, version: str, tokens: Tokens, switches: Switches) -> None:
        self.machine_id = machine_id
        self.version = version
        self.tokens = tokens
        self.switches = switches
        self.library = Library()
        self.journal = Journal()
        self.faults = Faults()
        self.hub = Hub()
        self.scans = Scans(self.library, self.hub, switches)
        self.writer = asyncio.Lock()
        # Epoch seconds until when it is starting, and until when it is down.
        self.starting_until = 0.0
        self.down_until = 0.0
        self.library.listeners.append(self.hub.changed)

    @property
    def starting(self) -> bool:
        """Whether every request is answered by the maintenance page."""
        return time.time() < self.starting_until

    @property
    def down(self) -> bool:
        """Whether every connection is cut."""
        return time.time() < self.down_until

    def load(self, document: dict[str, Any]) -> None:
        """Add a library document; nobody is told of items that were there from the start."""
        self.library.keep_empty_collections = self.switches.keep_empty_collections
        self.library.listeners.remove(self.hub.changed)
        try:
            load(self.library, document)
        finally:
            self.library.listeners.append(self.hub.changed)

    def save(self, path: Path) -> None:
        """Write the library to a file that takes the place of an older one in one step."""
        draft = path.with_name(path.name + ".new")
        draft.write_text(json.dumps({**dump_state(self.library), "machine_id": self.machine_id}), encoding="utf-8")
        draft.replace(path)
