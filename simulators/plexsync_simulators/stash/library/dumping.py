"""The library as a document again, and the ways in which a whole library changes at once."""

from __future__ import annotations

import base64
from typing import Any

from plexsync_simulators.shared.json_type import Json
from plexsync_simulators.stash.library.loading import Loader
from plexsync_simulators.stash.library.rows import File, Scene
from plexsync_simulators.stash.library.tables import StashLibrary

_SCENE = ("title", "code", "details", "director", "date", "rating100", "organized", "urls", "created_at", "updated_at")
_TIMES = ("created_at", "updated_at")


def dump(library: StashLibrary) -> Json:
    """Return the document `loading.Loader` reads; pictures are base64 text."""
    return {
        "tags": [_entity(row, "name") | {"parent_ids": [str(id_) for id_ in row.parent_ids]} for row in library.tags],
        "performers": [
            _entity(row, "name", "disambiguation", "gender") | {"image": _picture(row.image)}
            for row in library.performers
        ],
        "studios": [
            _entity(row, "name") | {"parent_id": _ref(row.parent_id), "image": _picture(row.image)}
            for row in library.studios
        ],
        "groups": [_entity(row, "name") for row in library.groups],
        "scenes": [_scene(library, row) for row in library.scenes],
    }


def times(library: StashLibrary) -> dict[str, dict[str, str]]:
    """Return the `updated_at` of every row, by table and id."""
    return {name: {str(row.id): row.updated_at for row in table} for name, table in library.tables().items()}


def import_all(library: StashLibrary, document: Json) -> None:
    """Replace everything by a document whose rows get new ids from 1 up, in another order than before.

    A scene may thus bear an id that another scene had, which is what a full import does.
    """
    nouns = ("tags", "performers", "studios", "groups", "scenes")
    new_ids = {noun: _new_ids(document.get(noun, [])) for noun in nouns}
    library.clear()
    Loader(library).load({noun: [_renumbered(row, noun, new_ids) for row in document.get(noun, [])] for noun in nouns})


def _new_ids(rows: list[Json]) -> dict[str, int]:
    return {str(row["id"]): number for number, row in enumerate(reversed(rows), 1)}


def rename_folder(library: StashLibrary, old: str, new: str) -> int:
    """Give a folder and all below it another path, in another folder too; no stamp moves (scan_folder_moved).

    Returns how many moved; raises ValueError if there is none.
    """
    moved = [folder for folder in library.folders if folder.path == old or folder.path.startswith(f"{old}/")]
    if not moved:
        raise ValueError(f"no folder {old}")
    above = new.rsplit("/", 1)[0]
    for folder in moved:
        if folder.path == old:
            folder.parent_id = library.folder_at(above).id if above else None
        folder.path = new + folder.path[len(old) :]
    return len(moved)


def _renumbered(row: Json, noun: str, new_ids: dict[str, dict[str, int]]) -> Json:
    moved = {**row, "id": new_ids[noun][str(row["id"])]}
    if row.get("parent_id") is not None:
        moved["parent_id"] = new_ids[noun][str(row["parent_id"])]
    if row.get("studio_id") is not None:
        moved["studio_id"] = new_ids["studios"][str(row["studio_id"])]
    for key, other in (("parent_ids", "tags"), ("performer_ids", "performers"), ("tag_ids", "tags")):
        if key in row:
            moved[key] = [new_ids[other][str(id_)] for id_ in row[key]]
    if "group_ids" in row:
        moved["group_ids"] = [[new_ids["groups"][str(id_)], number] for id_, number in row["group_ids"]]
    if "files" in row:
        moved["files"] = [{key: value for key, value in file.items() if key != "id"} for file in row["files"]]
    return moved


def _scene(library: StashLibrary, row: Scene) -> Json:
    return {
        "id": str(row.id),
        **{name: getattr(row, name) for name in _SCENE},
        "studio_id": _ref(row.studio_id),
        "performer_ids": [str(id_) for id_ in row.performer_ids],
        "tag_ids": [str(id_) for id_ in row.tag_ids],
        "group_ids": [[str(id_), number] for id_, number in row.groups.items()],
        "files": [_file(library, file) for file in library.files_of(row)],
        "cover": _picture(row.cover),
    }


def _file(library: StashLibrary, row: File) -> Json:
    values = {name: getattr(row, name) for name in ("size", "duration", *_TIMES)}
    return {"id": str(row.id), "path": library.path(row), "oshash": row.fingerprints.get("oshash", ""), **values}


def _entity(row: Any, *names: str) -> Json:
    return {"id": str(row.id), **{name: getattr(row, name) for name in (*names, *_TIMES)}}


def _ref(id_: int | None) -> str | None:
    return None if id_ is None else str(id_)


def _picture(picture: bytes | None) -> str | None:
    return None if picture is None else base64.b64encode(picture).decode()
