"""Pictures of one server's items as those see them who bring covers.

A protocol, so that the logic above can be tried on pictures in memory; and what it is on a real server.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, final

from plexsync.domain.model import Artwork
from plexsync.plex import artwork
from plexsync.plex.artwork import Delivery, Upload
from plexsync.plex.client import PlexClient
from plexsync.plex.picture_conversion import Picture

Finder = Callable[[Sequence[Upload]], Upload | None]


class Pictures(Protocol):
    """The pictures of one server's items; every method raises item errors and server errors."""

    def present(self, rating_key: str, image: Artwork) -> tuple[Upload, ...]:
        """Read which pictures an item has, at least as far as the selected one."""

    def all_present(self, rating_key: str, image: Artwork) -> tuple[Upload, ...]:
        """Read all pictures that an item has."""

    def bring(self, rating_key: str, image: Artwork, picture: Picture, there: Sequence[Upload], name: str) -> Delivery:
        """Make an item show a picture; ``there`` are all that it has, ``name`` is what it called this one before."""

    def post(self, rating_key: str, image: Artwork, picture: Picture) -> bool:
        """Give an item a picture; tells whether a first try that met with an accident may yet take effect."""

    def select(self, rating_key: str, image: Artwork, name: str) -> bool:
        """Make an item show a picture that it has; tells the same."""

    def look_for(self, rating_key: str, image: Artwork, sha1: str, renamed: Finder) -> Upload:
        """Find what an item was just given: by its SHA-1, by ``renamed``, or because it is the only upload."""

    def set_locks(self, section_id: str, rating_keys: Sequence[str], image: Artwork, *, locked: bool) -> None:
        """Keep agents from replacing a picture of some items, or let them again."""


@final
class PlexPictures:
    """The pictures of a real server, by the client in force; ``sleep`` (seconds) waits for it to list a new one."""

    def __init__(self, client: Callable[[], PlexClient], sleep: Callable[[float], None]) -> None:
        self._client = client
        self._sleep = sleep

    def present(self, rating_key: str, image: Artwork) -> tuple[Upload, ...]:
        """Read which pictures an item has, at least as far as the selected one."""
        return artwork.present(self._client(), rating_key, image)

    def all_present(self, rating_key: str, image: Artwork) -> tuple[Upload, ...]:
        """Read all pictures that an item has."""
        return artwork.all_present(self._client(), rating_key, image)

    def bring(self, rating_key: str, image: Artwork, picture: Picture, there: Sequence[Upload], name: str) -> Delivery:
        """Make an item show a picture, sending it only if it does not have it."""
        return artwork.bring(self._client(), rating_key, image, picture, sleep=self._sleep, there=there, name=name)

    def post(self, rating_key: str, image: Artwork, picture: Picture) -> bool:
        """Give an item a picture; tells whether a first try that met with an accident may yet take effect."""
        return artwork.post(self._client(), rating_key, image, picture)

    def select(self, rating_key: str, image: Artwork, name: str) -> bool:
        """Make an item show a picture that it has; tells the same."""
        return artwork.select(self._client(), rating_key, image, name)

    def look_for(self, rating_key: str, image: Artwork, sha1: str, renamed: Finder) -> Upload:
        """Find what an item was just given, by its list."""
        return artwork.look_for(self._client(), rating_key, image, sha1, renamed, sleep=self._sleep)

    def set_locks(self, section_id: str, rating_keys: Sequence[str], image: Artwork, *, locked: bool) -> None:
        """Keep agents from replacing a picture of some items, or let them again."""
        artwork.set_locks(self._client(), section_id, rating_keys, image, locked=locked)
