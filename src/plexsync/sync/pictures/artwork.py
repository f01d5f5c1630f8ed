"""A scene's cover as its items' poster or art, by content: nothing is uploaded twice."""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from plexsync.domain.errors import ItemGone
from plexsync.domain.model import Artwork, Item
from plexsync.index.drift import has_ours
from plexsync.plex.artwork import Upload
from plexsync.plex.picture_conversion import as_plex_takes_it, decoder_at_hand
from plexsync.runtime.servers import Servers
from plexsync.runtime.target import Target
from plexsync.stash import stills
from plexsync.stash.client import ImageAnswer
from plexsync.store import Store
from plexsync.store.links import Cover, SyncRecord
from plexsync.sync.pictures.plan import is_bare, is_due, is_left, known_etag, planned, seen_mark
from plexsync.sync.planner import ScenePlan

_log = logging.getLogger("plexsync")


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

    def sync(self, scene_id: int, updated_at: str, rating_keys: Collection[str]) -> frozenset[str]:
        """Upload the cover where Plex does not have it yet, to those items that are the scene's today.

        Returns the items that were given one.

        Raises:
            ImageRejected: Plex or Stash would not deal with it.
            ServerError: a server is away.

        """
        records = self._store.links.of_scenes([scene_id])
        due = {
            key: record
            for (_, key), record in records.items()
            if key in rating_keys and is_due(self._target, updated_at, record.cover, record.section_id)
        }
        if not due:
            return frozenset()
        etags = {known_etag(self._target, record.cover, record.section_id) for record in due.values()}
        known = etags.pop() if len(etags) == 1 else None
        answer = self._servers.scenes.cover(scene_id, known)
        items: dict[str, Item] = {}
        if answer.status == "changed":
            answer = as_sent(answer, min(due))
            items = self._servers.items.read(sorted(due))
        return frozenset(key for key, record in due.items() if self._bring(record, items, answer, updated_at))

    def remember_stamps(self, rating_keys: Collection[str]) -> None:
        """Note when Plex says items were changed, after a picture moved that, where all else is as we left it."""
        items = self._servers.items.read(sorted(rating_keys))
        for key, record in self._store.links.of_items(items).items():
            if has_ours(items[key], record.base):
                self._store.links.see(key, items[key].updated_at, self._now())

    def _bring(self, record: SyncRecord, items: Mapping[str, Item], answer: ImageAnswer, updated_at: str) -> bool:
        """Bring one item the cover, and remember it; tells whether anything was sent."""
        images = self._target.artworks(record.section_id)
        uploads = {image.value: record.cover.uploads.get(image.value, "") for image in images}
        unsaid = stills.judge(
            record.cover.unsaid, answer, updated_at, self._servers.scenes, is_bare=is_bare(record.base)
        )
        sent = False
        if answer.status == "changed" and not unsaid:
            if record.rating_key not in items:
                raise ItemGone(rating_key=record.rating_key)
            digest = hashlib.sha1(answer.data, usedforsecurity=False).hexdigest()
            for image in images:
                if not is_left(image, record.cover, digest):
                    sent |= self._bring_one(record, items[record.rating_key], image, answer, uploads)
        etag = {"same": record.cover.etag, "none": ""}.get(answer.status, answer.etag)
        seen = seen_mark(self._target, updated_at)
        self._store.links.remember(replace(record, cover=Cover(etag, seen, uploads, unsaid)))
        return sent

    def _bring_one(
        self, record: SyncRecord, item: Item, image: Artwork, answer: ImageAnswer, uploads: dict[str, str]
    ) -> bool:
        """Bring one picture by the rules, and note in ``uploads`` what is ours then; tells whether it was sent."""
        pictures, lock = self._servers.pictures, not self._target.settings.flag("leave_unlocked")
        there = pictures.present(record.rating_key, image)
        shown = next((one.key for one in there if one.selected), "")
        digest = hashlib.sha1(answer.data, usedforsecurity=False).hexdigest()
        plan = planned(self._target, image, item, record.cover, want=digest, shown=shown)
        choice = plan.choice
        if choice.kept_why is not None:
            return False
        if choice.why is not None:
            entry = self._store.journal.plan_picture(record, image, (shown, digest), choice.why, self._now())
            if choice.sends:
                self._upload(record, image, answer, there)
            # Plex may lock what it is given, also where nothing is to be locked.
            pictures.set_lock(record.section_id, record.rating_key, image, locked=lock or plan.facts.locked)
            self._store.journal.settle_picture(entry)
        uploads[image.value] = digest
        return choice.sends

    def _upload(self, record: SyncRecord, image: Artwork, answer: ImageAnswer, there: Sequence[Upload]) -> None:
        began = time.monotonic()
        self._servers.pictures.upload(record.rating_key, image, answer.data, answer.content_type, there)
        self._target.throttle.took_picture(time.monotonic() - began, len(answer.data), time.monotonic())


def as_sent(answer: ImageAnswer, rating_key: str) -> ImageAnswer:
    """Return a cover that Stash sent as it goes to Plex, in bytes that Plex takes; raises :class:`ImageRejected`."""
    picture = as_plex_takes_it(answer.data, rating_key, decoder_at_hand())
    return replace(answer, data=picture.data, content_type=picture.media_type)
