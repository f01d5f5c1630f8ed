"""Reads a library document (the JSON that `world.make_world` gives as `stash`) into the tables.

The document: `{"tags", "performers", "studios", "groups", "galleries", "scenes", "markers"}`, each a list that may be
missing, each row with its own `id`. A scene holds `files: [{"id", "path", "size", "duration"}]` with paths as Stash
sees them and `cover` as `pictures` reads it.
"""

from __future__ import annotations

import hashlib

from plexsync_simulators.shared.json_type import Json
from plexsync_simulators.stash.library import pictures
from plexsync_simulators.stash.library.rows import File, Folder, Scene
from plexsync_simulators.stash.library.tables import StashLibrary

_SCENE_TEXTS = ("title", "code", "details", "director", "date", "rating100", "organized", "urls", "play_duration")


class Loader:
    """Adds the rows of one document; ids may be left out, and then they are given anew."""

    def __init__(self, library: StashLibrary) -> None:
        self._library = library
        self._folders: dict[str, Folder] = {folder.path: folder for folder in library.folders}

    def load(self, document: Json) -> None:
        """Add everything; raises KeyError or ValueError on a document of another shape."""
        for row in document.get("tags", []):
            parents = [int(id_) for id_ in row.get("parent_ids", [])]
            self._library.tags.add(_id(row), name=row["name"], parent_ids=parents, **self._times(row))
        for row in document.get("performers", []):
            self._performer(row)
        for row in document.get("studios", []):
            image, parent = pictures.from_library(row.get("image")), _ref(row.get("parent_id"))
            self._library.studios.add(_id(row), name=row["name"], parent_id=parent, image=image, **self._times(row))
        for row in document.get("groups", []):
            self._library.groups.add(_id(row), name=row["name"], **self._times(row))
        for row in document.get("galleries", []):
            self._library.galleries.add(_id(row), title=row["title"], **self._times(row))
        for row in document.get("scenes", []):
            self.scene(row)
        for row in document.get("markers", []):
            self._marker(row)

    def scene(self, row: Json) -> Scene:
        """Add one scene with its files."""
        values = {name: row[name] for name in _SCENE_TEXTS if name in row}
        return self._library.scenes.add(
            _id(row),
            studio_id=_ref(row.get("studio_id")),
            performer_ids=[int(id_) for id_ in row.get("performer_ids", [])],
            tag_ids=[int(id_) for id_ in row.get("tag_ids", [])],
            gallery_ids=[int(id_) for id_ in row.get("gallery_ids", [])],
            stash_ids=list(row.get("stash_ids", [])),
            groups={int(group): number for group, number in row.get("group_ids", [])},
            file_ids=[self.file(file).id for file in row.get("files", [])],
            cover=pictures.from_library(row.get("cover")),
            **values,
            **self._times(row),
        )

    def file(self, row: Json) -> File:
        """Add one file and the folders it lies in."""
        folder, basename = row["path"].rsplit("/", 1)
        oshash = (
            row.get("oshash")
            or hashlib.md5(row["path"].encode("utf-8", "surrogateescape"), usedforsecurity=False).hexdigest()[:16]
        )
        times = self._times(row)
        return self._library.files.add(
            _id(row),
            folder_id=self._folder(folder).id,
            basename=basename,
            size=int(row["size"]),
            duration=float(row["duration"]),
            width=int(row.get("width", 64)),
            height=int(row.get("height", 36)),
            fingerprints={"oshash": oshash, **row.get("fingerprints", {})},
            interactive=bool(row.get("interactive")),
            mod_time=self._mod_time(row, times),
            **times,
        )

    def _mod_time(self, row: Json, times: Json) -> str:
        clock = self._library.clock
        told: str | None = row.get("mod_time") or times.get("updated_at")
        return clock.adopt(told) if told else clock.stamp()

    def _performer(self, row: Json) -> None:
        values = {name: row[name] for name in ("name", "disambiguation", "gender", "favorite") if name in row}
        image = pictures.from_library(row.get("image"))
        self._library.performers.add(_id(row), image=image, **values, **self._times(row))

    def _marker(self, row: Json) -> None:
        values = {name: row[name] for name in ("title", "seconds", "end_seconds") if name in row}
        scene, tag = _ref(row["scene_id"]), _ref(row["primary_tag_id"])
        self._library.markers.add(_id(row), scene_id=scene, primary_tag_id=tag, **values, **self._times(row))

    def _folder(self, path: str) -> Folder:
        if path not in self._folders:
            parent = path.rpartition("/")[0]  # of a drive or a file server: none
            parent_id = self._folder(parent).id if parent.strip("/") else None
            now = self._library.clock.stamp()
            self._folders[path] = self._library.folders.add(path=path, parent_id=parent_id, mod_time=now)
        return self._folders[path]

    def _times(self, row: Json) -> dict[str, str]:
        adopt = self._library.clock.adopt
        return {name: adopt(row[name]) for name in ("created_at", "updated_at") if name in row}


def _id(row: Json) -> int | None:
    return _ref(row.get("id"))


def _ref(value: object) -> int | None:
    return None if value is None else int(str(value))
