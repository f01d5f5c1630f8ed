"""The kind of a picture by its bytes. Stash names AVIF, JPEG XL and TIFF octet-stream, so its word does not count."""

from __future__ import annotations

from enum import Enum

_HEAD = 512


class PictureKind(str, Enum):
    """A kind of picture, by its media type; ``UNKNOWN`` is none that is known."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    GIF = "image/gif"
    BMP = "image/bmp"
    TIFF = "image/tiff"
    AVIF = "image/avif"
    HEIC = "image/heic"
    JPEG_XL = "image/jxl"
    SVG = "image/svg+xml"
    UNKNOWN = "application/octet-stream"


TAKEN_BY_PLEX = frozenset({PictureKind.JPEG, PictureKind.PNG, PictureKind.WEBP})
"""Kinds that every Plex shows; of the others nobody here knows (docs/engineering/plex.md)."""

_BEGINNINGS = (
    (b"\xff\xd8\xff", PictureKind.JPEG),
    (b"\x89PNG\r\n\x1a\n", PictureKind.PNG),
    (b"GIF87a", PictureKind.GIF),
    (b"GIF89a", PictureKind.GIF),
    (b"BM", PictureKind.BMP),
    (b"II*\x00", PictureKind.TIFF),
    (b"MM\x00*", PictureKind.TIFF),
    (b"\xff\x0a", PictureKind.JPEG_XL),
    (b"\x00\x00\x00\x0cJXL \r\n\x87\n", PictureKind.JPEG_XL),
)
_BRANDS = {
    b"avif": PictureKind.AVIF,
    b"avis": PictureKind.AVIF,
    b"heic": PictureKind.HEIC,
    b"heix": PictureKind.HEIC,
    b"mif1": PictureKind.HEIC,
}


def kind_of(data: bytes) -> PictureKind:
    """Say what kind of picture some bytes are, by their beginning."""
    for beginning, kind in _BEGINNINGS:
        if data.startswith(beginning):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return PictureKind.WEBP
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12], PictureKind.UNKNOWN)
    text = data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    is_drawing = text.startswith(b"<svg") or (
        text.startswith((b"<?xml", b"<!--", b"<!doctype svg")) and b"<svg" in text
    )
    return PictureKind.SVG if is_drawing else PictureKind.UNKNOWN
