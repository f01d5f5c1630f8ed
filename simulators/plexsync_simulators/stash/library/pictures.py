"""Pictures: tiny ones drawn from a seed, the ones a request brings along, and the server's own defaults."""

from __future__ import annotations

import base64
import binascii
import struct
import zlib
from random import Random

from plexsync_simulators.stash.errors import ResolverError

_WIDTH, _HEIGHT = 16, 9
_SIGNATURES = {
    b"\x89PNG": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
    b"BM": "image/bmp",
}
SCENE_DEFAULT = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 9"><path d="M6 3l5 3-5 3z"/></svg>\n'
TAG_DEFAULT = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h4l3 3-4 4-3-3z"/></svg>\n'
STUDIO_DEFAULT = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 2h7v5H1z"/></svg>\n'
GROUP_DEFAULT = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1h3v7H1zM5 1h3v7H5z"/></svg>\n'


def draw(seed: int) -> bytes:
    """Return a small PNG of coloured noise; the same seed gives the same bytes."""
    random = Random(seed)
    noise, line = random.randbytes(_WIDTH * 3 * _HEIGHT), _WIDTH * 3
    rows = b"".join([b"\x00" + noise[start : start + line] for start in range(0, len(noise), line)])
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 2, 0, 0, 0)
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 0)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def from_library(value: object) -> bytes | None:
    """Return the picture a library document describes: null, base64 text, or `{"seed": n}`; raises ValueError."""
    if value is None or isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return base64.b64decode(value, validate=True)
    if isinstance(value, dict) and set(value) == {"seed"}:
        return draw(int(value["seed"]))
    raise ValueError(f"not a picture: {value!r}")


def from_input(text: str) -> bytes:
    """Return the picture a mutation brings as a data URL or as bare base64; raises ResolverError as the server does.

    The server would fetch a picture named by an http address; the simulator has nothing to fetch it from.
    """
    if text.startswith(("http://", "https://")):
        raise ResolverError(f"the simulated server fetches no picture: {text}")
    encoded = text.split(",", 1)[1] if text.startswith("data:") else text
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise ResolverError(f"illegal base64 data: {error}") from error


def content_type(picture: bytes) -> str:
    """Return the media type by the first bytes. Go's library does not know AVIF, JPEG XL and TIFF."""
    for start, found in _SIGNATURES.items():
        if picture.startswith(start):
            return found
    if picture[:4] == b"RIFF" and picture[8:14] == b"WEBPVP":
        return "image/webp"
    if picture.lstrip().startswith((b"<svg", b"<!--")):
        return "image/svg+xml"
    return "application/octet-stream"


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
