"""A scene's cover as its items' poster or art, by content: nothing is uploaded twice."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from plexsync.domain.model import Artwork
from plexsync.index.drift import is_as_left
from plexsync.net.throttle import Pace
from plexsync.plex import artwork
from plexsync.plex import library as plex_library
from plexsync.runtime.context import Surroundings
from plexsync.stash.client import ImageAnswer
from plexsync.store import Store
from plexsync.store.links import Cover, Memory
from plexsync.sync.planner import Outlook

_log = logging.getLogger("plexsync")


class Covers:
    """Brings covers to Plex after the text."""

    def __init__(
        self,
        store: Store,
        surroundings: Surroundings,
        pace: Pace,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._store = store
        self._around = surroundings
        self._pace = pace
        self._now = now
        self._sleep = sleep

    @property
    def wanted(self) -> tuple[Artwork, ...]:
        """The artworks that are switched on."""
        return tuple(image for image in Artwork if self._around.settings.image(image))

    def is_due(self, updated_at: str, memories: Mapping[str, Memory]) -> bool:
        """Tell whether a cover has to be looked at: each cover change moves the scene's ``updated_at``."""
        wanted = self.wanted
        return bool(wanted) and any(
            memory.cover.seen != updated_at or not set(wanted) <= {Artwork(name) for name in memory.cover.uploads}
            for memory in memories.values()
        )

    def wants(self, outlook: Outlook) -> bool:
        """Tell whether the cover of a scene has to be looked at, for any of its items."""
        if not self.wanted:
            return False
        memories = {
            key: memory
            for (_, key), memory in self._store.links.of_scenes([outlook.scene.id]).items()
            if key in outlook.link.rating_keys
        }
        return self.is_due(outlook.scene.updated_at, memories)

    def sync(self, scene_id: int, updated_at: str, rating_keys: Collection[str]) -> frozenset[str]:
        """Upload the cover where Plex does not have it yet, to those items that are the scene's today.

        Returns the items that were given one.

        Raises:
            ImageRejected: Plex or Stash would not deal with it.
            ServerError: a server is away.

        """
        memories = self._store.links.of_scenes([scene_id])
        due = {
            key: memory
            for (_, key), memory in memories.items()
            if key in rating_keys and self.is_due(updated_at, {key: memory})
        }
        if not due:
            return frozenset()
        etags = {memory.cover.etag for memory in due.values()}
        known = etags.pop() if len(etags) == 1 and all(map(self._complete, due.values())) else None
        answer = self._around.stash.image(f"/scene/{scene_id}/screenshot", known)
        return frozenset(key for key, memory in due.items() if self._bring(memory, answer, updated_at))

    def remember_stamps(self, rating_keys: Collection[str]) -> None:
        """Note when Plex says items were changed, after a picture moved that, where all else is as we left it."""
        items = plex_library.items(self._around.plex, sorted(rating_keys))
        for key, memory in self._store.links.of_items(items).items():
            if is_as_left(items[key], memory.base):
                self._store.links.see(key, items[key].updated_at, self._now())

    def _complete(self, memory: Memory) -> bool:
        return (
            bool(memory.cover.etag and memory.cover.seen)
            and {image.value for image in self.wanted} <= memory.cover.uploads.keys()
        )

    def _bring(self, memory: Memory, answer: ImageAnswer, updated_at: str) -> bool:
        """Bring one item the cover, and remember it; tells whether anything was sent."""
        sent = False
        uploads = dict(memory.cover.uploads)
        etag = memory.cover.etag if answer.status == "same" else answer.etag
        if answer.status == "none":  # no cover, no upload (F17); what Plex has stays
            uploads = {image.value: "" for image in self.wanted}
        if answer.status == "changed":
            digest = hashlib.sha1(answer.data, usedforsecurity=False).hexdigest()
            for image in self.wanted:
                if self._is_wanting(memory, image, digest):
                    self._upload(memory, image, answer)
                    sent = True
                uploads[image.value] = digest
        self._store.links.remember(replace(memory, cover=Cover(etag=etag, seen=updated_at, uploads=uploads)))
        return sent

    def _is_wanting(self, memory: Memory, image: Artwork, digest: str) -> bool:
        """Tell whether Plex may show another picture, which is not one that a person chose since ours."""
        if memory.cover.uploads.get(image.value) != digest:
            return True
        return not memory.cover.seen and not artwork.is_locked(self._around.plex, memory.rating_key, image)

    def _upload(self, memory: Memory, image: Artwork, answer: ImageAnswer) -> None:
        plex = self._around.plex
        began = time.monotonic()
        artwork.upload(plex, memory.rating_key, image, answer.data, answer.content_type, sleep=self._sleep)
        self._pace.took_picture(time.monotonic() - began, len(answer.data), time.monotonic())
        if not self._around.settings.flag("leave_unlocked"):
            artwork.lock(plex, memory.section_id, memory.rating_key, image)
