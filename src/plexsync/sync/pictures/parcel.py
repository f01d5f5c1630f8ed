"""One picture on its way to one item."""

from __future__ import annotations

from dataclasses import dataclass

from plexsync.domain.errors import ItemError
from plexsync.domain.model import Artwork


@dataclass(slots=True)
class Parcel:
    """A picture that an item is to show, and how far it has come.

    ``before`` is the name of the picture that was shown, or its address as the item told it. ``lock`` is how its lock
    is to be, ``sends`` whether the picture goes to Plex or its lock alone. ``name`` is what Plex calls it, "" as long
    as that is not seen, and ``error`` what went wrong with it in the end. ``is_late`` tells that a request for it was
    sent again after an accident: the first one may take effect at any time.
    """

    rating_key: str
    section_id: str
    image: Artwork
    sha1: str
    size: int
    before: str
    lock: bool
    sends: bool = False
    name: str = ""
    error: ItemError | None = None
    is_late: bool = False

    @property
    def is_renamed(self) -> bool:
        """Tell whether Plex calls it otherwise than by its bytes."""
        return bool(self.name) and not self.name.endswith(self.sha1)
