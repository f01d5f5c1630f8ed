"""The pictures of one item: uploaded once per content, one of them selected.

Source: docs/engineering/plex.md §3 (entry ids, content addressing, accumulation, eventual consistency).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

# The list's name in a URL -> the picture field of the item.
LISTS = {"posters": "thumb", "arts": "art"}
# Every name under which one picture of the item is set, cleared or shown.
SINGULAR = {"thumb": "thumb", "poster": "thumb", "art": "art"}
# A frame of the film, which a server without an agent makes itself.
GENERATED = "media://generated"


@dataclass(slots=True)
class Picture:
    """An uploaded picture; it is listed from `visible_at` (epoch seconds) on."""

    key: str
    sha1: str
    visible_at: float


@dataclass(slots=True)
class ItemPictures:
    """Uploaded pictures in the order they came, and the key of the selected one (None: cleared)."""

    pictures: list[Picture] = field(default_factory=list)
    selected: str | None = GENERATED

    def upload(self, folder: str, content: bytes, visible_at: float) -> Picture:
        """Add a picture, or find the one with equal content."""
        sha1 = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        key = f"upload://{folder}/{sha1}"
        picture = self.find(key)
        if picture is None:
            picture = Picture(key, sha1, visible_at)
            self.pictures.append(picture)
        return picture

    def find(self, key: str) -> Picture | None:
        """The uploaded picture with that key."""
        return next((picture for picture in self.pictures if picture.key == key), None)

    def selected_sha1(self) -> str | None:
        """The content hash of the selected picture, None for a generated or no picture."""
        picture = self.find(self.selected) if self.selected else None
        return picture.sha1 if picture else None


_BRANDS = {b"avif": "avif", b"avis": "avif"}
_STARTS = {
    b"\x89PNG": "png",
    b"GIF8": "gif",
    b"BM": "bmp",
    b"II*\0": "tiff",
    b"MM\0*": "tiff",
    b"\xff\x0a": "jxl",
    b"\0\0\0\x0cJXL ": "jxl",
}


def image_kind(content: bytes) -> str:
    """The kind of a picture by its first bytes; jpeg for all that is not known."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if content[4:8] == b"ftyp" and content[8:12] in _BRANDS:
        return _BRANDS[content[8:12]]
    return next((kind for start, kind in _STARTS.items() if content.startswith(start)), "jpeg")
