"""How performers, studios, tags and groups are read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from plexsync_simulators.stash.clock import unix
from plexsync_simulators.stash.graphql.plans import Reader, ReaderWithArguments
from plexsync_simulators.stash.library.rows import Group, Performer, Scene, Studio, Tag
from plexsync_simulators.stash.reading.attributes import attributes, constants, first_url, row_id
from plexsync_simulators.stash.reading.scenes import tags_of

EXTRA_PERFORMER_FIELDS = (
    "twitter instagram eye_color measurements fake_tits penis_length circumcised career_length tattoos piercings"
    " hair_color weight career_start career_end"
)


def _image(noun: str, name: str = "image") -> Reader:
    """The address of an image; `default=true` marks that there is none of its own (recordings http/*_image_*)."""
    attribute = {"image": "image", "frontimage": "front_image", "backimage": "back_image"}[name]

    def read(row: Any, request: Any) -> str:
        mark = "" if getattr(row, attribute) else "&default=true"
        return f"{request.base_url}/{noun}/{row.id}/{name}?t={unix(row.updated_at)}{mark}"

    return read


def _back_image(row: Group, request: object) -> str | None:
    return _image("group", "backimage")(row, request) if row.back_image else None


def _extra(name: str) -> Reader:
    return lambda row, _request: row.extra.get(name)


def _scenes(test: Callable[[Any, Scene], bool]) -> Reader:
    return lambda row, request: [scene for scene in request.stash.library.scenes if test(row, scene)]


def _has_performer(row: Performer, scene: Scene) -> bool:
    return row.id in scene.performer_ids


def _performer_groups(row: Performer, request: Any) -> list[Group]:
    library = request.stash.library
    ids = {id_ for scene in library.scenes if row.id in scene.performer_ids for id_ in scene.groups}
    return [library.groups.one(id_) for id_ in sorted(ids)]


def _count(read: Reader) -> Reader:
    return lambda row, request: len(read(row, request))


PERFORMER: dict[str, Reader] = {
    **attributes(
        "name disambiguation urls gender birthdate death_date ethnicity country height_cm alias_list favorite"
    ),
    **attributes("ignore_auto_tag stash_ids rating100 details created_at updated_at"),
    **{name: _extra(name) for name in EXTRA_PERFORMER_FIELDS.split()},
    **constants("image_count gallery_count performer_count", value=0),
    "id": row_id,
    "url": first_url,
    "image_path": _image("performer"),
    "tags": tags_of,
    "scenes": _scenes(_has_performer),
    "scene_count": _count(_scenes(_has_performer)),
    "groups": _performer_groups,
    "group_count": _count(_performer_groups),
    "custom_fields": lambda row, _request: row.extra.get("custom_fields", {}),
}


def _child_studios(row: Studio, request: Any) -> list[Studio]:
    return [studio for studio in request.stash.library.studios if studio.parent_id == row.id]


STUDIO: dict[str, Reader] = {
    **attributes(
        "name urls aliases ignore_auto_tag stash_ids rating100 favorite details created_at updated_at organized"
    ),
    **attributes("custom_fields"),
    "id": row_id,
    "url": first_url,
    "image_path": _image("studio"),
    "tags": tags_of,
    "parent_studio": lambda row, request: request.stash.library.studios.get(row.parent_id),
    "child_studios": _child_studios,
}


def _parents(row: Tag, request: Any) -> list[Tag]:
    parents: Iterable[Tag] = request.stash.library.tags.many(row.parent_ids)
    return sorted(parents, key=lambda tag: tag.name.casefold())


def _children(row: Tag, request: Any) -> list[Tag]:
    return [tag for tag in request.stash.library.tags if row.id in tag.parent_ids]


TAG: dict[str, Reader] = {
    **attributes("name sort_name description aliases ignore_auto_tag favorite stash_ids custom_fields"),
    **attributes("created_at updated_at"),
    "id": row_id,
    "image_path": _image("tag"),
    "parents": _parents,
    "children": _children,
    "parent_count": lambda row, _request: len(row.parent_ids),
    "child_count": _count(_children),
}


def _containing_groups(row: Group, request: Any) -> list[tuple[int, str | None]]:
    groups: Iterable[Group] = request.stash.library.groups
    return [(group.id, group.sub_groups[row.id]) for group in groups if row.id in group.sub_groups]


# A row here is (group id, its description in the other group).
GROUP_DESCRIPTION: dict[str, Reader] = {
    "group": lambda pair, request: request.stash.library.groups.one(pair[0]),
    "description": lambda pair, _request: pair[1],
}
GROUP: dict[str, Reader] = {
    **attributes("name aliases duration date rating100 director synopsis urls created_at updated_at custom_fields"),
    "containing_groups": _containing_groups,
    "sub_groups": lambda row, _request: list(row.sub_groups.items()),
    "id": row_id,
    "url": first_url,
    "studio": lambda row, request: request.stash.library.studios.get(row.studio_id),
    "tags": tags_of,
    "front_image_path": _image("group", "frontimage"),
    "back_image_path": _back_image,
    "scenes": _scenes(lambda row, scene: row.id in scene.groups),
}


def count_readers() -> dict[tuple[str, str], ReaderWithArguments]:
    """Return the scene counts, which take how many levels of children count too (default: none)."""
    return {
        ("Tag", "scene_count"): _count_by_tag,
        ("Studio", "scene_count"): _count_by_studio,
        ("Group", "scene_count"): _count_by_group,
        ("Group", "sub_group_count"): _count_sub_groups,
        ("Movie", "scene_count"): _count_by_group,
    }


def _count_by_tag(row: Tag, request: Any, arguments: Mapping[str, Any]) -> int:
    library = request.stash.library
    wanted = library.tag_tree([row.id], arguments.get("depth") or 0)
    return sum(not wanted.isdisjoint(scene.tag_ids) for scene in library.scenes)


def _count_by_studio(row: Studio, request: Any, arguments: Mapping[str, Any]) -> int:
    library = request.stash.library
    wanted = library.studio_tree([row.id], arguments.get("depth") or 0)
    return sum(scene.studio_id in wanted for scene in library.scenes)


def _count_sub_groups(row: Group, request: Any, arguments: Mapping[str, Any]) -> int:
    depth = arguments.get("depth") or 0
    tree: set[int] = request.stash.library.group_tree([row.id], depth + 1 if depth >= 0 else depth)
    return len(tree - {row.id})


def _count_by_group(row: Group, request: Any, arguments: Mapping[str, Any]) -> int:
    library = request.stash.library
    wanted = library.group_tree([row.id], arguments.get("depth") or 0)
    return sum(not wanted.isdisjoint(scene.groups) for scene in library.scenes)
