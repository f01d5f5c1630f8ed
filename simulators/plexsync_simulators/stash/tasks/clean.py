"""The clean: files gone from the imagined disk, and what becomes of their scenes (recordings hooks/clean_*)."""

from __future__ import annotations

from dataclasses import dataclass

from plexsync_simulators.stash.jobs import Job
from plexsync_simulators.stash.library.rows import File
from plexsync_simulators.stash.state import Request
from plexsync_simulators.stash.writing.scenes import destroyed_file


@dataclass(frozen=True, slots=True)
class Clean:
    """One call of metadataClean."""

    request: Request
    paths: tuple[str, ...]
    dry_run: bool

    async def run(self, job: Job) -> None:
        """Drop the files announced as removed; a dry run leaves everything."""
        stash = self.request.stash
        if not self.dry_run:
            for entry in stash.disk.take(lambda entry: entry["what"] == "remove", self.paths):
                file = stash.library.file_at(entry["how"])
                if file is not None:
                    await self._drop(file)
        job.progress = 1.0

    async def _drop(self, file: File) -> None:
        """The last file takes its scene along, with a hook; another one moves the scene, without."""
        stash = self.request.stash
        scene = stash.library.scene_of(file)
        if scene is None or len(scene.file_ids) > 1:
            stash.library.forget_file(file)
            if scene is not None:
                stash.library.scenes.touch(scene)
            stash.database.commit()
            return
        told = {**stash.shapes.full("SceneDestroyInput", {"id": ""}), **destroyed_file(stash, scene)}
        stash.library.forget_file(file)
        stash.library.forget_scene(scene)
        stash.database.commit()
        await stash.hooks.fire(self.request.session, "Scene.Destroy.Post", scene.id, told)
