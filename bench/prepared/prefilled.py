"""A world that is in sync already: what a sync would write is in Plex from the start, so a large one begins soon."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from plexsync.domain.desired import Rules, desire
from plexsync.domain.model import LIST_FIELDS, Entity, Field, Policy, Scene, SceneFile
from plexsync.plex.names import ELEMENT, PARAMETER
from plexsync_simulators.shared.json_type import Json
from plexsync_simulators.world import World, make_world

RULES = Rules({of: Policy.OFF if of is Field.LABELS else Policy.MERGE for of in Field})


OLD = {"created_at": "2021-03-01T12:00:00Z", "updated_at": "2021-03-01T12:00:00Z"}
Names = Mapping[str, Mapping[str, str]]
"""The names of a world's entities by kind and id."""


def prefilled(scenes: int, seed: int = 1) -> World:
    """Make a world whose items show what their scenes say, locked as after a sync."""
    return shown_in_plex(aged(make_world(scenes, seed)))


def aged(world: World) -> World:
    """Let all of Stash be as old as its scenes; returns the world.

    The simulated Stash stamps at its start what has no stamp. Each poll would tell that again for a while.
    """
    for kind in ("tags", "performers", "studios", "groups"):
        for row in world.stash[kind]:
            row.update(OLD)
    for scene in world.stash["scenes"]:
        for file in scene["files"]:
            file.update(created_at=scene["created_at"], updated_at=scene["created_at"])
    return world


def shown_in_plex(world: World) -> World:
    """Let the items of a world show what their scenes say; returns the world."""
    names = names_of(world)
    wanted = {path: fields for scene in world.stash["scenes"] for path, fields in _shown(scene, world, names)}
    for section in world.plex["sections"]:
        for item in section["items"]:
            item.update(wanted.get(item["files"][0]["path"], {}))
    return world


def names_of(world: World) -> Names:
    """Return the names of everything a scene may show."""
    kinds = ("tags", "performers", "studios", "groups")
    return {kind: {row["id"]: row["name"] for row in world.stash[kind]} for kind in kinds} | {
        "parents": {row["id"]: row["parent_id"] or "" for row in world.stash["studios"]}
    }


def _shown(scene: Json, world: World, names: Names) -> Iterator[tuple[str, Json]]:
    desired = desire(scene_of(scene, names), RULES).fields
    fields: Json = {"locked": []}
    for of, value in desired.items():
        if not value:
            continue
        name = ELEMENT[of] if of in LIST_FIELDS else PARAMETER[of]
        fields[name] = float(str(value)) if of is Field.RATING else list(value) if of in LIST_FIELDS else value
        fields["locked"].append(PARAMETER[of])
    yield from ((path, fields) for path in world.belongs.get(scene["id"], ()))


def scene_of(row: Json, names: Names) -> Scene:
    """Make of a world's row what a read of Stash gives."""

    def entities(kind: str, ids: list[str]) -> tuple[Entity, ...]:
        return tuple(Entity(int(id_), names[kind][id_]) for id_ in ids)

    def studio(id_: str | None) -> Entity | None:
        if not id_:
            return None
        parent = names["parents"][id_]
        return Entity(
            int(id_), names["studios"][id_], Entity(int(parent), names["studios"][parent]) if parent else None
        )

    return Scene(
        id=int(row["id"]),
        title=row["title"],
        details=row["details"],
        date=row["date"] or "",
        director=row["director"],
        rating100=row["rating100"],
        organized=row["organized"],
        studio=studio(row["studio_id"]),
        performers=tuple(sorted(entities("performers", row["performer_ids"]), key=lambda one: one.id)),
        tags=tuple(sorted(entities("tags", row["tag_ids"]), key=lambda one: one.name.casefold())),
        groups=entities("groups", [id_ for id_, _ in row["group_ids"]]),
        files=tuple(SceneFile(file["path"], file["size"], file["duration"]) for file in row["files"]),
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )
