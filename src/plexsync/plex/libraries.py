"""Libraries of one server as those see them who index them: which there are, what they list, which files items hold.

A protocol, so that the logic above can be tried on libraries in memory; and what it is on a real server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, final

from plexsync.domain.model import Section
from plexsync.plex import library
from plexsync.plex.client import PlexClient
from plexsync.plex.library import Identity, ItemsRead, ListedPage


class Libraries(Protocol):
    """The libraries of one server; every method raises server errors."""

    @property
    def clock(self) -> float | None:
        """The server's clock in its last answer (UTC seconds, whole), None if it has not told."""

    def identity(self) -> Identity:
        """Say who answers."""

    def sections(self) -> tuple[Section, ...]:
        """Return all libraries."""

    def listing(self, section: Section, since: int | None) -> Iterator[ListedPage]:
        """List a library page by page; ``since`` (UTC seconds) leaves out what was last changed before it."""

    def total(self, section: Section) -> int | None:
        """Count a library's items without a listing; None where the server does not tell."""

    def read_items(self, rating_keys: Sequence[str], others: Sequence[str] = ()) -> ItemsRead:
        """Read items in full; ``others`` bear witness that the server can read any."""

    def scan(self, section_id: str, folder: str) -> None:
        """Ask for a scan of a folder."""


@final
class PlexLibraries:
    """The libraries of a real server, by the client in force."""

    def __init__(self, client: Callable[[], PlexClient]) -> None:
        self._client = client

    @property
    def clock(self) -> float | None:
        """The server's clock in its last answer (UTC seconds, whole), None if it has not told."""
        return self._client().clock

    def identity(self) -> Identity:
        """Say who answers."""
        return library.identity(self._client())

    def sections(self) -> tuple[Section, ...]:
        """Return all libraries."""
        return library.sections(self._client())

    def listing(self, section: Section, since: int | None) -> Iterator[ListedPage]:
        """List a library, some hundred items at a time."""
        return library.listing(self._client(), section, since=since)

    def total(self, section: Section) -> int | None:
        """Ask for a listing of no items."""
        return library.total(self._client(), section)

    def read_items(self, rating_keys: Sequence[str], others: Sequence[str] = ()) -> ItemsRead:
        """Read items in full, 200 with a request."""
        return library.read_items(self._client(), rating_keys, others)

    def scan(self, section_id: str, folder: str) -> None:
        """Ask for a scan of a folder."""
        library.scan(self._client(), section_id, folder)
