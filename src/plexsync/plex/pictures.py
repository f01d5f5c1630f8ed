"""Pictures of one server's items as those see them who bring covers.

A protocol, so that the logic above can be tried on pictures in memory; and what it is on a real server.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, final

from plexsync.domain.model import Artwork
from plexsync.plex import artwork
from plexsync.plex.artwork import Upload
from plexsync.plex.client import PlexClient


class Pictures(Protocol):
    """The pictures of one server's items; every method raises item errors and server errors."""

    def present(self, rating_key: str, image: Artwork) -> tuple[Upload, ...]:
        """Read which pictures an item has, at least as far as the selected one."""

    def upload(self, rating_key: str, image: Artwork, data: bytes, content_type: str, there: Sequence[Upload]) -> None:
        """Make an item show these bytes; ``there`` are the pictures it has."""

    def set_lock(self, section_id: str, rating_key: str, image: Artwork, *, locked: bool) -> None:
        """Keep agents from replacing a picture, or let them again."""


@final
class PlexPictures:
    """The pictures of a real server, by the client in force; ``sleep`` (seconds) waits for it to list a new one."""

    def __init__(self, client: Callable[[], PlexClient], sleep: Callable[[float], None]) -> None:
        self._client = client
        self._sleep = sleep

    def present(self, rating_key: str, image: Artwork) -> tuple[Upload, ...]:
        """Read which pictures an item has, at least as far as the selected one."""
        return artwork.present(self._client(), rating_key, image)

    def upload(self, rating_key: str, image: Artwork, data: bytes, content_type: str, there: Sequence[Upload]) -> None:
        """Make an item show these bytes, sending them only if it does not have them."""
        artwork.upload(self._client(), rating_key, image, data, content_type, sleep=self._sleep, there=there)

    def set_lock(self, section_id: str, rating_key: str, image: Artwork, *, locked: bool) -> None:
        """Keep agents from replacing a picture, or let them again."""
        artwork.set_lock(self._client(), section_id, rating_key, image, locked=locked)
