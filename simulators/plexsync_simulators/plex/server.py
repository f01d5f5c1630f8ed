"""The simulated server as one object: its state and its switches."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import time
from collections.abc import Mapping
from pathlib import Path

from plexsync_simulators.plex.answers.orders import prepare
from plexsync_simulators.plex.events.hub import Hub
from plexsync_simulators.plex.journal import Journal
from plexsync_simulators.plex.library.dumping import library_text, state_text
from plexsync_simulators.plex.library.loading import load
from plexsync_simulators.plex.library.model import PlexLibrary
from plexsync_simulators.plex.life import oddities
from plexsync_simulators.plex.life.happenings import another_server
from plexsync_simulators.plex.life.scans import Scans
from plexsync_simulators.plex.switches import Switches
from plexsync_simulators.plex.tokens import Tokens
from plexsync_simulators.shared.faults import Faults
from plexsync_simulators.shared.tempo import Tempo
from plexsync_simulators.shared.trouble import Trouble


class PlexServer:
    """Everything one simulated server is made of; handlers and control work on its parts."""

    def __init__(self, machine_id: str, tokens: Tokens, switches: Switches) -> None:
        self.machine_id = machine_id
        self.tokens = tokens
        self.switches = switches
        self._first = dataclasses.asdict(switches)
        self.library = PlexLibrary()
        self.journal = Journal()
        self.trouble = Trouble(Faults("query"))
        self.tempo = Tempo()
        self.hub = Hub(switches)
        self.scans = Scans(self.library, self.hub, switches)
        self.writer = asyncio.Semaphore(switches.writers)
        # Rating keys of what is played now.
        self.playing: list[int] = []
        # Epoch seconds until when it is starting.
        self.starting_until = 0.0
        self.library.listeners.append(self.hub.changed)

    @property
    def starting(self) -> bool:
        """Whether every request is answered by the maintenance page."""
        return time.time() < self.starting_until

    def set_switches(self, values: Mapping[str, object]) -> None:
        """Change the named switches, all or none; raises ValueError."""
        self.switches.set(values)
        self.library.keep_empty_collections = self.switches.keep_empty_collections

    def reset_switches(self) -> None:
        """Set every switch as it was at the start."""
        self.set_switches(self._first)

    def load(self, document: dict[str, object]) -> None:
        """Add a library document; nobody is told of items that were there from the start."""
        self.library.keep_empty_collections = self.switches.keep_empty_collections
        with self.hub.quiet():
            load(self.library, document)
        for section in self.library.sections.values():
            prepare(section)

    def add_oddities(self) -> None:
        """Add odd items to every library of films."""
        with self.hub.quiet():
            for section in self.library.sections.values():
                if section.type == "movie" and section.locations:
                    oddities.add(self.library, section)

    async def replace(
        self, machine_id: str, document: dict[str, object] | None, *, keep: bool = False, fresh_keys: bool = False
    ) -> None:
        """Let another server answer at this address: its own id, rating keys and contents; nobody is told.

        Without a document it has the same files; its metadata are what its own scan found, unless kept.
        """
        await self.scans.close()
        self.hub.hang_up()
        self.machine_id = machine_id
        if document is None:
            document = another_server(json.loads(library_text(self.library)), keep=keep, fresh_keys=fresh_keys)
        blobs = dict(self.library.blobs) if keep else {}
        self.library.clear()
        self.library.blobs.update(blobs)
        self.load(document)

    def save(self, path: Path) -> None:
        """Write the library to a file that takes the place of an older one in one step."""
        draft = path.with_name(path.name + ".new")
        text = state_text(self.library, machine_id=self.machine_id)
        draft.write_bytes(text.encode("utf-8", "backslashreplace"))
        draft.replace(path)
