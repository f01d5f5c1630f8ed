"""Rows as real libraries have them and nobody would make up: one odd row must not spoil the others."""

from __future__ import annotations

from plexsync_simulators.shared.json_type import Row
from plexsync_simulators.stash.library.loading import Loader
from plexsync_simulators.stash.library.rows import Scene
from plexsync_simulators.stash.library.tables import StashLibrary

_FAR = "10000-01-01T00:00:00Z"
_LONG_AGO = "0000-01-01T00:00:00Z"
_ODD: tuple[Row, ...] = (
    {"title": "Half a letter \udcc3", "details": "\udcff"},
    {"title": "Controls \x01\x1f"},
    {"title": "The year 10000", "updated_at": _FAR},
    {"title": "The year 0", "updated_at": _LONG_AGO, "created_at": _LONG_AGO},
    {"title": "No year at all", "updated_at": "yesterday"},
    {"title": "A long title " * 2_000},
    {
        "title": "An odd file",
        "files": [{"path": "/data/odd/half a letter \udcc3.mp4", "size": 2**63 - 1, "duration": -1}],
    },
)
_FILE = {"size": 1_000_000, "duration": 60.0}


def add(library: StashLibrary) -> list[Scene]:
    """Add scenes, each with a file that Plex does not know; all carry an odd tag and an odd performer."""
    tag = library.tags.add(None, name="Odd \udcc3", updated_at=_FAR)
    performer = library.performers.add(None, name="Odd \udcc3", updated_at=_FAR)
    loader = Loader(library)
    carried = {"tag_ids": [tag.id], "performer_ids": [performer.id]}
    return [
        loader.scene({"files": [{"path": f"/data/odd/{number}.mp4", **_FILE}], **odd, **carried})
        for number, odd in enumerate(_ODD)
    ]
