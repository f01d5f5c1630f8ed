"""Imports: rows come back from JSON with the time stamps that stand there (internal/manager/task_import.go).

No hook fires, and `updated_at` may go backwards (docs/engineering/stash.md §1.2; recorded: import_objects_overwrite).
Every row is a transaction of its own. The files' names decide the order, so a full import gives other ids than before.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from plexsync_simulators.shared.json_type import Json
from plexsync_simulators.stash.jobs import Job
from plexsync_simulators.stash.library.loading import Loader
from plexsync_simulators.stash.library.rows import Scene
from plexsync_simulators.stash.state import Stash
from plexsync_simulators.stash.tasks import exchange
from plexsync_simulators.stash.tasks.exchange import Noun

_STAMPS = ("created_at", "updated_at")


class _Failed(Exception):
    """One row cannot be imported; the server notes it and goes on."""


class _Skipped(Exception):
    """One row is there already and is to be left alone."""


class Import:
    """The import of one zip. `duplicate` and `missing` are the words of the schema."""

    def __init__(self, stash: Stash, content: bytes, duplicate: str, missing: str) -> None:
        self._stash = stash
        self._library = stash.library
        self._archive = zipfile.ZipFile(io.BytesIO(content))
        self._duplicate = duplicate
        self._missing = missing
        self._loader = Loader(stash.library)
        self._by_name: dict[str, dict[str, list[Any]]] = {}
        for noun in (*exchange.ENTITIES, exchange.GALLERIES):
            self._by_name[noun.table] = defaultdict(list)
            for row in getattr(stash.library, noun.table):
                self._by_name[noun.table][getattr(row, noun.name)].append(row)
        self._files = {stash.library.path(file): file for file in stash.library.files}
        self._owners = {id_: scene for scene in stash.library.scenes for id_ in scene.file_ids}

    async def run(self, _job: Job) -> None:
        """Import kind after kind; the job's progress stays at 0, as recorded."""
        for noun in exchange.ENTITIES:
            await self._entities(noun)
        for document in self._documents("files"):
            await self._in_turn("files", document, self._file)
        for noun in (exchange.GALLERIES, exchange.SCENES):
            for document in self._documents(noun.folder):
                await self._in_turn(noun.table, document, lambda one, noun=noun: self._row(noun, one))

    async def _entities(self, noun: Noun) -> None:
        """A row whose parent is not there yet waits for it; parents that never come are a missing reference."""
        waiting = list(self._documents(noun.folder))
        while waiting:
            later: list[Json] = []
            for document in waiting:
                if self._parents_missing(noun, document):
                    later.append(document)
                else:
                    await self._in_turn(noun.table, document, lambda one: self._row(noun, one))
            if len(later) == len(waiting):
                for document in later:
                    await self._in_turn(noun.table, document, lambda one: self._row(noun, one))
                return
            waiting = later

    def _parents_missing(self, noun: Noun, document: Json) -> bool:
        known = self._by_name[noun.table]
        inner = [one["name"] for one in document.get("sub_groups", ())]
        names = [*document.get("parents", ()), *inner, *filter(None, [document.get("parent_studio")])]
        return any(name not in known for name in names)

    async def _in_turn(self, table: str, document: Json, take: Any) -> None:
        try:
            take(document)
        except _Skipped:
            self._stash.log.add("info", "Skipping existing object")
        except _Failed as failure:
            self._stash.log.add("error", f"[{table}] import failed: {failure}")
        else:
            self._stash.database.commit()
        # Others are served in between, as beside the real job.
        await asyncio.sleep(0)

    def _documents(self, folder: str) -> Iterator[Json]:
        names = sorted(name for name in self._archive.namelist() if name.startswith(f"{folder}/"))
        return (json.loads(self._archive.read(name)) for name in names)

    def _file(self, document: Json) -> None:
        """A known file is left as it is."""
        if document["path"] in self._files:
            raise _Skipped
        prints = {one["type"]: one["fingerprint"] for one in document.get("fingerprints", ())}
        file = self._loader.file({**document, "fingerprints": prints, "oshash": prints.get("oshash")})
        self._files[document["path"]] = file

    def _row(self, noun: Noun, document: Json) -> None:
        values = self._values(noun, document)
        existing = self._existing(noun, document)
        if existing is not None and self._duplicate == "FAIL":
            raise _Failed(f"existing object with name '{document.get(noun.name, '')}'")
        if existing is not None and self._duplicate == "IGNORE":
            raise _Skipped
        stamps = self._stamps(document)
        row = existing or getattr(self._library, noun.table).add(**stamps)
        blank = noun.kind(row.id, **stamps)
        for _, attribute in noun.pairs():
            setattr(row, attribute, getattr(blank, attribute))
        for attribute, value in {**values, **stamps}.items():
            setattr(row, attribute, value)
        if noun is exchange.SCENES:
            self._markers(row, document)
            self._owners |= dict.fromkeys(row.file_ids, row)
        elif existing is None:
            self._by_name[noun.table][getattr(row, noun.name)].append(row)

    def _existing(self, noun: Noun, document: Json) -> Any:
        if noun is exchange.SCENES:
            files = (self._files[path] for path in document.get("files", ()))
            return next((self._owners[file.id] for file in files if file.id in self._owners), None)
        rows = self._by_name[noun.table].get(document.get(noun.name, ""), [])
        if noun is exchange.PERFORMERS:
            rows = [row for row in rows if row.disambiguation == document.get("disambiguation", "")]
        return rows[0] if rows else None

    def _values(self, noun: Noun, document: Json) -> Json:
        """Return the new attributes; raises _Failed for what is named and is not there."""
        values = {attribute: document[key] for key, attribute in noun.pairs() if key in document}
        for key, attribute in noun.picture_pairs():
            if document.get(key):
                values[attribute] = base64.b64decode(document[key])
        for key, (attribute, table) in noun.one.items():
            found = self._named(noun, table, filter(None, [document.get(key)]))
            values[attribute] = found[0] if found else None
        for key, (attribute, table) in noun.many.items():
            values[attribute] = self._named(noun, table, document.get(key, ()))
        if noun is exchange.PERFORMERS:
            values["extra"] = {key: value for key, value in document.items() if key in exchange.EXTRA}
        elif noun is exchange.GROUPS:
            inner = document.get("sub_groups", ())
            values["sub_groups"] = {
                id_: one["description"] or None
                for one in inner
                for id_ in self._named(noun, "groups", [one["name"]])[:1]
            }
        elif noun is exchange.SCENES:
            values |= self._scene(document)
        return values

    def _scene(self, document: Json) -> Json:
        unknown = [path for path in document.get("files", ()) if path not in self._files]
        if unknown:
            raise _Failed(f"scene file '{unknown[0]}' not found")
        groups: dict[int, int | None] = {}
        for one in document.get("movies", ()):
            for id_ in self._named(exchange.SCENES, "groups", [one["movieName"]])[:1]:
                groups[id_] = one.get("scene_index") or None
        galleries = (self._by_name["galleries"].get(one.get("title", ""), []) for one in document.get("galleries", ()))
        return {
            "groups": groups,
            "file_ids": [self._files[path].id for path in document.get("files", ())],
            "gallery_ids": [row.id for rows in galleries for row in rows],
        }

    def _markers(self, scene: Scene, document: Json) -> None:
        """A marker at the same second under the same title is the same."""
        known = {(one.seconds, one.title): one for one in self._library.markers if one.scene_id == scene.id}
        for one in document.get("markers", ()):
            key = (float(one["seconds"]), one.get("title", ""))
            marker = known.get(key) or self._library.markers.add(scene_id=scene.id, seconds=key[0], title=key[1])
            marker.end_seconds = float(one["end_seconds"]) if one.get("end_seconds") else None
            marker.primary_tag_id = next(iter(self._named(exchange.SCENES, "tags", [one["primary_tag"]])), 0)
            marker.tag_ids = self._named(exchange.SCENES, "tags", one.get("tags", ()))
            for name, value in self._stamps(one).items():
                setattr(marker, name, value)

    def _named(self, noun: Noun, table: str, names: Iterable[str]) -> list[int]:
        """Return the ids of all rows of these names: two performers of one name come both, as the server finds them."""
        found: list[int] = []
        for name in names:
            rows = self._by_name[table].get(name, [])
            if not rows and self._missing == "FAIL":
                raise _Failed(f"{noun.table} {table} [{name}] not found")
            if not rows and self._missing == "CREATE":
                rows = [getattr(self._library, table).add(name=name)]
                self._by_name[table][name] += rows
            found += [row.id for row in rows]
        return list(dict.fromkeys(found))

    def _stamps(self, document: Mapping[str, Any]) -> dict[str, str]:
        """The times of the JSON, now where it has none."""
        clock = self._library.clock
        return {name: clock.adopt(document[name]) if document.get(name) else clock.stamp() for name in _STAMPS}


async def import_everything(stash: Stash, content: bytes | None, job: Job) -> None:
    """Wipe the database and import a full export: all ids are new, from 1 up; without an export nothing comes back."""
    stash.library.clear()
    stash.database.reset()
    await asyncio.sleep(stash.outside.import_seconds)
    if content is not None:
        await Import(stash, content, "FAIL", "FAIL").run(job)
