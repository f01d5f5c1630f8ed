"""Rows as the JSON of an export and back: names stand for ids, empty values are left out (pkg/models/jsonschema).

Checked against the source only for the keys used here; the recording import_objects_overwrite has no file in it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from plexsync_simulators.shared.json_type import Row
from plexsync_simulators.stash.library.rows import File, Gallery, Group, Performer, Scene, Studio, Tag
from plexsync_simulators.stash.library.tables import StashLibrary
from plexsync_simulators.stash.reading.people import EXTRA_PERFORMER_FIELDS

EXTRA = (*EXTRA_PERFORMER_FIELDS.split(), "custom_fields")


@dataclass(frozen=True, slots=True)
class Noun:
    """How the rows of one table are told.

    `plain` lists `key` or `key=attribute`; `pictures` likewise. `one` and `many` map a key to the attribute and the
    table of what it names.
    """

    table: str
    folder: str
    kind: type
    plain: str
    pictures: str = ""
    one: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    many: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    name: str = "name"

    def pairs(self) -> list[tuple[str, str]]:
        """The plain keys with their attributes."""
        return _pairs(self.plain)

    def picture_pairs(self) -> list[tuple[str, str]]:
        """The keys of pictures with their attributes."""
        return _pairs(self.pictures)


_TAGS = {"tags": ("tag_ids", "tags")}
_STUDIO = {"studio": ("studio_id", "studios")}
_PERFORMERS = {"performers": ("performer_ids", "performers")}
_DATED = " rating=rating100 details date urls"
TAGS = Noun(
    "tags",
    "tags",
    Tag,
    "name sort_name description favorite aliases ignore_auto_tag stash_ids",
    "image",
    many={"parents": ("parent_ids", "tags")},
)
PERFORMERS = Noun(
    "performers",
    "performers",
    Performer,
    "name disambiguation gender birthdate death_date ethnicity country details height=height_cm rating=rating100"
    " favorite ignore_auto_tag aliases=alias_list urls stash_ids",
    "image",
    many=_TAGS,
)
STUDIOS = Noun(
    "studios",
    "studios",
    Studio,
    "name aliases details rating=rating100 favorite organized ignore_auto_tag urls stash_ids",
    "image",
    one={"parent_studio": ("parent_id", "studios")},
    many=_TAGS,
)
GROUPS = Noun(
    "groups",
    "movies",
    Group,
    "name aliases duration date rating=rating100 director synopsis urls",
    "front_image back_image",
    one=_STUDIO,
    many=_TAGS,
)
GALLERIES = Noun(
    "galleries",
    "galleries",
    Gallery,
    "title code photographer organized" + _DATED,
    one=_STUDIO,
    many={**_TAGS, **_PERFORMERS},
    name="title",
)
SCENES = Noun(
    "scenes",
    "scenes",
    Scene,
    "title code director organized stash_ids resume_time play_duration play_history o_history" + _DATED,
    "cover",
    one=_STUDIO,
    many={**_TAGS, **_PERFORMERS},
    name="title",
)
ENTITIES = (TAGS, PERFORMERS, STUDIOS, GROUPS)


def told(library: StashLibrary, noun: Noun, row: Any) -> Row:
    """Return one row as JSON."""
    document = {key: getattr(row, attribute) for key, attribute in noun.pairs()}
    for key, attribute in noun.picture_pairs():
        document[key] = base64.b64encode(getattr(row, attribute) or b"").decode()
    for key, (attribute, table) in noun.one.items():
        other = getattr(library, table).get(getattr(row, attribute))
        document[key] = other.name if other else ""
    for key, (attribute, table) in noun.many.items():
        document[key] = [other.name for other in getattr(library, table).many(getattr(row, attribute))]
    document |= _own(library, row)
    full = {key: value for key, value in document.items() if value}
    return {**full, "created_at": row.created_at, "updated_at": row.updated_at}


def told_file(library: StashLibrary, file: File) -> Row:
    """Return a file as JSON."""
    return {
        "type": "video",
        "path": library.path(file),
        "size": file.size,
        "mod_time": file.mod_time,
        "duration": file.duration,
        "fingerprints": [{"type": kind, "fingerprint": value} for kind, value in file.fingerprints.items()],
        "interactive": file.interactive,
        "created_at": file.created_at,
        "updated_at": file.updated_at,
    }


def file_name(library: StashLibrary, row: Any) -> str:
    """Return the name, without `.json`, of the row's file in an export: their order is that of an import."""
    if isinstance(row, File):
        return _plain(library.path(row))
    if isinstance(row, Performer):
        return _plain(f"{row.name} ({row.disambiguation})" if row.disambiguation else row.name)
    if isinstance(row, Scene):
        files = library.files_of(row)[:1]
        base = row.title or "".join(file.basename for file in files)
        return _plain(base) + "." + "".join([file.fingerprints.get("oshash", "") for file in files] or [str(row.id)])
    return _plain(row.title if isinstance(row, Gallery) else row.name)


def _own(library: StashLibrary, row: Any) -> Row:
    """Return the part that only this kind of row has."""
    if isinstance(row, Performer):
        return {name: row.extra.get(name) for name in EXTRA}
    if isinstance(row, Group):
        inner = row.sub_groups.items()
        return {
            "sub_groups": [{"name": library.groups.one(id_).name, "description": text or ""} for id_, text in inner]
        }
    if not isinstance(row, Scene):
        return {}
    return {
        "movies": [
            {"movieName": library.groups.one(id_).name, "scene_index": number or 0}
            for id_, number in row.groups.items()
        ],
        "galleries": [{"title": library.galleries.one(id_).title} for id_ in row.gallery_ids],
        "files": [library.path(file) for file in library.files_of(row)],
        "markers": [_marker(library, marker) for marker in library.markers if marker.scene_id == row.id],
    }


def _marker(library: StashLibrary, marker: Any) -> Row:
    primary = library.tags.get(marker.primary_tag_id)
    return {
        "title": marker.title,
        "seconds": str(marker.seconds),
        "end_seconds": "" if marker.end_seconds is None else str(marker.end_seconds),
        "primary_tag": primary.name if primary else "",
        "tags": [tag.name for tag in library.tags.many(marker.tag_ids)],
        "created_at": marker.created_at,
        "updated_at": marker.updated_at,
    }


def _pairs(text: str) -> list[tuple[str, str]]:
    parts: Iterable[tuple[str, str, str]] = (entry.partition("=") for entry in text.split())
    return [(key, attribute or key) for key, _, attribute in parts]


def _plain(text: str) -> str:
    return re.sub(r"[^\w.() -]+", "-", text)
