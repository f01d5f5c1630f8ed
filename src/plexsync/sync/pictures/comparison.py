"""A comparison of one scene's cover with what Plex shows, as the sync makes it; nothing is sent."""

from __future__ import annotations

import hashlib

from plexsync.domain.errors import PlexSyncError
from plexsync.domain.model import Item
from plexsync.runtime.servers import Servers
from plexsync.runtime.target import Target
from plexsync.stash import stills
from plexsync.stash.client import ImageAnswer
from plexsync.sync.pictures.cover_bytes import as_sent
from plexsync.sync.pictures.own_uploads import planned_by_list
from plexsync.sync.pictures.plan import (
    Forecasts,
    PictureForecast,
    Untouched,
    cover_of,
    forecasts,
    is_bare,
    is_left,
    known_etag,
)
from plexsync.sync.planner import ScenePlan


class PictureComparison:
    """Tells what a sync would do to the pictures of one scene, by one request to Stash and one to Plex for each."""

    def __init__(self, target: Target, servers: Servers) -> None:
        self._target = target
        self._servers = servers

    def forecasts(self, scene_plan: ScenePlan) -> Forecasts:
        """Return what a sync would do; where a server fails, the forecast names its trouble."""
        guessed = forecasts(self._target, scene_plan)
        if not any(guessed.values()):
            return guessed
        try:
            answer = self._cover(scene_plan)
        except PlexSyncError as error:
            return {key: tuple(_failing(one, error) for one in found) for key, found in guessed.items()}
        return {
            key: tuple(self._forecast(scene_plan, scene_plan.items[key], one, answer) for one in found)
            for key, found in guessed.items()
        }

    def _cover(self, scene_plan: ScenePlan) -> ImageAnswer:
        answer = self._servers.scenes.cover(scene_plan.scene.id, None)
        return as_sent(answer, min(scene_plan.items)) if answer.status == "changed" else answer

    def _forecast(
        self, scene_plan: ScenePlan, item: Item, guess: PictureForecast, answer: ImageAnswer
    ) -> PictureForecast:
        image, cover = guess.plan.image, cover_of(scene_plan, item.rating_key)
        want = hashlib.sha1(answer.data, usedforsecurity=False).hexdigest() if answer.data else ""
        try:
            there = self._servers.pictures.all_present(item.rating_key, image)
            untouched = self._untouched(scene_plan, item, guess, (answer, want))
        except PlexSyncError as error:
            return _failing(guess, error)
        return PictureForecast(
            planned_by_list(self._target, image, item, cover, there=there, want=want).plan, untouched
        )

    def _untouched(
        self, scene_plan: ScenePlan, item: Item, guess: PictureForecast, read: tuple[ImageAnswer, str]
    ) -> Untouched | None:
        (answer, want), cover = read, cover_of(scene_plan, item.rating_key)
        if guess.untouched is Untouched.SHARED:
            return Untouched.SHARED
        if answer.data and self._is_still(scene_plan, item, answer):
            return Untouched.STILL
        is_same = bool(answer.etag) and known_etag(self._target, cover, item.section_id) == answer.etag
        return (
            Untouched.UNCHANGED if is_same or is_left(self._target, guess.plan.image, cover, want) else guess.untouched
        )

    def _is_still(self, scene_plan: ScenePlan, item: Item, answer: ImageAnswer) -> bool:
        """Tell whether the cover is no more than a still that Stash made of a scene in the place of another."""
        record, unsaid = scene_plan.records.get(item.rating_key), cover_of(scene_plan, item.rating_key).unsaid
        if record is None or not unsaid:
            return False
        stamp, bare = scene_plan.scene.updated_at, is_bare(record.base)
        return bool(stills.judge(unsaid, answer, stamp, self._servers.scenes, is_bare=bare))


def _failing(guess: PictureForecast, error: PlexSyncError) -> PictureForecast:
    """Return the forecast of a picture that could not be looked at."""
    return PictureForecast(guess.plan, guess.untouched, error)
