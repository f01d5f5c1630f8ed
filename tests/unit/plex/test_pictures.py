"""Pictures by their bytes, and what is made of those that Plex may not take."""

from __future__ import annotations

import io
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import urllib3
from PIL import Image

import plexsync
from plexsync.domain.errors import ImageRejected
from plexsync.domain.pictures import PictureKind, kind_of
from plexsync.plex.picture_conversion import LONGEST_EDGE, MAX_BYTES, as_plex_takes_it, decoder_at_hand

FORMATS = {
    "JPEG": PictureKind.JPEG,
    "PNG": PictureKind.PNG,
    "WEBP": PictureKind.WEBP,
    "GIF": PictureKind.GIF,
    "BMP": PictureKind.BMP,
    "TIFF": PictureKind.TIFF,
    "AVIF": PictureKind.AVIF,
}
FFMPEG = """#!{python}
import io, sys
from PIL import Image
source = sys.argv[sys.argv.index("-i") + 1]
with Image.open(source) as picture:
    picture.convert("RGB").save(sys.stdout.buffer, "JPEG")
"""


def drawn(name: str, size: tuple[int, int] = (60, 40)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "teal").save(made, name)
    return made.getvalue()


@pytest.mark.parametrize(("name", "kind"), FORMATS.items())
def test_a_kind_is_told_by_the_bytes(name: str, kind: PictureKind) -> None:
    assert kind_of(drawn(name)) is kind


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", PictureKind.UNKNOWN),
        (b"<html><body>Log in</body></html>", PictureKind.UNKNOWN),
        (b"\xef\xbb\xbf  <svg xmlns='x'>", PictureKind.SVG),
        (b"<?xml version='1.0'?>\n<!-- made -->\n<svg>", PictureKind.SVG),
        (b"\xff\x0a rest", PictureKind.JPEG_XL),
        (b"\x00\x00\x00\x18ftypheic0000", PictureKind.HEIC),
        (b"\x00\x00\x00\x18ftypisom0000", PictureKind.UNKNOWN),
        (b"RIFF0000WAVE", PictureKind.UNKNOWN),
    ],
)
def test_what_no_library_writes(data: bytes, kind: PictureKind) -> None:
    assert kind_of(data) is kind


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP"])
def test_what_plex_takes_goes_as_it_is(name: str) -> None:
    data = drawn(name)
    picture = as_plex_takes_it(data, "7", None)
    assert (picture.data, picture.media_type) == (data, FORMATS[name].value)


@pytest.mark.parametrize("name", ["GIF", "BMP", "TIFF", "AVIF"])
def test_other_kinds_become_jpeg(name: str) -> None:
    picture = as_plex_takes_it(drawn(name), "7", decoder_at_hand())
    assert (kind_of(picture.data), picture.media_type) == (PictureKind.JPEG, "image/jpeg")


def test_one_that_is_too_large_becomes_smaller() -> None:
    noise = Image.effect_noise((4000, 3000), 90)
    made = io.BytesIO()
    noise.save(made, "PNG")
    assert len(made.getvalue()) > MAX_BYTES
    picture = as_plex_takes_it(made.getvalue(), "7", decoder_at_hand())
    assert len(picture.data) <= MAX_BYTES
    with Image.open(io.BytesIO(picture.data)) as shown:
        assert max(shown.size) == LONGEST_EDGE


def test_without_a_decoder_it_is_refused_in_words() -> None:
    with pytest.raises(ImageRejected) as refused:
        as_plex_takes_it(drawn("BMP"), "7", None)
    assert refused.value.data["detail"] == (
        "a picture of the kind image/bmp; Pillow or ffmpeg would make a JPEG of it, and neither is here"
    )
    with pytest.raises(ImageRejected) as refused:
        as_plex_takes_it(drawn("PNG") + bytes(MAX_BYTES), "7", None)
    assert "a picture of 10.5 MB" in refused.value.data["detail"]


@pytest.mark.parametrize("data", [b"BM and no more", drawn("TIFF")[:20]])
def test_what_no_decoder_can_read_is_refused(data: bytes) -> None:
    with pytest.raises(ImageRejected, match="no JPEG could be made"):
        as_plex_takes_it(data, "7", decoder_at_hand())


CONVERT = """
import sys
from plexsync.plex.picture_conversion import as_plex_takes_it, decoder_at_hand
sys.stdout.buffer.write(as_plex_takes_it(sys.stdin.buffer.read(), "7", decoder_at_hand()).data)
"""


def test_ffmpeg_does_it_where_there_is_no_pillow(tmp_path: Path) -> None:
    """As in the plugin: a Python without site packages, whose search path holds our own code and urllib3 alone."""
    program = tmp_path / "ffmpeg"
    program.write_text(FFMPEG.format(python=sys.executable), "utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    library = tmp_path / "lib"
    library.mkdir()
    for name, module in (("plexsync", plexsync), ("urllib3", urllib3)):
        (library / name).symlink_to(Path(str(module.__file__)).parent)
    done = subprocess.run(
        [sys.executable, "-S", "-c", CONVERT],
        input=drawn("BMP"),
        capture_output=True,
        check=True,
        timeout=60,
        env={**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(library)},
    )
    assert kind_of(done.stdout) is PictureKind.JPEG
