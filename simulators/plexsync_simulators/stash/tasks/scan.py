"""The scan: what it finds on the imagined disk, which rows it moves, which hooks it fires.

One file after the other, each written before its hook runs (recordings hooks/scan_*).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from plexsync_simulators.stash.disk import lies_below
from plexsync_simulators.stash.jobs import Job, JobFailed
from plexsync_simulators.stash.library import dumping
from plexsync_simulators.stash.library.loading import Loader
from plexsync_simulators.stash.library.rows import File, Scene
from plexsync_simulators.stash.library.tables import StashLibrary
from plexsync_simulators.stash.state import Request
from plexsync_simulators.stash.tasks.auto_tag import Generate


@dataclass(frozen=True, slots=True)
class Scan:
    """One call of metadataScan."""

    request: Request
    paths: tuple[str, ...]
    rescan: bool
    covers: bool
    phashes: bool

    async def run(self, job: Job) -> None:
        """Apply what was announced; raises JobFailed for an announcement about a file that is not there."""
        stash = self.request.stash
        found = stash.disk.take(lambda entry: entry["what"] != "remove", self.paths)
        if self.rescan:
            paths = [stash.library.path(file) for file in stash.library.files]
            found += [{"what": "touch", "how": path} for path in paths if lies_below(path, self.paths)]
        made = []
        for number, entry in enumerate(found, 1):
            made += await self._apply(entry["what"], entry["how"])
            job.progress = number / len(found)
        self._generate(made)
        job.progress = 1.0

    async def _apply(self, what: str, how: Any) -> list[Scene]:
        library = self.request.stash.library
        if what == "add":
            return [await self._add(how)]
        if what == "gallery":
            await self._gallery(how)
            return []
        if what == "copy":
            await self._copy(_file(library, how[0]), how[1])
        elif what == "move":
            await self._move(_file(library, how[0]), how[1])
        elif what == "rename_folder":
            dumping.rename_folder(library, how[0], how[1])
            self.request.stash.database.commit()
        else:
            await self._changed(_file(library, how), content=what == "change")
        return []

    async def _add(self, how: dict[str, Any]) -> Scene:
        """A new file makes a new scene without title and cover."""
        stash = self.request.stash
        file = Loader(stash.library).file(how)
        scene = stash.library.scenes.add(file_ids=[file.id])
        stash.database.commit()
        await stash.hooks.fire(self.request.session, "Scene.Create.Post", scene.id, None)
        return scene

    async def _copy(self, original: File, path: str) -> None:
        """A copy of a known file joins its scene, which moves."""
        library = self.request.stash.library
        copied = {"path": path, "size": original.size, "duration": original.duration, **original.fingerprints}
        file = Loader(library).file(copied)
        scene = library.scene_of(original)
        if scene is not None:
            scene.file_ids.append(file.id)
            library.scenes.touch(scene)
        await self._tell(scene)

    async def _move(self, file: File, path: str) -> None:
        """A file that is at another place: its own time moves, the scene's does not."""
        library = self.request.stash.library
        folder, basename = path.rsplit("/", 1)
        file.folder_id, file.basename = library.folder_at(folder).id, basename
        library.files.touch(file)
        await self._tell(library.scene_of(file))

    async def _changed(self, file: File, *, content: bool) -> None:
        """Other bytes or only another mtime: the file's time moves, the scene's does not, the hook fires."""
        library = self.request.stash.library
        if content:
            file.size += 1
            told = f"{library.path(file)} {file.size}".encode()
            file.fingerprints = {"oshash": hashlib.md5(told, usedforsecurity=False).hexdigest()[:16]}
        file.mod_time = library.clock.stamp()
        library.files.touch(file)
        await self._tell(library.scene_of(file))

    async def _tell(self, scene: Scene | None) -> None:
        self.request.stash.database.commit()
        if scene is not None:
            await self.request.stash.hooks.fire(self.request.session, "Scene.Update.Post", scene.id, None)

    async def _gallery(self, path: str) -> None:
        """A new zip is a gallery of the scenes whose file has its name; none of them moves (pkg/gallery/scan.go)."""
        stash, stem = self.request.stash, path.rsplit(".", 1)[0]
        gallery = stash.library.galleries.add()
        for scene in stash.library.scenes:
            paths = [stash.library.path(file) for file in stash.library.files_of(scene)]
            if any(own.rsplit(".", 1)[0] == stem for own in paths):
                scene.gallery_ids.append(gallery.id)
        stash.database.commit()
        await stash.hooks.fire(self.request.session, "Gallery.Create.Post", gallery.id, None)

    def _generate(self, scenes: list[Scene]) -> None:
        """Covers come after the hooks and move the scenes (hook_view_of_the_server); hashes do not."""
        generate = Generate(
            self.request.stash,
            tuple(scene.id for scene in scenes),
            covers=self.covers,
            phashes=self.phashes,
            heatmaps=False,
            overwrite=False,
        )
        for scene in scenes:
            generate.generate(scene)


def _file(library: StashLibrary, path: str) -> File:
    file = library.file_at(path)
    if file is None:
        raise JobFailed(f"no file at {path}")
    return file
