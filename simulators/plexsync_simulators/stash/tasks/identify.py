"""Identifying scenes by what a scraper finds (recording identify; internal/identify).

One Scene.Update.Post per scene that was changed; performers, studios and tags that it makes fire none. A scene with
several matches gets the skip tag instead: it moves, and no hook tells of it.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from plexsync_simulators.shared.json_type import Json
from plexsync_simulators.stash.disk import lies_below
from plexsync_simulators.stash.graphql.inputs import atoi
from plexsync_simulators.stash.jobs import Job
from plexsync_simulators.stash.library import pictures
from plexsync_simulators.stash.library.rows import Scene
from plexsync_simulators.stash.library.tables import StashLibrary
from plexsync_simulators.stash.state import Request
from plexsync_simulators.stash.writing.columns import changes, write
from plexsync_simulators.stash.writing.scenes import SCENE_COLUMNS

_TEXTS = ("title", "code", "details", "director", "date")
# The order in which the server's structure has them, which is that of the hook's inputFields.
_FIELDS = [
    "title",
    "code",
    "details",
    "director",
    "urls",
    "date",
    "organized",
    "studio_id",
    "performer_ids",
    "tag_ids",
    "cover_image",
]


@dataclass(frozen=True, slots=True)
class Identify:
    """One call of metadataIdentify; sources and their options count as one, the first of them."""

    request: Request
    options: Mapping[str, object]
    scene_ids: tuple[int, ...]
    paths: tuple[str, ...]

    async def run(self, job: Job) -> None:
        """Go through the scenes, one transaction each."""
        scenes = self._scenes()
        for number, scene in enumerate(scenes, 1):
            matches = self.request.stash.outside.scenes.get(str(scene.id), [])
            matches = matches if isinstance(matches, list) else [matches]
            if len(matches) > 1 and self._option("skipMultipleMatches", default=True):
                self._skip(scene)
            elif matches:
                await self._apply(scene, matches[0])
            job.progress = number / len(scenes)
            await asyncio.sleep(0)
        job.progress = 1.0

    def _scenes(self) -> list[Scene]:
        library = self.request.stash.library
        if self.scene_ids:
            return library.scenes.many(self.scene_ids)
        return [scene for scene in library.scenes if not scene.organized and self._lies_below(library, scene)]

    def _lies_below(self, library: StashLibrary, scene: Scene) -> bool:
        return not self.paths or any(lies_below(library.path(file), self.paths) for file in library.files_of(scene))

    def _skip(self, scene: Scene) -> None:
        """Tag a scene with several matches, if a tag is set: it moves, no hook."""
        tag = self._option("skipMultipleMatchTag", default=None)
        if tag and atoi(tag, "converting tag ID") not in scene.tag_ids:
            self._tag(scene, atoi(tag, "converting tag ID"))
            self.request.stash.library.scenes.touch(scene)
            self.request.stash.database.commit()

    def _tag(self, scene: Scene, tag_id: int) -> None:
        self.request.stash.library.tags.one(tag_id)
        scene.tag_ids.append(tag_id)

    async def _apply(self, scene: Scene, match: Json) -> None:
        stash = self.request.stash
        found = {**self._plain(scene, match), **self._related(scene, match)}
        if not found:
            return
        given = {name: found[name] for name in _FIELDS if name in found}
        write(scene, changes(scene, given, SCENE_COLUMNS, stash))
        stash.library.scenes.touch(scene)
        stash.database.commit()
        full = stash.shapes.full("SceneUpdateInput", {"id": str(scene.id), **given})
        await stash.hooks.fire(self.request.session, "Scene.Update.Post", scene.id, full, list(given))

    def _plain(self, scene: Scene, match: Json) -> Json:
        """Return the new values of plain fields: one that is set is kept unless its strategy is to overwrite."""
        wanted = {name: match.get(name) for name in _TEXTS}
        found = {
            name: value
            for name, value in wanted.items()
            if value and value != getattr(scene, name) and self._may_set(name, getattr(scene, name))
        }
        if match.get("urls") and match["urls"] != scene.urls and self._may_set("url", scene.urls):
            found["urls"] = match["urls"]
        if self._option("setOrganized", default=False) and not scene.organized:
            found["organized"] = True
        cover = pictures.from_library(match.get("cover"))
        if cover is not None and cover != scene.cover and self._option("setCoverImage", default=True):
            found["cover_image"] = base64.b64encode(cover).decode()
        return found

    def _related(self, scene: Scene, match: Json) -> Json:
        found: Json = {}
        studio = [match["studio"]] if match.get("studio") and self._may_set("studio", scene.studio_id) else []
        for id_ in self._ids("studios", "studio", studio):
            if id_ != scene.studio_id:
                found["studio_id"] = str(id_)
        for key, field, held in (
            ("performer_ids", "performers", scene.performer_ids),
            ("tag_ids", "tags", scene.tag_ids),
        ):
            ids = self._merged(field, held, match.get(field) or ())
            if ids != held:
                found[key] = [str(id_) for id_ in ids]
        return found

    def _merged(self, field: str, held: list[int], names: Iterable[object]) -> list[int]:
        names = list(names)
        if not names or self._strategy(field) == "IGNORE":
            return held
        kept = held if self._strategy(field) == "MERGE" else []
        return list(dict.fromkeys([*kept, *self._ids(field, field, names)]))

    def _ids(self, table: str, field: str, names: Iterable[Any]) -> list[int]:
        """Return the ids of rows by name, making those that are missing where that is wanted."""
        rows = getattr(self.request.stash.library, table)
        found = []
        for entry in names:
            values = entry if isinstance(entry, dict) else {"name": entry}
            row = next((row for row in rows if row.name.lower() == values["name"].lower()), None)
            if row is None and self._field(field).get("createMissing") and self._may_create(table, values["name"]):
                row = rows.add(**values)
            if row is not None:
                found.append(row.id)
        return found

    def _may_create(self, table: str, name: str) -> bool:
        """A performer with a single name is too doubtful, unless that is switched off."""
        return table != "performers" or " " in name or not self._option("skipSingleNamePerformers", default=True)

    def _may_set(self, field: str, current: Any) -> bool:
        strategy = self._strategy(field)
        return strategy == "OVERWRITE" or (strategy == "MERGE" and not current)

    def _strategy(self, field: str) -> str:
        return str(self._field(field).get("strategy", "MERGE"))

    def _field(self, field: str) -> Mapping[str, Any]:
        options: list[Json] = self._option("fieldOptions", default=[])
        return next((option for option in options if option["field"] == field), {})

    def _option(self, name: str, *, default: Any) -> Any:
        value = self.options.get(name)
        return default if value is None else value
