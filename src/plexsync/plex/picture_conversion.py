"""A picture as Plex takes it: bytes of a usual kind, and not too many of them.

A picture that Plex takes goes as it is. Others become a JPEG where a decoder is at hand: Pillow (an extra of the pip
package), or the ffmpeg that every Stash has. Where there is none the picture is refused, in words.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from plexsync.domain.errors import ImageRejected
from plexsync.domain.pictures import TAKEN_BY_PLEX, PictureKind, kind_of

MAX_BYTES = 10_480_000
"""A little less than 10 MiB: what Plex takes at most (docs/engineering/plex.md §3)."""

LONGEST_EDGE = 2000
SECONDS = 30.0
_QUALITY = 90

Decoder = Callable[[bytes], bytes]
"""Makes a JPEG of a picture; raises OSError or ValueError for one it cannot read."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Bytes to send, and their media type."""

    data: bytes
    media_type: str

    @property
    def sha1(self) -> str:
        """The SHA-1 of the bytes, by which Plex calls an upload."""
        return hashlib.sha1(self.data, usedforsecurity=False).hexdigest()


def as_plex_takes_it(data: bytes, rating_key: str, decoder: Decoder | None) -> Picture:
    """Return a picture as it is, or as a smaller JPEG; raises :class:`ImageRejected` that names kind and size."""
    kind = kind_of(data)
    if kind in TAKEN_BY_PLEX and len(data) <= MAX_BYTES:
        return Picture(data, kind.value)
    what = f"a picture of {_size(len(data))}" if kind in TAKEN_BY_PLEX else f"a picture of the kind {kind.value}"
    if decoder is None:
        remedy = "Pillow or ffmpeg would make a JPEG of it, and neither is here"
        raise ImageRejected(rating_key=rating_key, status="", detail=f"{what}; {remedy}")
    try:
        made = decoder(data)
    except (OSError, ValueError, subprocess.SubprocessError) as problem:
        raise ImageRejected(
            rating_key=rating_key, status="", detail=f"{what}, of which no JPEG could be made"
        ) from problem
    if kind_of(made) is not PictureKind.JPEG or len(made) > MAX_BYTES:
        raise ImageRejected(rating_key=rating_key, status="", detail=f"{what}, of which no small JPEG could be made")
    return Picture(made, PictureKind.JPEG.value)


def decoder_at_hand() -> Decoder | None:
    """Return what can make a JPEG here, None if nothing can."""
    if importlib.util.find_spec("PIL") is not None:
        return _by_pillow
    program = shutil.which("ffmpeg")
    return None if program is None else lambda data: _by_ffmpeg(program, data)


def _by_pillow(data: bytes) -> bytes:
    from PIL import Image  # noqa: PLC0415  an extra, and slow to load

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what cannot be read is said by an error
        with Image.open(io.BytesIO(data)) as picture:
            picture.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))
            flat = picture.convert("RGB")
    flat.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    made = io.BytesIO()
    flat.save(made, "JPEG", quality=_QUALITY)
    return made.getvalue()


def _by_ffmpeg(program: str, data: bytes) -> bytes:
    """Let ffmpeg read a file, because some kinds cannot be read from a pipe."""
    scale = f"scale='min({LONGEST_EDGE},iw)':'min({LONGEST_EDGE},ih)':force_original_aspect_ratio=decrease"
    with tempfile.TemporaryDirectory(prefix="plexsync-") as folder:
        source = Path(folder) / "picture"
        source.write_bytes(data)
        words = [program, "-v", "error", "-nostdin", "-i", str(source), "-frames:v", "1", "-vf", scale, "-q:v", "3"]
        done = subprocess.run(  # noqa: S603  our own words, and the program that Stash uses too
            [*words, "-f", "mjpeg", "pipe:1"], capture_output=True, check=True, timeout=SECONDS
        )
    return done.stdout


def _size(number: int) -> str:
    return f"{number / 1_000_000:.1f} MB"
