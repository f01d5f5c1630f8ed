"""Items as real libraries have them and nobody would make up: one odd row must not spoil the others.

Source: docs/engineering/plex.md §0 (broken text in answers).
"""

from __future__ import annotations

from plexsync_simulators.plex.library.loading import load_item
from plexsync_simulators.plex.library.model import Distortion, Item, PlexLibrary, Section
from plexsync_simulators.shared.json_type import Row

_YEAR_10000 = 253_402_300_800
# Each with the file's name, what the item is, and what is shown instead.
_ODD: tuple[tuple[str, Row, Row], ...] = (
    ("half a letter \udcc3.mp4", {"title": "Half a letter \udcc3", "summary": "\udcff"}, {}),
    ("controls.mp4", {"title": "Controls \x01\x1f", "studio": "\x00"}, {}),
    ("large.mp4", {"size": 2**70, "duration": 2**65}, {"addedAt": 2**66, "year": 2**64}),
    ("negative.mp4", {"size": -1, "duration": -(2**63)}, {"year": -1}),
    ("future.mp4", {"updatedAt": _YEAR_10000}, {}),
    ("past.mp4", {"updatedAt": -(2**40)}, {}),
    ("title is a number.mp4", {}, {"title": 5}),
    ("title is null.mp4", {}, {"title": None}),
    ("no media.mp4", {}, {"Media": None}),
    ("media is an object.mp4", {}, {"Media": {"Part": []}}),
    ("no part.mp4", {}, {"Media": [{"id": 1}]}),
    ("file is null.mp4", {}, {"Media": [{"id": 1, "Part": [{"id": 1, "file": None, "size": None}]}]}),
    ("tags are texts.mp4", {}, {"Genre": ["A"], "Role": "B", "Label": [{"tag": None}], "Field": [None]}),
    ("key is a number.mp4", {}, {"ratingKey": 5}),
    ("key is null.mp4", {}, {"ratingKey": None}),
    ("stamp is a word.mp4", {}, {"updatedAt": "yesterday", "addedAt": []}),
)
_ON_FILE = ("size", "duration")


def add(library: PlexLibrary, section: Section) -> list[Item]:
    """Add all of them to a section, in a folder of their own."""
    return [_add(library, section, *odd) for odd in _ODD]


def _add(library: PlexLibrary, section: Section, name: str, entry: Row, shown: Row) -> Item:
    file = {"path": f"{section.locations[0]}/odd/{name}"} | {key: entry[key] for key in _ON_FILE if key in entry}
    values = {key: value for key, value in entry.items() if key not in _ON_FILE}
    item = load_item(library, section, {**values, "files": [file]})
    item.distortion = Distortion(shown, frozenset()) if shown else None
    return item
