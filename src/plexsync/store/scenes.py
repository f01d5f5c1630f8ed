"""The scenes of Stash as they were last seen: title, time stamps, files, and which entities it names.

These rows answer what Stash no longer can: which scenes a merged or deleted entity was on, and which other scene
claims a file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from plexsync.domain.model import EntityKind, Scene
from plexsync.store.sqlite.chunked import rows_of


@dataclass(frozen=True, slots=True)
class FileRow:
    """A remembered file; ``key`` is the normalised Plex-side path, "" where no rule maps it."""

    path: str
    key: str
    size: int


@dataclass(frozen=True, slots=True)
class SeenScene:
    """The last reading of a scene; ``content`` is a hash of all that was read, "" if it was only listed."""

    updated_at: str
    content: str


@dataclass(frozen=True, slots=True)
class Remembered:
    """The values that a listing is compared with.

    ``columns`` is a hash of what a listing tells of a scene besides its stamp and files, "" where it is not known.
    ``files`` are pairs of path and size in Stash's order; ``is_read`` tells whether it was ever read in full.
    """

    updated_at: str
    columns: str
    files: tuple[tuple[str, int], ...]
    is_read: bool


@dataclass(frozen=True, slots=True)
class EntityRow:
    """A remembered performer, studio, tag or group; ``parent_id`` 0 = none."""

    id: int
    name: str
    parent_id: int
    updated_at: str


def _entities(scene: Scene) -> Iterable[tuple[str, int, int]]:
    for kind, entities in (
        (EntityKind.PERFORMER, scene.performers),
        (EntityKind.TAG, scene.tags),
        (EntityKind.GROUP, scene.groups),
        (EntityKind.STUDIO, () if scene.studio is None else (scene.studio,)),
    ):
        for entity in entities:
            yield kind.value, entity.id, scene.id


class Scenes:
    """The tables ``scene``, ``scene_file``, ``scene_entity``, ``entity`` and ``stash_folder``."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def remember(self, scene: Scene, content: str, columns: str, files: Sequence[FileRow], now: float) -> None:
        """Keep what was read of one scene, in full; nothing is written of one that is as it was."""
        if self._is_kept(scene, content, columns, files):
            return
        since = self.known_since(scene)
        self._db.execute(
            """INSERT OR REPLACE INTO scene (id, title, created_at, updated_at, content, columns, known_since)
               VALUES (?, ?, ?, ?, ?, ?, ?)""",
            (
                scene.id,
                scene.title,
                scene.created_at,
                scene.updated_at,
                content,
                columns,
                now if since is None else since,
            ),
        )
        self._remember_files(scene.id, files)
        self._db.execute("DELETE FROM scene_entity WHERE scene_id = ?", (scene.id,))
        self._db.executemany(
            "INSERT OR IGNORE INTO scene_entity (kind, entity_id, scene_id) VALUES (?, ?, ?)", _entities(scene)
        )

    def _is_kept(self, scene: Scene, content: str, columns: str, files: Sequence[FileRow]) -> bool:
        """Tell whether all is there already; keys and columns have other writers than who reads scenes."""
        row = self._db.execute("SELECT updated_at, content, columns FROM scene WHERE id = ?", (scene.id,)).fetchone()
        if row is None or tuple(row) != (scene.updated_at, content, columns):
            return False
        rows = self._db.execute(
            "SELECT path, path_key, size FROM scene_file WHERE scene_id = ? ORDER BY position", (scene.id,)
        )
        return [tuple(file) for file in rows] == [(file.path, file.key, file.size) for file in files]

    def remember_listed(
        self, scene: Scene, updated_at: str, columns: str, files: Sequence[FileRow], now: float
    ) -> None:
        """Keep what a listing tells of a scene; what was read of its content stays.

        ``updated_at`` is the stamp to believe, "" for none.
        """
        self._db.execute(
            """INSERT INTO scene (id, title, created_at, updated_at, content, columns, known_since)
               SELECT ?1, ?2, ?3, ?4, '', ?5, ?6 WHERE NOT EXISTS (SELECT 1 FROM scene WHERE id = ?1)""",
            (scene.id, scene.title, scene.created_at, updated_at, columns, now),
        )
        self._remember_files(scene.id, files)

    def between(self, first: int, last: int) -> dict[int, Remembered]:
        """Return what is remembered of the scenes with ids from first to last."""
        files: dict[int, list[tuple[str, int]]] = {}
        for row in self._db.execute(
            "SELECT scene_id, path, size FROM scene_file WHERE scene_id BETWEEN ? AND ? ORDER BY scene_id, position",
            (first, last),
        ):
            files.setdefault(row["scene_id"], []).append((row["path"], row["size"]))
        rows = self._db.execute(
            "SELECT id, updated_at, columns, content != '' AS is_read FROM scene WHERE id BETWEEN ? AND ?",
            (first, last),
        )
        return {
            row["id"]: Remembered(
                row["updated_at"], row["columns"], tuple(files.get(row["id"], ())), bool(row["is_read"])
            )
            for row in rows
        }

    def _remember_files(self, scene_id: int, files: Sequence[FileRow]) -> None:
        self._db.execute("DELETE FROM scene_file WHERE scene_id = ?", (scene_id,))
        self._db.executemany(
            "INSERT INTO scene_file (scene_id, position, path, path_key, size) VALUES (?, ?, ?, ?, ?)",
            [(scene_id, position, file.path, file.key, file.size) for position, file in enumerate(files)],
        )

    def forget(self, scene_ids: Iterable[int]) -> None:
        """Drop scenes that are gone from Stash."""
        for scene in scene_ids:
            for statement in (
                "DELETE FROM scene WHERE id = ?",
                "DELETE FROM scene_file WHERE scene_id = ?",
                "DELETE FROM scene_entity WHERE scene_id = ?",
            ):
                self._db.execute(statement, (scene,))

    def seen(self, scene_ids: Sequence[int]) -> dict[int, SeenScene]:
        """Return what was last seen of these scenes, for those whose stamp or content is known."""
        found: dict[int, SeenScene] = {}
        for scene in scene_ids:
            row = self._db.execute(
                "SELECT updated_at, content FROM scene WHERE id = ? AND updated_at != ''", (scene,)
            ).fetchone()
            if row is not None:
                found[scene] = SeenScene(row["updated_at"], row["content"])
        return found

    def created_at(self, scene_id: int) -> str:
        """Return when a scene was created, as its stamp says, "" for an unknown one."""
        row = self._db.execute("SELECT created_at FROM scene WHERE id = ?", (scene_id,)).fetchone()
        return "" if row is None else str(row[0])

    def known_since(self, scene: Scene) -> float | None:
        """Return since when a scene is known, None if it is not: another one may have had its id before."""
        row = self._db.execute(
            "SELECT known_since FROM scene WHERE id = ? AND created_at = ?", (scene.id, scene.created_at)
        ).fetchone()
        return None if row is None else float(row[0])

    def title(self, scene_id: int) -> str:
        """Return a scene's remembered title, "" where none is known."""
        row = self._db.execute("SELECT title FROM scene WHERE id = ?", (scene_id,)).fetchone()
        return "" if row is None else str(row[0])

    def names(self, scene_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
        """Return title and path of the first file of some scenes, "" for none; unknown ones are absent."""
        rows = rows_of(
            self._db,
            """SELECT id, title, (SELECT path FROM scene_file WHERE scene_id = id ORDER BY position LIMIT 1) AS path
               FROM scene WHERE id""",
            scene_ids,
        )
        return {int(row["id"]): (str(row["title"]), str(row["path"] or "")) for row in rows}

    def paths(self, scene_ids: Iterable[int]) -> tuple[str, ...]:
        """Return the paths of the files of some scenes."""
        rows = rows_of(self._db, "SELECT path FROM scene_file WHERE scene_id", scene_ids)
        return tuple(str(row["path"]) for row in rows)

    def stamps(self, scene_ids: Iterable[int]) -> dict[int, str]:
        """Return the stamps of creation of some scenes; unknown ones are absent."""
        rows = rows_of(self._db, "SELECT id, created_at FROM scene WHERE id", scene_ids)
        return {int(row["id"]): str(row["created_at"]) for row in rows}

    def titles(self) -> Iterator[str]:
        """Yield the titles of all remembered scenes."""
        return (str(row[0]) for row in self._db.execute("SELECT title FROM scene"))

    def number(self) -> int:
        """Count the remembered scenes."""
        return int(self._db.execute("SELECT count(*) FROM scene").fetchone()[0])

    def ids(self) -> frozenset[int]:
        """Return the ids of all remembered scenes."""
        return frozenset(int(row[0]) for row in self._db.execute("SELECT id FROM scene"))

    def keys_of(self, scene_id: int) -> tuple[str, ...]:
        """Return the normalised Plex paths of a scene's files."""
        rows = self._db.execute("SELECT path_key FROM scene_file WHERE scene_id = ? AND path_key != ''", (scene_id,))
        return tuple(row[0] for row in rows)

    def all_keys(self, scene_ids: Iterable[int]) -> frozenset[str]:
        """Return the normalised Plex paths of the files of some scenes."""
        rows = rows_of(self._db, "SELECT path_key FROM scene_file WHERE path_key != '' AND scene_id", scene_ids)
        return frozenset(str(row["path_key"]) for row in rows)

    def under(self, folder: str) -> frozenset[int]:
        """Return the scenes with a file below a folder, as Stash named it when they were last seen."""
        # "0" comes right after "/", as "]" comes after a backslash: all paths between the two lie below the folder.
        ends = (("/", "0"), ("\\", "]"))
        found: set[int] = set()
        for first, beyond in ends:
            rows = self._db.execute(
                "SELECT scene_id FROM scene_file WHERE path >= ? AND path < ?", (folder + first, folder + beyond)
            )
            found.update(int(row[0]) for row in rows)
        return frozenset(found)

    def placed_files(self) -> int:
        """Count the remembered files that have a place in Plex by the path map."""
        return int(self._db.execute("SELECT count(*) FROM scene_file WHERE path_key > ''").fetchone()[0])

    def sample_of_paths(self, most: int) -> tuple[str, ...]:
        """Return some paths of files that have a place in Plex, spread evenly over all scenes."""
        step = max(1, self.placed_files() // most)
        rows = self._db.execute("SELECT path FROM scene_file WHERE path_key > '' ORDER BY scene_id, position")
        return tuple(str(row[0]) for row in islice(rows, 0, step * most, step))

    def claimants(self, keys: Iterable[str]) -> dict[str, frozenset[int]]:
        """Return, per normalised Plex path, the scenes that have a file there."""
        found: dict[str, set[int]] = {key: set() for key in keys}
        for row in rows_of(self._db, "SELECT path_key, scene_id FROM scene_file WHERE path_key", found):
            found[row["path_key"]].add(int(row["scene_id"]))
        return {key: frozenset(scenes) for key, scenes in found.items()}

    def files_after(self, scene_id: int, number: int) -> list[tuple[int, int, str, int]]:
        """Return the files of the scenes above an id, as :meth:`files` does: about so many, none after the last."""
        rows = self._db.execute(
            """SELECT scene_id, position, path, size FROM scene_file WHERE scene_id > ?1 AND scene_id <=
                   (SELECT max(scene_id) FROM
                       (SELECT scene_id FROM scene_file WHERE scene_id > ?1 ORDER BY scene_id LIMIT ?2))
               ORDER BY scene_id, position""",
            (scene_id, number),
        )
        return [(row["scene_id"], row["position"], row["path"], row["size"]) for row in rows]

    def files(self, part: int = 0, parts: int = 1) -> Iterable[tuple[int, int, str, int]]:
        """Yield every remembered file as (scene id, position, Stash path, size), or one of some parts by size."""
        rows = self._db.execute(
            "SELECT scene_id, position, path, size FROM scene_file WHERE size % ? = ? ORDER BY scene_id, position",
            (parts, part),
        )
        return ((row["scene_id"], row["position"], row["path"], row["size"]) for row in rows)

    def with_files(self) -> tuple[int, ...]:
        """Return the ids of the remembered scenes that have a file, in their order."""
        rows = self._db.execute("SELECT DISTINCT scene_id FROM scene_file ORDER BY scene_id")
        return tuple(int(row[0]) for row in rows)

    def rekey(self, keys: Iterable[tuple[str, int, int, str]]) -> None:
        """Write new keys (key, scene id, position, path) after the path map changed, unless the file is another now."""
        self._db.executemany(
            "UPDATE scene_file SET path_key = ? WHERE scene_id = ? AND position = ? AND path = ?", keys
        )

    def of_entities(self, kind: EntityKind, ids: Iterable[int]) -> frozenset[int]:
        """Return the scenes on which these entities were last seen."""
        found: set[int] = set()
        for entity in ids:
            rows = self._db.execute(
                "SELECT scene_id FROM scene_entity WHERE kind = ? AND entity_id = ?", (kind.value, entity)
            )
            found.update(int(row[0]) for row in rows)
        return frozenset(found)

    def remember_entities(self, kind: EntityKind, entities: Iterable[EntityRow]) -> None:
        """Keep names and time stamps of entities."""
        self._db.executemany(
            "INSERT OR REPLACE INTO entity (kind, id, name, parent_id, updated_at) VALUES (?, ?, ?, ?, ?)",
            [(kind.value, entity.id, entity.name, entity.parent_id, entity.updated_at) for entity in entities],
        )

    def entities(self, kind: EntityKind) -> Mapping[int, tuple[str, int]]:
        """Return the remembered entities of a kind: id to (name, parent id)."""
        rows = self._db.execute("SELECT id, name, parent_id FROM entity WHERE kind = ?", (kind.value,))
        return {int(row["id"]): (str(row["name"]), int(row["parent_id"])) for row in rows}

    def entity_ids(self, kind: EntityKind) -> frozenset[int]:
        """Return the ids of the remembered entities of a kind."""
        return frozenset(int(row[0]) for row in self._db.execute("SELECT id FROM entity WHERE kind = ?", (kind.value,)))

    def entity_rows(self, kind: EntityKind, ids: Iterable[int]) -> dict[int, EntityRow]:
        """Return what is remembered of some entities."""
        select = "SELECT id, name, parent_id, updated_at FROM entity WHERE kind = ? AND id"
        return {int(row["id"]): EntityRow(*row) for row in rows_of(self._db, select, ids, kind.value)}

    def folders(self, above: int, last: int) -> dict[int, str]:
        """Return the remembered folders of Stash with an id above one and up to another."""
        rows = self._db.execute("SELECT id, path FROM stash_folder WHERE id > ? AND id <= ?", (above, last))
        return {int(row["id"]): str(row["path"]) for row in rows}

    def remember_folders(self, changed: Mapping[int, str], gone: Iterable[int]) -> None:
        """Keep folders' paths and drop those that are gone."""
        self._db.executemany("INSERT OR REPLACE INTO stash_folder (id, path) VALUES (?, ?)", changed.items())
        self._db.executemany("DELETE FROM stash_folder WHERE id = ?", [(folder,) for folder in gone])

    def forget_entities(self, kind: EntityKind, ids: Iterable[int]) -> None:
        """Drop entities that are gone from Stash; the scenes keep naming them until they are read again."""
        self._db.executemany("DELETE FROM entity WHERE kind = ? AND id = ?", [(kind.value, entity) for entity in ids])
