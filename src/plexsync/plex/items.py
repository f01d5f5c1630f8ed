"""Items of one server as those see them who change them: who answers, what items show, one edit.

A protocol, so that the logic above can be tried on items in memory; and what it is on a real server.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, final

from plexsync.domain.model import Item
from plexsync.plex import edits, library
from plexsync.plex.client import PlexClient
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

    def send(self, edit: Edit) -> None:
        """Apply an edit in one try; raises item errors too."""

    def may_try_again(self) -> bool:
        """Tell whether what went wrong by accident may be tried once more."""


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

    def send(self, edit: Edit) -> None:
        """Apply an edit in one try; raises item errors too."""
        edits.send(self._client(), edit)

    def may_try_again(self) -> bool:
        """Tell whether what went wrong by accident may be tried once more."""
        return self._client().may_try_again()
