"""A section's own filters and sorts, which python-plexapi asks for before it searches.

Source: docs/engineering/plex.md §1.5 (operators and fields that a real server reported).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from plexsync_simulators.plex.fields import TYPE_IDS
from plexsync_simulators.plex.library.model import PlexLibrary, Section
from plexsync_simulators.shared.json_type import Row

_OPERATORS: dict[str, dict[str, str]] = {
    "tag": {"=": "is", "!=": "is not"},
    "integer": {"=": "is", "!=": "is not", ">>=": "is greater than", "<<=": "is less than"},
    "string": {
        "=": "contains",
        "!=": "does not contain",
        "==": "is",
        "!==": "is not",
        "<=": "begins with",
        ">=": "ends with",
    },
    "boolean": {"=": "is true", "!=": "is false"},
    "date": {"<<=": "is before", ">>=": "is after"},
}
_MOVIE_FIELDS: dict[str, str] = {
    "title": "string",
    "studio": "string",
    "userRating": "integer",
    "contentRating": "tag",
    "year": "integer",
    "originallyAvailableAt": "date",
    "duration": "integer",
    "unmatched": "boolean",
    "duplicate": "boolean",
    "genre": "tag",
    "collection": "tag",
    "director": "tag",
    "writer": "tag",
    "producer": "tag",
    "actor": "tag",
    "country": "tag",
    "addedAt": "date",
    "viewCount": "integer",
    "lastViewedAt": "date",
    "unwatched": "boolean",
    "trash": "boolean",
    "label": "tag",
}
_MOVIE_SORTS = (
    *("titleSort", "year", "originallyAvailableAt", "rating", "audienceRating", "userRating"),
    *("contentRating", "duration", "viewCount", "addedAt", "lastViewedAt"),
)
_DESCENDING = frozenset({"addedAt", "lastViewedAt", "rating", "audienceRating", "userRating"})


@dataclass(frozen=True, slots=True)
class _Kind:
    """The filters and sorts of one type of item."""

    name: str
    fields: dict[str, str]
    sorts: tuple[str, ...]
    prefix: str


_MOVIE = _Kind("movie", _MOVIE_FIELDS, _MOVIE_SORTS, "")
_COLLECTION = _Kind(
    "collection", {"title": "string", "userRating": "integer", "label": "tag"}, ("titleSort",), "collection."
)


def meta(section: Section, kind: str) -> Row:
    """The `Meta` element of a listing asked for with `includeMeta=1`."""
    field_types = [
        {"type": name, "Operator": [{"key": key, "title": title} for key, title in operators.items()]}
        for name, operators in _OPERATORS.items()
    ]
    return {"Type": [_type(section, _COLLECTION if kind == "collection" else _MOVIE)], "FieldType": field_types}


def _type(section: Section, kind: _Kind) -> Row:
    base = f"/library/sections/{section.key}"
    number = TYPE_IDS[kind.name]
    return {
        "key": f"{base}/all?type={number}",
        "type": kind.name,
        "title": kind.name.capitalize() + "s",
        "active": True,
        "Filter": [
            {
                "filter": name,
                "filterType": "string",
                "key": f"{base}/{name}?type={number}",
                "title": name,
                "type": "filter",
            }
            for name, field_type in kind.fields.items()
            if field_type == "tag"
        ],
        "Sort": [
            {
                "defaultDirection": "desc" if name in _DESCENDING else "asc",
                "descKey": f"{name}:desc",
                "key": name,
                "title": name,
            }
            for name in kind.sorts
        ],
        "Field": [
            {"key": kind.prefix + name, "title": name, "type": field_type} for name, field_type in kind.fields.items()
        ],
    }


def choices(library: PlexLibrary, section: Section, kind: str) -> list[Row]:
    """The values a tag filter can take in a section."""
    tags = [tag for tag in library.tags_by_id.values() if tag.kind == kind and _used_in(tag.items, section)]
    base = f"/library/sections/{section.key}/all"
    return [
        {"fastKey": f"{base}?{kind}={tag.id}", "key": str(tag.id), "title": tag.name}
        for tag in sorted(tags, key=lambda tag: tag.name.casefold())
    ]


def _used_in(items: dict[int, Any], section: Section) -> bool:
    return any(item.section is section for item in items.values())
