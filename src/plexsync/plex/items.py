"""Items of one server as those see them who change them: who answers, what items show, one edit.

A protocol, so that the logic above can be tried on items in memory; and what it is on a real server.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, final

from plexsync.domain.model import Item
from plexsync.plex import collections, edits, library
from plexsync.plex.client import PlexClient
from plexsync.plex.collections import Collection
from plexsync.plex.edits import Edit
from plexsync.plex.library import Identity


class ItemReader(Protocol):
    """The items of one server for those who change none; raises server errors."""

    def read(self, rating_keys: Sequence[str]) -> dict[str, Item]:
        """Read items in full; those that are gone are absent."""


class Items(ItemReader, Protocol):
    """The items of one server; every method raises server errors."""

    def identity(self) -> Identity:
        """Say who answers."""

    def collections(self, section_id: str) -> tuple[Collection, ...]:
        """List a library's collections."""

    def is_empty_collection(self, collection: Collection) -> bool:
        """Tell whether nothing is in a collection, and nothing of a person's on it; raises item errors too."""

    def remove_collection(self, collection: Collection) -> None:
        """Remove a collection, whose items stay; raises item errors too."""

    def send(self, edit: Edit) -> None:
        """Apply an edit in one try; raises item errors too."""

    def may_try_again(self) -> bool:
        """Tell whether what went wrong by accident may be tried once more."""

    @property
    def clock(self) -> float | None:
        """The server's clock in its last answer (UTC seconds, whole), None if it has not told."""


@final
class PlexItems:
    """The items of a real server, by the client in force."""

    def __init__(self, client: Callable[[], PlexClient]) -> None:
        self._client = client

    def identity(self) -> Identity:
        """Say who answers."""
        return library.identity(self._client())

    def read(self, rating_keys: Sequence[str]) -> dict[str, Item]:
        """Read items in full; those that are gone are absent."""
        return library.items(self._client(), rating_keys)

    def collections(self, section_id: str) -> tuple[Collection, ...]:
        """List a library's collections."""
        return collections.listed(self._client(), section_id)

    def is_empty_collection(self, collection: Collection) -> bool:
        """Tell whether nothing is in a collection, and nothing of a person's on it; raises item errors too."""
        return collections.is_empty_and_untouched(self._client(), collection)

    def remove_collection(self, collection: Collection) -> None:
        """Remove a collection, whose items stay; raises item errors too."""
        collections.remove(self._client(), collection)

    def send(self, edit: Edit) -> None:
        """Apply an edit in one try; raises item errors too."""
        edits.send(self._client(), edit)

    def may_try_again(self) -> bool:
        """Tell whether what went wrong by accident may be tried once more."""
        return self._client().may_try_again()

    @property
    def clock(self) -> float | None:
        """The server's clock in its last answer (UTC seconds, whole), None if it has not told."""
        return self._client().clock
