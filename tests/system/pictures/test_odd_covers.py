"""Covers of kinds that Plex may not take are brought as JPEG; what is no picture is refused in words."""

from __future__ import annotations

import base64
import io

import pytest
from inside import inside, item, scene, small_world
from PIL import Image

from plexsync.store.jobs import State
from plexsync_simulators.world import World


def drawn(kind: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(made, kind)
    return made.getvalue()


def world_with(cover: bytes) -> World:
    return small_world(scene(1, "a.mp4", cover=base64.b64encode(cover).decode()), items=[item("a.mp4")])


@pytest.mark.parametrize("kind", ["TIFF", "AVIF", "BMP"])
def test_a_cover_of_an_unusual_kind_arrives_as_jpeg_and_only_once(kind: str) -> None:
    """Stash serves such a cover as octet-stream, and this Plex refuses anything but the usual."""
    with inside(world_with(drawn(kind))) as stage:
        stage.stash.control("POST", "switches", {"octet_stream": True})
        stage.plex.control("POST", "switches", {"poster_refused": f"image/{kind.lower()}"})
        stage.sync()
        thumb = stage.item_of_file("a.mp4")["thumb"]
        assert thumb["sha1"]
        assert stage.job(1).state is State.DONE
        stage.reset_counts()
        stage.edit_scene("1", title="Touched")
        stage.poll()
        stage.work()
        assert stage.plex_counts()["POST"] == 0, "the same cover is not sent again"
        assert stage.item_of_file("a.mp4")["thumb"] == thumb


def test_a_cover_that_is_no_picture_is_refused_in_words() -> None:
    with inside(world_with(b"\x00\x01 no picture at all")) as stage:
        stage.sync()
        job = stage.job(1)
        assert (job.state, job.cause) == (State.WAITING, "image_rejected")
        assert "is no picture" in str(job.detail)
