"""The library in memory: its tables, what follows from them, and how rows appear and vanish."""

from __future__ import annotations

import pickle
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from plexsync_simulators.stash.clock import Clock
from plexsync_simulators.stash.errors import ResolverError
from plexsync_simulators.stash.library.rows import File, Folder, Gallery, Group, Marker, Performer, Scene, Studio, Tag

Row = TypeVar("Row", Scene, Performer, Studio, Tag, Group, File, Folder, Marker, Gallery)


class Table(Generic[Row]):
    """The rows of one noun by id. Ids rise and are never given twice, as with AUTOINCREMENT."""

    def __init__(self, noun: str, kind: type[Row], clock: Clock) -> None:
        self.noun = noun
        self._kind: Callable[..., Row] = kind
        self._clock = clock
        self._rows: dict[int, Row] = {}
        self._last = 0
        # The ids in order, None while that is not known: only a row added out of turn makes it so.
        self._order: list[int] | None = []

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    def __contains__(self, id_: int) -> bool:
        return id_ in self._rows

    @property
    def last_id(self) -> int:
        """The highest id ever given."""
        return self._last

    def get(self, id_: int | None) -> Row | None:
        """Return the row, or None if there is none (or no id)."""
        return None if id_ is None else self._rows.get(id_)

    def one(self, id_: int) -> Row:
        """Return the row that must be there; raises ResolverError in the server's words."""
        row = self._rows.get(id_)
        if row is None:
            raise ResolverError(f"{self.noun} with id {id_} not found")
        return row

    def many(self, ids: Iterable[int]) -> list[Row]:
        """Return the rows in the order asked for; one missing id fails all (recording find_scenes_ids_one_deleted)."""
        return [self.one(id_) for id_ in ids]

    def add(self, id_: int | None = None, **values: object) -> Row:
        """Add a row, with a given id when a library is loaded; both times are now unless given."""
        id_ = self._last + 1 if id_ is None else id_
        if id_ <= self._last:
            self._order = None
        elif self._order is not None:
            self._order.append(id_)
        self._last = max(self._last, id_)
        for name in ("created_at", "updated_at"):
            if name not in values:
                values[name] = self._clock.stamp()
        row = self._kind(id_, **values)
        self._rows[id_] = row
        return row

    def drop(self, id_: int) -> None:
        """Remove a row that may be gone already."""
        if self._rows.pop(id_, None) is not None and self._order is not None:
            del self._order[bisect_left(self._order, id_)]

    def between(self, low: int | None, high: int | None, *, backwards: bool) -> Iterator[Row]:
        """Walk the rows from id `low` to id `high`, both included, in the order of ids; None is no bound."""
        if self._order is None:
            self._order = sorted(self._rows)
        start = 0 if low is None else bisect_left(self._order, low)
        stop = len(self._order) if high is None else bisect_right(self._order, high)
        ids = self._order[start:stop]
        return map(self._rows.__getitem__, reversed(ids) if backwards else ids)

    def touch(self, row: Row) -> None:
        """Move the row's `updated_at` to now."""
        row.updated_at = self._clock.stamp()

    def backup(self) -> bytes:
        """Return all rows and the last id, to be given to `restore`."""
        return pickle.dumps((self._rows, self._last))

    def restore(self, backup: bytes) -> None:
        """Take back the rows of a backup, their ids and times included."""
        self._rows, self._last = pickle.loads(backup)  # noqa: S301 - our own bytes
        self._order = None

    def clear(self) -> None:
        """Remove all rows and start at id 1 again, as a new database does."""
        self._rows.clear()
        self._order = []
        self._last = 0


