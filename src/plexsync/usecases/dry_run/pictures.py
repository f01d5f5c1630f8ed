"""The pictures of many scenes, as a dry run tells of them: one question to Stash for all, and none for each."""

from __future__ import annotations

from functools import cached_property

from plexsync.runtime.target import Target
from plexsync.stash import scenes as stash_scenes
from plexsync.stash.client import StashClient
from plexsync.sync.pictures.plan import forecasts, may_change
from plexsync.sync.planner import ScenePlan
from plexsync.usecases.dry_run.picture_view import PictureView, picture_views


class ExpectedPictures:
    """Tells what a sync would do to the pictures of scenes, as far as that can be known without reading them."""

    def __init__(self, target: Target, stash: StashClient) -> None:
        self._target = target
        self._stash = stash

    def views(self, scene_plan: ScenePlan) -> dict[str, tuple[PictureView, ...]]:
        """Return the pictures of a scene's items, by rating key; raises server and settings errors."""
        scene, target = scene_plan.scene.id, self._target
        if may_change(target, scene_plan):
            found = forecasts(target, scene_plan, has_cover=scene not in self._without_cover)
        else:
            found = forecasts(target, scene_plan)
        return picture_views(scene, found, target.settings)

    @cached_property
    def _without_cover(self) -> frozenset[int]:
        return stash_scenes.without_cover(self._stash)
