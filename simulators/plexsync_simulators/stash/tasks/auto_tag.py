"""Jobs that change scenes without any hook: auto-tagging and the making of covers (recordings autotag, generate_*).

Heatmaps were not recorded; that they move the scene is read from task_generate_interactive_heatmap_speed.go.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plexsync_simulators.stash.disk import lies_below
from plexsync_simulators.stash.jobs import Job
from plexsync_simulators.stash.library import pictures
from plexsync_simulators.stash.library.rows import Scene
from plexsync_simulators.stash.state import Stash


@dataclass(frozen=True, slots=True)
class AutoTag:
    """One call of metadataAutoTag; `kinds` maps performers, studios and tags to ids, or to `*` for all."""

    stash: Stash
    kinds: Mapping[str, tuple[str, ...]]
    paths: tuple[str, ...]

    async def run(self, job: Job) -> None:
        """Give scenes the entities whose names their paths hold; only scenes that gain something move."""
        scenes = [scene for scene in self.stash.library.scenes if self._wanted(scene)]
        for number, scene in enumerate(scenes, 1):
            gained = [self._tagged(scene, kind, wanted) for kind, wanted in self.kinds.items()]
            if any(gained):
                self.stash.library.scenes.touch(scene)
                self.stash.database.commit()
            job.progress = number / len(scenes)
            # Others are served in between, as beside the real job.
            await asyncio.sleep(0)

    def _wanted(self, scene: Scene) -> bool:
        library = self.stash.library
        return not self.paths or any(lies_below(library.path(file), self.paths) for file in library.files_of(scene))

    def _tagged(self, scene: Scene, kind: str, wanted: tuple[str, ...]) -> bool:
        paths = " / ".join(_plain(self.stash.library.path(file)) for file in self.stash.library.files_of(scene))
        rows: list[Any] = [
            row
            for row in getattr(self.stash.library, kind)
            if ("*" in wanted or str(row.id) in wanted) and f" {_plain(row.name)} " in f" {paths} "
        ]
        if kind == "studios":
            return _set_studio(scene, rows)
        held = scene.performer_ids if kind == "performers" else scene.tag_ids
        new = [row.id for row in rows if row.id not in held]
        held += new
        return bool(new)


def _set_studio(scene: Scene, rows: list[Any]) -> bool:
    if scene.studio_id is not None or not rows:
        return False
    scene.studio_id = rows[0].id
    return True


def _plain(text: str) -> str:
    return " ".join(re.split(r"[\s._/-]+", text.lower())).strip()


@dataclass(frozen=True, slots=True)
class Generate:
    """One call of metadataGenerate, for all scenes if none are named."""

    stash: Stash
    scene_ids: tuple[int, ...]
    covers: bool
    phashes: bool
    heatmaps: bool
    overwrite: bool

    async def run(self, job: Job) -> None:
        """Make what is missing, or everything when overwriting.

        A cover and a heatmap move their scene, a hash moves nothing.
        """
        library = self.stash.library
        scenes = library.scenes.many(self.scene_ids) if self.scene_ids else list(library.scenes)
        for number, scene in enumerate(scenes, 1):
            self.generate(scene)
            job.progress = number / len(scenes)
            await asyncio.sleep(0)

    def generate(self, scene: Scene) -> None:
        """Make what is wanted of one scene."""
        library = self.stash.library
        if self.covers and (self.overwrite or scene.cover is None) and scene.file_ids:
            scene.cover = pictures.draw(scene.id * 7919)
            library.scenes.touch(scene)
            self.stash.database.commit()
        for file in library.files_of(scene)[:1] if self.heatmaps else ():
            if file.interactive and (self.overwrite or file.interactive_speed is None):
                file.interactive_speed = 100 + scene.id % 100
                library.scenes.touch(scene)
                self.stash.database.commit()
        for file in library.files_of(scene) if self.phashes else ():
            if self.overwrite or "phash" not in file.fingerprints:
                file.fingerprints["phash"] = file.fingerprints.get("oshash", "0" * 16)[::-1]
                self.stash.database.commit()