@dataclass(slots=True)
class StashLibrary:
    """All tables. Foreign keys are kept whole by the `forget_*` methods, as the real schema's ON DELETE rules do."""

    clock: Clock
    scenes: Table[Scene] = field(init=False)
    performers: Table[Performer] = field(init=False)
    studios: Table[Studio] = field(init=False)
    tags: Table[Tag] = field(init=False)
    groups: Table[Group] = field(init=False)
    files: Table[File] = field(init=False)
    folders: Table[Folder] = field(init=False)
    markers: Table[Marker] = field(init=False)
    galleries: Table[Gallery] = field(init=False)

    def __post_init__(self) -> None:
        self.scenes = Table("scene", Scene, self.clock)
        self.performers = Table("performer", Performer, self.clock)
        self.studios = Table("studio", Studio, self.clock)
        self.tags = Table("tag", Tag, self.clock)
        self.groups = Table("group", Group, self.clock)
        self.files = Table("file", File, self.clock)
        self.folders = Table("folder", Folder, self.clock)
        self.markers = Table("scene marker", Marker, self.clock)
        self.galleries = Table("gallery", Gallery, self.clock)

    def tables(self) -> dict[str, Table[Any]]:
        """Return all tables under the names of the real ones."""
        return {
            "scenes": self.scenes,
            "performers": self.performers,
            "studios": self.studios,
            "tags": self.tags,
            "groups": self.groups,
            "files": self.files,
            "folders": self.folders,
            "scene_markers": self.markers,
            "galleries": self.galleries,
        }

    def clear(self) -> None:
        """Empty all tables."""
        for table in self.tables().values():
            table.clear()

    def backup(self) -> bytes:
        """Return all that is in the library, to be given to `restore`."""
        return pickle.dumps({name: table.backup() for name, table in self.tables().items()})

    def restore(self, backup: bytes) -> None:
        """Be again as when the backup was made."""
        for name, rows in pickle.loads(backup).items():  # noqa: S301 - our own bytes
            self.tables()[name].restore(rows)

    def path(self, file: File) -> str:
        """Return the full path of a file."""
        return f"{self.folders.one(file.folder_id).path}/{file.basename}"

    def files_of(self, scene: Scene) -> list[File]:
        """Return the files of a scene, the primary one first."""
        return self.files.many(scene.file_ids)

    def folder_at(self, path: str) -> Folder:
        """Return the folder with this path, adding it and its parents where they are missing."""
        for folder in self.folders:
            if folder.path == path:
                return folder
        parent = path.rsplit("/", 1)[0]
        parent_id = self.folder_at(parent).id if parent else None
        return self.folders.add(path=path, parent_id=parent_id, mod_time=self.clock.stamp())

    def file_at(self, path: str) -> File | None:
        """Return the file with exactly this path, if there is one."""
        folder_path, basename = path.rsplit("/", 1)
        for file in self.files:
            if file.basename == basename and self.folders.one(file.folder_id).path == folder_path:
                return file
        return None

    def scene_of(self, file: File) -> Scene | None:
        """Return the scene a file belongs to, if any."""
        return next((scene for scene in self.scenes if file.id in scene.file_ids), None)

    def studio_tree(self, roots: Iterable[int], depth: int) -> set[int]:
        """Return the studios and those below them, `depth` levels down (negative: all)."""
        return _tree(roots, depth, [(row.parent_id, row.id) for row in self.studios if row.parent_id])

    def tag_tree(self, roots: Iterable[int], depth: int) -> set[int]:
        """Return the tags and those below them, `depth` levels down (negative: all)."""
        return _tree(roots, depth, [(parent, row.id) for row in self.tags for parent in row.parent_ids])

    def group_tree(self, roots: Iterable[int], depth: int) -> set[int]:
        """Return the groups and those in them, `depth` levels down (negative: all)."""
        return _tree(roots, depth, [(row.id, inner) for row in self.groups for inner in row.sub_groups])

    def forget_scene(self, scene: Scene) -> None:
        """Delete a scene and its markers; its files stay."""
        for marker in [row for row in self.markers if row.scene_id == scene.id]:
            self.markers.drop(marker.id)
        self.scenes.drop(scene.id)

    def forget_file(self, file: File) -> None:
        """Delete a file row and take it from its scenes."""
        for scene in self.scenes:
            if file.id in scene.file_ids:
                scene.file_ids.remove(file.id)
        self.files.drop(file.id)

    def forget_performer(self, id_: int) -> None:
        """Delete a performer; the scenes lose it without moving their `updated_at`."""
        for row in (*self.scenes, *self.galleries):
            _discard(row.performer_ids, id_)
        self.performers.drop(id_)

    def forget_tag(self, id_: int) -> None:
        """Delete a tag; everything loses it without moving any `updated_at`."""
        for row in (*self.scenes, *self.galleries, *self.performers, *self.studios, *self.groups, *self.markers):
            _discard(row.tag_ids, id_)
        for tag in self.tags:
            _discard(tag.parent_ids, id_)
        self.tags.drop(id_)

    def forget_studio(self, id_: int) -> None:
        """Delete a studio; what belonged to it belongs to none."""
        for row in (*self.scenes, *self.galleries, *self.groups):
            row.studio_id = None if row.studio_id == id_ else row.studio_id
        for studio in self.studios:
            studio.parent_id = None if studio.parent_id == id_ else studio.parent_id
        self.studios.drop(id_)

    def forget_group(self, id_: int) -> None:
        """Delete a group; the scenes lose it without moving their `updated_at`."""
        for scene in self.scenes:
            scene.groups.pop(id_, None)
        for group in self.groups:
            group.sub_groups.pop(id_, None)
        self.groups.drop(id_)


def _tree(roots: Iterable[int], depth: int, edges: list[tuple[int | None, int]]) -> set[int]:
    found = set(roots)
    level = set(found)
    while level and depth:
        level = {child for parent, child in edges if parent in level} - found
        found |= level
        depth -= 1
    return found


def _discard(ids: list[int], id_: int) -> None:
    if id_ in ids:
        ids.remove(id_)
