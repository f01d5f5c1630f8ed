"""SQL on the library: a statement runs on a copy in SQLite, and what it changed is brought back.

The copy has the real database's table and column names, for the tables and columns named here (migrations of
pkg/sqlite; recording query_sql). No time stamp moves unless the statement names it, no hook fires: the server does
nothing but hand the statement on.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from plexsync_simulators.stash.errors import ResolverError
from plexsync_simulators.stash.library.rows import File, Folder, Group, Performer, Scene, Studio, Tag
from plexsync_simulators.stash.library.tables import StashLibrary, Table

Stored = dict[int, tuple[Any, ...]]
_AFFINITY = {"int": "INTEGER", "bool": "BOOLEAN", "str": "TEXT", "float": "FLOAT"}
_SQL_TYPES = (int, float, str, type(None))


@dataclass(frozen=True, slots=True)
class Result:
    """A statement's result: a query's columns and rows, a change's counts."""

    columns: list[str]
    rows: list[list[Any]]
    affected: int
    last_id: int
    changed: bool


def _column(entry: str) -> tuple[str, str]:
    name, _, attribute = entry.partition("=")
    return name, attribute or name


class Entities:
    """A table of one noun: columns by name, each an attribute of the row; a picture is its md5 and cannot be set."""

    def __init__(self, table: str, kind: type, columns: str, pictures: str = "") -> None:
        self.table = table
        self._attributes = dict(_column(entry) for entry in columns.split())
        self._pictures = dict(_column(entry) for entry in pictures.split())
        self._types = {field.name: str(field.type) for field in fields(kind)}

    def create(self, connection: sqlite3.Connection, name: str, library: StashLibrary | None) -> Stored:
        """Make the table and fill it, unless the statement has no use for it."""
        typed = [self._typed(column, attribute) for column, attribute in self._attributes.items()]
        columns = ["id INTEGER PRIMARY KEY AUTOINCREMENT", *typed, *(f"{column} TEXT" for column in self._pictures)]
        connection.execute(f"CREATE TABLE `{name}` ({', '.join(columns)})")
        if library is None:
            return {}
        rows: Table[Any] = getattr(library, self.table)
        marks = ",".join("?" * len(columns))
        connection.executemany(f"INSERT INTO `{name}` VALUES ({marks})", [self._values(row) for row in rows])  # noqa: S608
        connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
        connection.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (name, rows.last_id))
        return self._stored(connection, name)

    def bring_back(self, connection: sqlite3.Connection, name: str, library: StashLibrary, before: Stored) -> None:
        """Delete, add and change rows as the statement did."""
        rows, after = getattr(library, self.table), self._stored(connection, name)
        for id_ in before.keys() - after.keys():
            _forget(library, self.table, id_)
        for id_, values in after.items():
            old = before.get(id_)
            found = {
                attribute: self._read(attribute, value)
                for (attribute, value), known in zip(self._pairs(values), old or values, strict=True)
                if old is None or value != known
            }
            if old is None:
                rows.add(id_, **{attribute: value for attribute, value in found.items() if value is not None})
            for attribute, value in found.items() if old is not None else ():
                setattr(rows.one(id_), attribute, value)

    def check(self, connection: sqlite3.Connection, name: str, library: StashLibrary) -> None:
        """Nothing here refers to another table in a way the statement could break unnoticed."""

    def _typed(self, column: str, attribute: str) -> str:
        base = self._types[attribute].removesuffix(" | None")
        needed = " NOT NULL" if attribute in ("name", "created_at", "updated_at") else ""
        return f"{column} {_AFFINITY[base]}{needed}"

    def _values(self, row: Any) -> tuple[Any, ...]:
        own = (getattr(row, attribute) for attribute in self._attributes.values())
        pictures = (getattr(row, attribute) for attribute in self._pictures.values())
        return (row.id, *(None if value == "" else value for value in own), *map(_checksum, pictures))

    def _stored(self, connection: sqlite3.Connection, name: str) -> Stored:
        chosen = ", ".join(["id", *self._attributes])
        return {row[0]: row[1:] for row in connection.execute(f"SELECT {chosen} FROM `{name}`")}  # noqa: S608

    def _pairs(self, values: tuple[object, ...]) -> list[tuple[str, object]]:
        return list(zip(self._attributes.values(), values, strict=True))

    def _read(self, attribute: str, value: object) -> object:
        kind = self._types[attribute]
        if kind == "bool":
            return bool(value)
        return "" if value is None and kind == "str" else value


