"""Searches and sorts of each noun."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from plexsync_simulators.stash.searching.criteria import (
    Criterion,
    flag,
    ordered,
    related,
    related_tree,
    tests_of,
    text,
    texts,
)
from plexsync_simulators.stash.searching.finding import Key, Search, natural

_TIMES: dict[str, Criterion] = {
    "created_at": ordered(lambda row: row.created_at),
    "updated_at": ordered(lambda row: row.updated_at),
}


@dataclass(frozen=True, slots=True)
class Searches:
    """The search of every noun the simulator lists."""

    scenes: Search
    performers: Search
    studios: Search
    tags: Search
    groups: Search
    files: Search
    folders: Search
    galleries: Search
    markers: Search


def make_searches() -> Searches:
    """Return all searches; those of scenes and files lean on the others for their related filters."""
    performers, studios, tags, groups, files = _performers(), _studios(), _tags(), _groups(), _files()
    entities = (performers, studios, tags, groups, files)
    return Searches(_scenes(*entities), *entities, _folders(), _galleries(), _markers())


def _performers() -> Search:
    criteria: dict[str, Criterion] = {
        **_TIMES,
        "name": text(lambda row: row.name),
        "disambiguation": text(lambda row: row.disambiguation),
        "filter_favorites": flag(lambda row: row.favorite),
        "ignore_auto_tag": flag(lambda row: row.ignore_auto_tag),
        "rating100": ordered(lambda row: row.rating100),
        "tags": related_tree(lambda row: row.tag_ids, _below_tag),
    }
    unknown = "birthdate career_length galleries_count height images_count last_o_at last_played_at measurements"
    unknown += " o_counter penis_length play_count random rating scenes_count scenes_duration tag_count weight"
    return Search("performers", criteria, {"name": _by_name, **_sorts(unknown)}, "name", _by_name, _name_words)


def _studios() -> Search:
    criteria: dict[str, Criterion] = {
        **_TIMES,
        "name": text(lambda row: row.name),
        "favorite": flag(lambda row: row.favorite),
        "parents": related(lambda row: [row.parent_id] if row.parent_id else []),
        "tags": related_tree(lambda row: row.tag_ids, _below_tag),
    }
    unknown = "child_count galleries_count images_count scenes_count scenes_duration random rating tag_count"
    return Search("studios", criteria, {"name": _by_name, **_sorts(unknown)}, "name", _by_name, _name_words)


def _tags() -> Search:
    criteria: dict[str, Criterion] = {
        **_TIMES,
        "name": text(lambda row: row.name),
        "favorite": flag(lambda row: row.favorite),
        "parents": related_tree(lambda row: row.parent_ids, _below_tag),
        "parent_count": ordered(lambda row: len(row.parent_ids)),
    }
    unknown = "galleries_count groups_count images_count movies_count studios_count performers_count random"
    unknown += " scene_markers_count scenes_count scenes_duration"
    return Search("tags", criteria, {"name": _by_tag_name, **_sorts(unknown)}, "name", _by_tag_name, _name_words)


def _groups() -> Search:
    criteria: dict[str, Criterion] = {
        **_TIMES,
        "name": text(lambda row: row.name),
        "studios": related_tree(lambda row: [row.studio_id] if row.studio_id else [], _below_studio),
        "tags": related_tree(lambda row: row.tag_ids, _below_tag),
    }
    unknown = "date duration random rating scenes_count o_counter sub_group_order tag_count"
    return Search("groups", criteria, {"name": _by_name, **_sorts(unknown)}, "name", _by_name, _name_words)


def _files() -> Search:
    criteria: dict[str, Criterion] = {
        **_TIMES,
        "mod_time": ordered(lambda row: row.mod_time),
        "basename": text(lambda row: row.basename),
        "path": texts(lambda row, library: [library.path(row)]),
        "dir": texts(lambda row, library: [library.folders.one(row.folder_id).path]),
        "parent_folder": related(lambda row: [row.folder_id]),
    }
    return Search(
        "files",
        criteria,
        {"path": _by_path, **_sorts("random")},
        "id",
        _by_id,
        lambda row, library: [library.path(row)],
    )


def _folders() -> Search:
    criteria: dict[str, Criterion] = {
        **_TIMES,
        "mod_time": ordered(lambda row: row.mod_time),
        "path": text(lambda row: row.path),
        "parent_folder": related(lambda row: [row.parent_id] if row.parent_id else []),
    }
    sorts = {"path": _by_folder_path, **_sorts("random")}
    return Search("folders", criteria, sorts, "id", _by_id, lambda row, _library: [row.path])


def _galleries() -> Search:
    criteria: dict[str, Criterion] = {**_TIMES, "title": text(lambda row: row.title)}
    sorts = {"title": lambda row, _library: natural(row.title), **_sorts("path date rating random")}
    return Search("galleries", criteria, sorts, "title", _by_id, lambda row, _library: [row.title])


def _markers() -> Search:
    criteria: dict[str, Criterion] = {
        **_TIMES,
        "tags": related_tree(lambda row: {row.primary_tag_id, *row.tag_ids}, _below_tag),
    }
    sorts = {"title": lambda row, _library: natural(row.title), **_sorts("seconds scene_id random duration")}
    return Search("markers", criteria, sorts, "title", _by_id, lambda row, _library: [row.title])


def _scenes(performers: Search, studios: Search, tags: Search, groups: Search, files: Search) -> Search:
    criteria: dict[str, Criterion] = {
        **_TIMES,
        **{name: text(_get(name)) for name in ("title", "code", "details", "director")},
        **{name: ordered(_get(name)) for name in ("id", "rating100", "date", "resume_time", "play_duration")},
        "is_missing": lambda given, _library: lambda row: not getattr(row, given),
        "organized": flag(lambda row: row.organized),
        "path": texts(_paths),
        "file_count": ordered(lambda row: len(row.file_ids)),
        "tag_count": ordered(lambda row: len(row.tag_ids)),
        "performer_count": ordered(lambda row: len(row.performer_ids)),
        "o_counter": ordered(lambda row: len(row.o_history)),
        "play_count": ordered(lambda row: len(row.play_history)),
        "performers": related(lambda row: row.performer_ids),
        "galleries": related(lambda row: row.gallery_ids),
        "movies": related(lambda row: row.groups),
        "studios": related_tree(lambda row: [row.studio_id] if row.studio_id else [], _below_studio),
        "tags": related_tree(lambda row: row.tag_ids, _below_tag),
        "groups": related_tree(
            lambda row: row.groups, lambda library, id_, depth: set(library.group_tree([id_], depth))
        ),
        "performers_filter": _through(performers, lambda row: row.performer_ids),
        "studios_filter": _through(studios, lambda row: [row.studio_id] if row.studio_id else []),
        "tags_filter": _through(tags, lambda row: row.tag_ids),
        "groups_filter": _through(groups, lambda row: row.groups),
        "movies_filter": _through(groups, lambda row: row.groups),
        "files_filter": _through(files, lambda row: row.file_ids),
    }
    return Search("scenes", criteria, _scene_sorts(), "", _by_title, _scene_words)


def _scene_sorts() -> dict[str, Key | None]:
    unknown = "bitrate file_mod_time framerate group_scene_number interactive interactive_speed last_o_at"
    unknown += " last_played_at movie_scene_number perceptual_similarity random resolution studio performer_age"
    return {
        **_sorts(unknown),
        "path": lambda row, library: natural("".join(sorted(_paths(row, library))[:1])),
        "title": lambda row, library: natural(row.title or "".join(_basenames(row, library))),
        "code": lambda row, _library: row.code or None,
        "date": lambda row, _library: row.date,
        "rating": lambda row, _library: row.rating100,
        "organized": lambda row, _library: row.organized,
        "duration": lambda row, library: max((file.duration for file in library.files_of(row)), default=None),
        "filesize": lambda row, library: max((file.size for file in library.files_of(row)), default=None),
        "file_count": lambda row, _library: len(row.file_ids),
        "tag_count": lambda row, _library: len(row.tag_ids),
        "performer_count": lambda row, _library: len(row.performer_ids),
        "o_counter": lambda row, _library: len(row.o_history),
        "play_count": lambda row, _library: len(row.play_history),
        "play_duration": lambda row, _library: row.play_duration,
        "resume_time": lambda row, _library: row.resume_time,
    }


def _sorts(unknown: str) -> dict[str, Key | None]:
    return {
        **dict.fromkeys(unknown.split()),
        "id": _by_id,
        "created_at": lambda row, _library: row.created_at,
        "updated_at": lambda row, _library: row.updated_at,
    }


def _through(search: Search, get: Callable[[Any], Iterable[int]]) -> Criterion:
    """A scene fits if one of its related rows fits that noun's own filter."""

    def criterion(given: Any, library: Any) -> Callable[[Any], bool]:
        test = tests_of(search.table, given, search.criteria, library)
        wanted = {row.id for row in getattr(library, search.table) if test(row)}
        return (lambda row: not wanted.isdisjoint(get(row))) if wanted else (lambda _row: False)

    return criterion


