"""A world that is in sync already: what a sync would write is in Plex from the start, so a large one begins soon."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from plexsync.core.desired import Rules, desire
from plexsync.model import LIST_FIELDS, Entity, Field, Policy, Scene, SceneFile
from plexsync.plex.names import ELEMENT, PARAMETER
from plexsync.sim.world import World, make_world

Json = dict[str, Any]
RULES = Rules({of: Policy.OFF if of is Field.LABELS else Policy.MERGE for of in Field})


def prefilled(scenes: int, seed: int = 1) -> World:
    """Make a world whose items show what their scenes say, locked as after a sync."""
    world = make_world(scenes, seed)
    names = {
        kind: {row["id"]: row["name"] for row in world.stash[kind]}
        for kind in ("tags", "performers", "studios", "groups")
    }
    wanted = {path: fields for scene in world.stash["scenes"] for path, fields in _shown(scene, world, names)}
    for section in world.plex["sections"]:
        for item in section["items"]:
            item.update(wanted.get(item["files"][0]["path"], {}))
    return world


def _shown(scene: Json, world: World, names: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, Json]]:
    desired = desire(_scene(scene, names), RULES).fields
    fields: Json = {"locked": []}
    for of, value in desired.items():
        if not value:
            continue
        name = ELEMENT[of] if of in LIST_FIELDS else PARAMETER[of]
        fields[name] = float(str(value)) if of is Field.RATING else list(value) if of in LIST_FIELDS else value
        fields["locked"].append(PARAMETER[of])
    yield from ((path, fields) for path in world.belongs.get(scene["id"], ()))


def _scene(row: Json, names: Mapping[str, Mapping[str, str]]) -> Scene:
    def entities(kind: str, ids: list[str]) -> tuple[Entity, ...]:
        return tuple(Entity(int(id_), names[kind][id_]) for id_ in ids)

    studio = row["studio_id"]
    return Scene(
        id=int(row["id"]),
        title=row["title"],
        details=row["details"],
        date=row["date"] or "",
        director=row["director"],
        rating100=row["rating100"],
        studio=Entity(int(studio), names["studios"][studio]) if studio else None,
        performers=entities("performers", row["performer_ids"]),
        tags=entities("tags", row["tag_ids"]),
        groups=entities("groups", [id_ for id_, _ in row["group_ids"]]),
        files=tuple(SceneFile(file["path"], file["size"]) for file in row["files"]),
    )