class Joins:
    """A table that joins the rows of two nouns: lists of ids, or a map to a third column (groups), of the first."""

    def __init__(self, table: str, attribute: str, other: str, columns: str, third: str = "") -> None:
        self.table = table
        self._attribute = attribute
        self._other = other
        self._columns = columns.split()
        self._third = third

    def create(self, connection: sqlite3.Connection, name: str, library: StashLibrary | None) -> Stored:
        """Make the table and fill it, unless the statement has no use for it."""
        key = ", ".join(self._columns)
        typed = [f"{column} INTEGER NOT NULL" for column in self._columns]
        third = [f"`{self._third}` INTEGER"] if self._third else []
        connection.execute(f"CREATE TABLE `{name}` ({', '.join([*typed, *third])}, PRIMARY KEY ({key}))")
        if library is None:
            return {}
        values = [row for owner in getattr(library, self.table) for row in self._values(owner)]
        marks = ",".join("?" * (len(typed) + len(third)))
        connection.executemany(f"INSERT INTO `{name}` VALUES ({marks})", values)  # noqa: S608
        return self._stored(connection, name)

    def bring_back(self, connection: sqlite3.Connection, name: str, library: StashLibrary, before: Stored) -> None:
        """Give each row whose joins are others now its new ones."""
        after = self._stored(connection, name)
        for id_ in before.keys() | after.keys():
            row = getattr(library, self.table).get(id_)
            if row is None or before.get(id_) == after.get(id_):
                continue
            pairs = after.get(id_, ())
            is_map = isinstance(getattr(row, self._attribute), dict)
            setattr(row, self._attribute, dict(pairs) if is_map else [other for other, _ in pairs])

    def check(self, connection: sqlite3.Connection, name: str, library: StashLibrary) -> None:
        """Refuse a join with a row that is not there, as the foreign key would."""
        for id_, pairs in self._stored(connection, name).items():
            others = getattr(library, self._other)
            if id_ not in getattr(library, self.table) or not all(other in others for other, _ in pairs):
                raise ResolverError("FOREIGN KEY constraint failed")

    def _values(self, owner: Any) -> list[tuple[Any, ...]]:
        held = getattr(owner, self._attribute)
        if self._third == "primary":
            return [(owner.id, other, int(number == 0)) for number, other in enumerate(held)]
        return [(owner.id, *pair) for pair in held.items()] if self._third else [(owner.id, other) for other in held]

    def _stored(self, connection: sqlite3.Connection, name: str) -> Stored:
        owner, other = self._columns
        third = f"`{self._third}`" if self._third else "NULL"
        order = "`primary` DESC, rowid" if self._third == "primary" else "rowid"
        found: dict[int, list[object]] = {}
        for id_, one, more in connection.execute(f"SELECT {owner}, {other}, {third} FROM `{name}` ORDER BY {order}"):  # noqa: S608
            found.setdefault(id_, []).append((one, more))
        return {id_: tuple(pairs) for id_, pairs in found.items()}


TABLES: Mapping[str, Entities | Joins] = {
    "scenes": Entities(
        "scenes",
        Scene,
        "title details date rating=rating100 studio_id organized created_at updated_at code director resume_time"
        " play_duration",
        "cover_blob=cover",
    ),
    "performers": Entities(
        "performers",
        Performer,
        "name disambiguation gender birthdate death_date ethnicity country details height=height_cm rating=rating100"
        " favorite ignore_auto_tag created_at updated_at",
        "image_blob=image",
    ),
    "studios": Entities(
        "studios",
        Studio,
        "name parent_id details rating=rating100 favorite ignore_auto_tag created_at updated_at",
        "image_blob=image",
    ),
    "tags": Entities(
        "tags",
        Tag,
        "name sort_name description favorite ignore_auto_tag created_at updated_at",
        "image_blob=image",
    ),
    "groups": Entities(
        "groups",
        Group,
        "name aliases duration date rating=rating100 studio_id director description=synopsis created_at updated_at",
        "front_image_blob=front_image back_image_blob=back_image",
    ),
    "files": Entities("files", File, "basename parent_folder_id=folder_id size mod_time created_at updated_at"),
    "folders": Entities("folders", Folder, "path parent_folder_id=parent_id mod_time created_at updated_at"),
    "scenes_tags": Joins("scenes", "tag_ids", "tags", "scene_id tag_id"),
    "performers_scenes": Joins("scenes", "performer_ids", "performers", "scene_id performer_id"),
    "groups_scenes": Joins("scenes", "groups", "groups", "scene_id group_id", "scene_index"),
    "scenes_files": Joins("scenes", "file_ids", "files", "scene_id file_id", "primary"),
    "tags_relations": Joins("tags", "parent_ids", "tags", "child_id parent_id"),
}


def run(library: StashLibrary, statement: str, arguments: list[object]) -> Result:
    """Run one statement and bring its changes into the library; raises ResolverError with SQLite's own words."""
    with_quotes = [value if isinstance(value, _SQL_TYPES) else str(value) for value in arguments]
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        used = {name for name in TABLES if re.search(rf"\b{name}\b", statement, re.IGNORECASE)}
        before = {
            name: table.create(connection, name, library if name in used else None) for name, table in TABLES.items()
        }
        connection.set_authorizer(_allowed)
        changes = connection.total_changes
        cursor = connection.execute(statement, with_quotes)
        columns = [column[0] for column in cursor.description or ()]
        rows = [list(row) for row in cursor]
        changed = connection.total_changes > changes
        if changed:
            _bring_back(connection, library, before, used)
        return Result(columns, rows, max(cursor.rowcount, 0), cursor.lastrowid or 0, changed)
    except (sqlite3.Error, sqlite3.Warning, ResolverError) as error:
        told = " ".join(str(value) for value in arguments)
        raise ResolverError(f"error executing `{statement}` [[{told}]]: {error}") from error
    finally:
        connection.close()


def _bring_back(
    connection: sqlite3.Connection, library: StashLibrary, before: dict[str, Stored], used: set[str]
) -> None:
    for name in used:
        TABLES[name].check(connection, name, library)
    for name in used:
        TABLES[name].bring_back(connection, name, library, before[name])


def _allowed(action: int, *_what: object) -> int:
    """Keep the statement inside the copy."""
    return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_ATTACH else sqlite3.SQLITE_OK


def _checksum(picture: bytes | None) -> str | None:
    return None if picture is None else hashlib.md5(picture, usedforsecurity=False).hexdigest()


def _forget(library: StashLibrary, table: str, id_: int) -> None:
    """Delete a row with all that leans on it, as ON DELETE rules do."""
    if table == "scenes":
        library.forget_scene(library.scenes.one(id_))
    elif table == "files":
        library.forget_file(library.files.one(id_))
    elif table == "folders":
        library.folders.drop(id_)
    else:
        getattr(library, f"forget_{table.removesuffix('s')}")(id_)