def _get(name: str) -> Callable[[object], object]:
    return lambda row: getattr(row, name)


def _paths(row: Any, library: Any) -> list[str]:
    return [library.path(file) for file in library.files_of(row)]


def _basenames(row: Any, library: Any) -> list[str]:
    return [file.basename for file in library.files_of(row)[:1]]


def _below_tag(library: Any, id_: int, depth: int) -> set[int]:
    return set(library.tag_tree([id_], depth))


def _below_studio(library: Any, id_: int, depth: int) -> set[int]:
    return set(library.studio_tree([id_], depth))


def _by_id(row: Any, _library: Any) -> int:
    return int(row.id)


def _by_name(row: Any, _library: Any) -> Any:
    return natural(row.name)


def _by_tag_name(row: Any, _library: Any) -> Any:
    return natural(row.sort_name or row.name)


def _by_path(row: Any, library: Any) -> Any:
    return natural(library.path(row))


def _by_folder_path(row: Any, _library: Any) -> Any:
    return natural(row.path)


def _by_title(row: Any, _library: Any) -> Any:
    """The tie-break COALESCE(title, id): rows without a title come first, by id (recording find_scenes_sort_*)."""
    return (bool(row.title), row.id) if not row.title else (True, natural(row.title))


def _name_words(row: Any, _library: Any) -> list[str]:
    return [row.name]


def _scene_words(row: Any, library: Any) -> list[str]:
    return [row.title, row.details, *_paths(row, library)]
