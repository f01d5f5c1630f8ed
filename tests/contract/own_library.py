"""A library of the tests' own on a Plex that runs already: made, filled from a folder, and taken away again."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass

from plexsync.domain.model import Section
from plexsync.net.tls import Address
from plexsync.plex import library
from plexsync.plex.client import PlexClient
from plexsync.plex.exchange import Ask

NAME = "PlexSync contract"
LEAST = 3
"""So many items the tests need."""


@dataclass(frozen=True)
class OwnLibrary:
    """Its client, its section, and the rating keys of its items."""

    client: PlexClient
    section_id: str
    keys: tuple[str, ...]


@contextmanager
def own_library(url: str, token: str, folder: str, patience: float = 120.0) -> Iterator[OwnLibrary]:
    """Make a library over a folder (as the server sees it) for the length of a ``with`` block.

    Nothing of another library is ever read or written.
    """
    client = PlexClient(Address(url), token, connect_timeout=10, read_timeout=60, client_id="plexsync-contract")
    with closing(client):
        section = _made(client, folder)
        try:
            yield OwnLibrary(client, section.id, _filled(client, section, patience))
        finally:
            client.exchange(Ask("DELETE", f"/library/sections/{section.id}"))


def _made(client: PlexClient, folder: str) -> Section:
    name = f"{NAME} {uuid.uuid4().hex[:8]}"
    kinds = {"type": "movie", "agent": "tv.plex.agents.none", "scanner": "Plex Video Files", "language": "en-US"}
    client.post("/library/sections", {"name": name, **kinds, "location": folder})
    return next(one for one in library.sections(client) if one.title == name)


def _filled(client: PlexClient, section: Section, patience: float) -> tuple[str, ...]:
    """Wait until the server has found the files."""
    until = time.monotonic() + patience
    while True:
        keys = tuple(item.rating_key for page in library.listing(client, section) for item in page.items)
        if len(keys) >= LEAST:
            return keys
        if time.monotonic() > until:
            raise TimeoutError(f"{len(keys)} items in {section.title} after {patience:.0f} s")
        time.sleep(0.2)
