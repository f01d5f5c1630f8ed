"""A scene's cover as its items' poster or art, by content: nothing is uploaded twice."""

from __future__ import annotations

import time
from collections.abc import Callable

from plexsync.runtime.servers import Servers
from plexsync.runtime.target import Target
from plexsync.store import Store
from plexsync.sync.pictures.cover_round import CoverRound
from plexsync.sync.pictures.plan import is_due
from plexsync.sync.planner import ScenePlan


class ArtworkSync:
    """Brings covers to Plex after the text."""

    def __init__(self, store: Store, target: Target, servers: Servers, now: Callable[[], float] = time.time) -> None:
        self._store = store
        self._target = target
        self._servers = servers
        self._now = now

    def wants(self, scene_plan: ScenePlan) -> bool:
        """Tell whether the cover of a scene has to be looked at, for any of its items."""
        if not any(self._target.artworks(item.section_id) for item in scene_plan.items.values()):
            return False
        records = {
            key: record
            for (_, key), record in self._store.links.of_scenes([scene_plan.scene.id]).items()
            if key in scene_plan.link.rating_keys
        }
        stamp = scene_plan.scene.updated_at
        return any(is_due(self._target, stamp, record.cover, record.section_id) for record in records.values())

    def begin(self) -> CoverRound:
        """Begin a round of covers."""
        return CoverRound(self._store, self._target, self._servers, self._now)
