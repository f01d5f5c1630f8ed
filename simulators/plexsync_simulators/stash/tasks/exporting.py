"""Exports: chosen rows as a zip to download, or all of them into the metadata folder (internal/manager/task_export.go).

The real server writes a folder of files there; here it is one zip with the same tree.
"""

from __future__ import annotations

import asyncio
import io
import json
import secrets
import zipfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from plexsync_simulators.stash.config import Config
from plexsync_simulators.stash.graphql.inputs import atoi
from plexsync_simulators.stash.library.tables import StashLibrary
from plexsync_simulators.stash.state import Request
from plexsync_simulators.stash.tasks import exchange
from plexsync_simulators.stash.tasks.exchange import Noun

_KEYS = {"scenes": exchange.SCENES, "galleries": exchange.GALLERIES}
_KEYS |= {noun.table: noun for noun in exchange.ENTITIES}


def metadata_file(config: Config) -> Path:
    """Where a full export lies and a full import looks for it."""
    return config.folder / "metadata" / "export.zip"


async def export_all(library: StashLibrary) -> bytes:
    """Return everything as a zip; others are served in between, as beside the real job."""
    export = _Export(library, {name: {"all": True} for name in _KEYS}, with_dependencies=True)
    buffer = io.BytesIO()
    for number, _ in enumerate(export.write(buffer)):
        if number % 50 == 0:
            await asyncio.sleep(0)
    return buffer.getvalue()


def export_objects(request: Request, given: Mapping[str, Any]) -> str:
    """Return the address of a zip with the rows asked for; nothing is written."""
    wanted = {name: given[name] for name in _KEYS if given.get(name)}
    if given.get("movies"):
        wanted["groups"] = given["movies"]
    export = _Export(request.stash.library, wanted, with_dependencies=bool(given.get("includeDependencies")))
    buffer = io.BytesIO()
    deque(export.write(buffer), maxlen=0)
    key = secrets.token_hex(8)
    request.stash.outside.downloads[key] = buffer.getvalue()
    stamp = request.stash.clock.now().strftime("%Y%m%d-%H%M%S")
    return f"{request.base_url}/downloads/{key}/export{stamp}.zip"


class _Export:
    """Collects rows by table, each once, and writes them."""

    def __init__(
        self, library: StashLibrary, wanted: Mapping[str, Mapping[str, Any]], *, with_dependencies: bool
    ) -> None:
        self._library = library
        self._with_dependencies = with_dependencies
        self._taken: dict[str, dict[int, Any]] = {name: {} for name in _KEYS}
        for name, chosen in wanted.items():
            rows = getattr(library, name)
            numbers = [atoi(id_, "converting ids") for id_ in chosen.get("ids") or ()]
            for row in rows if chosen.get("all") else rows.many(numbers):
                self._take(_KEYS[name], row)

    def write(self, buffer: io.BytesIO) -> Iterator[None]:
        """Write the zip, one row a step."""
        library = self._library
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, rows in self._taken.items():
                noun = _KEYS[name]
                yield from self._write(archive, noun.folder, rows.values(), partial(exchange.told, library, noun))
            files = {file.id: file for row in self._taken["scenes"].values() for file in library.files_of(row)}
            yield from self._write(archive, "files", files.values(), partial(exchange.told_file, library))

    def _take(self, noun: Noun, row: Any) -> None:
        if row.id in self._taken[noun.table]:
            return
        self._taken[noun.table][row.id] = row
        if self._with_dependencies:
            for table, id_ in self._leans_on(noun, row):
                other = getattr(self._library, table).get(id_)
                if other is not None:
                    self._take(_KEYS[table], other)

    def _leans_on(self, noun: Noun, row: Any) -> list[tuple[str, int | None]]:
        found = [(table, getattr(row, attribute)) for attribute, table in noun.one.values()]
        found += [(table, id_) for attribute, table in noun.many.values() for id_ in getattr(row, attribute)]
        if noun is exchange.SCENES:
            found += [("groups", id_) for id_ in row.groups] + [("galleries", id_) for id_ in row.gallery_ids]
        return found

    def _write(
        self, archive: zipfile.ZipFile, folder: str, rows: Iterable[Any], tell: Callable[[Any], Any]
    ) -> Iterator[None]:
        used: set[str] = set()
        for row in rows:
            name = exchange.file_name(self._library, row)
            name = f"{name}.{row.id}" if name in used else name
            used.add(name)
            archive.writestr(f"{folder}/{name}.json", json.dumps(tell(row), ensure_ascii=False))
            yield
