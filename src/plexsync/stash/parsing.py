"""Turns rows of Stash's answers into values of the model; the rows have the shape of ``queries.WHOLE_SCENE``.

A value that goes to Plex has its type, or the row is refused: half a scene must not clear a field. Nothing else depends
on stamps and lengths, so an odd one is left out and the row is used.
"""

from __future__ import annotations

from typing import Any

from plexsync.domain.model import Entity, Scene, SceneFile
from plexsync.net.decode import DECODE_ERRORS, flag, real, text, text_if_any, text_or_none, whole, whole_if_any

Row = dict[str, Any]


def scene(row: Row) -> Scene:
    """Make a scene; an absent text is "", and the order of all lists is the server's."""
    return Scene(
        id=whole(row["id"]),
        title=text_or_none(row["title"]),
        details=text_or_none(row["details"]),
        date=text_or_none(row["date"]),
        director=text_or_none(row["director"]),
        rating100=None if row["rating100"] is None else whole(row["rating100"]),
        organized=flag(row["organized"]),
        studio=_studio(row["studio"]),
        performers=tuple(_entity(one) for one in row["performers"]),
        tags=tuple(_entity(one) for one in row["tags"]),
        groups=tuple(_entity(one["group"]) for one in row["groups"]),
        files=tuple(file(one) for one in row["files"]),
        created_at=text_if_any(row.get("created_at")),
        updated_at=text_if_any(row.get("updated_at")),
    )


def listed(row: Row) -> Scene:
    """Make what a row of ``queries.LISTING`` tells of a scene; the studio has no name there."""
    return Scene(
        id=whole(row["id"]),
        title=text_or_none(row["title"]),
        date=text_or_none(row["date"]),
        director=text_or_none(row["director"]),
        rating100=None if row["rating100"] is None else whole(row["rating100"]),
        organized=flag(row["organized"]),
        studio=None if row["studio"] is None else Entity(whole(row["studio"]["id"]), ""),
        files=tuple(file(one) for one in row["files"]),
        created_at=text_if_any(row.get("created_at")),
        updated_at=text_if_any(row.get("updated_at")),
    )


def file(row: Row) -> SceneFile:
    """Make a scene's file; a row without a duration gives 0.0."""
    return SceneFile(text(row["path"]), whole_if_any(row.get("size")), _duration(row.get("duration")))


def _duration(value: object) -> float:
    try:
        return real(value)
    except DECODE_ERRORS:
        return 0.0


def _entity(row: Row) -> Entity:
    return Entity(whole(row["id"]), text(row["name"]))


def _studio(row: Row | None) -> Entity | None:
    if row is None:
        return None
    parent = row["parent_studio"]
    return Entity(whole(row["id"]), text(row["name"]), None if parent is None else _entity(parent))
