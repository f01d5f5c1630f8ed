"""A round of covers: their items are read together, each is sent by itself, and all are seen and noted together.

Before a picture goes out, its record says so, and once more when Plex has taken it. So a kill in between neither sends
it again nor takes it for a person's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from plexsync.domain.errors import ItemError, ItemGone, ServerError
from plexsync.domain.model import Item
from plexsync.index.drift import has_ours
from plexsync.plex.picture_conversion import Picture
from plexsync.runtime.clock import has_passed
from plexsync.runtime.servers import Servers
from plexsync.runtime.target import Target
from plexsync.stash import stills
from plexsync.stash.client import ImageAnswer
from plexsync.store import Store
from plexsync.store.links import SyncRecord
from plexsync.sync.pictures.cover_bytes import as_sent
from plexsync.sync.pictures.delivery import PictureDelivery
from plexsync.sync.pictures.item_cover import ItemCover
from plexsync.sync.pictures.picture_writer import PictureWriter
from plexsync.sync.pictures.plan import is_bare, is_due, is_left, known_etag, seen_mark
from plexsync.sync.pictures.reading import read_apart

AT_ONCE = 100
"""Scenes of a round: their items are read with few requests and locked with one."""

LONGEST = 10.0
"""Seconds after which it is seen what became of the pictures of a round."""

READ_HOLDS = 1.0
"""Seconds for which what was read of items holds: a person may choose another picture meanwhile."""


@dataclass(frozen=True, slots=True)
class Brought:
    """The result of one scene: how many items were given a picture, and what went wrong, if anything."""

    items: int = 0
    error: ItemError | None = None


class CoverRound:
    """For the worker's thread; anything may happen between its steps."""

    def __init__(self, store: Store, target: Target, servers: Servers, now: Callable[[], float]) -> None:
        self._store = store
        self._target = target
        self._servers = servers
        self._now = now
        self._delivery = PictureDelivery(store, target, servers, now)
        self._writer = PictureWriter(store, target, servers.pictures, self._delivery, now)
        self._ahead: set[str] = set()
        self._asked: frozenset[str] = frozenset()
        self._items: Mapping[str, Item] = {}
        self._unreadable: Mapping[str, ItemError] = {}
        self._read_at = self._opened_at = float("-inf")
        self._open: list[ItemCover] = []

    def expect(self, rating_keys: Iterable[str]) -> None:
        """Say whose covers come next: their items are read together when the first of them is needed."""
        self._ahead |= set(rating_keys)

    @property
    def is_over(self) -> bool:
        """Tell whether it is time to see what has become of the pictures that were sent."""
        return bool(self._open) and has_passed(LONGEST, self._opened_at, self._now())

    def bring(self, scene_id: int, updated_at: str, rating_keys: Collection[str], run: int) -> bool:
        """Send a scene's cover where Plex does not have it yet; tells whether the round's end decides about it.

        ``rating_keys`` are the items that are the scene's today, ``run`` is 0 for edits. Raises :class:`ImageRejected`
        where Plex or Stash would not deal with it, :class:`ItemGone`, and server errors.
        """
        due = {
            key: record
            for (_, key), record in self._store.links.of_scenes([scene_id]).items()
            if key in rating_keys and is_due(self._target, updated_at, record.cover, record.section_id)
        }
        if not due:
            return False
        etags = {known_etag(self._target, record.cover, record.section_id) for record in due.values()}
        answer = self._servers.scenes.cover(scene_id, etags.pop() if len(etags) == 1 else None)
        items: Mapping[str, Item] = {}
        if answer.status == "changed":
            answer = as_sent(answer, min(due))
            items = self._read(due.keys())
        run = run or self._store.runs.edit(self._now())
        left = [key for key, record in due.items() if self._bring(record, items, (answer, updated_at), run)]
        return bool(left)

    def _read(self, rating_keys: Iterable[str]) -> Mapping[str, Item]:
        """Read items, and those that come next; not anew what has just been read."""
        keys = set(rating_keys)
        self._ahead -= keys
        if has_passed(READ_HOLDS, self._read_at, self._now()) or not keys <= self._asked:
            self._asked = frozenset(keys | self._ahead)
            self._items, self._unreadable = read_apart(self._store, self._servers.items, self._asked)
            self._read_at = self._now()
        for error in [self._unreadable[key] for key in keys & self._unreadable.keys()]:
            raise error
        return self._items

    def _bring(self, record: SyncRecord, items: Mapping[str, Item], read: tuple[ImageAnswer, str], run: int) -> bool:
        """Bring one item the cover; tells whether it is noted at the end of the round."""
        answer, updated_at = read
        cover = self._begin(record, answer, updated_at)
        if answer.status == "changed" and not cover.unsaid:
            if record.rating_key not in items:
                raise ItemGone(rating_key=record.rating_key)
            picture = Picture(answer.data, answer.content_type)
            if not self._open:
                self._opened_at = self._now()
            self._open.append(cover)
            try:
                self._write(cover, items[record.rating_key], picture, run)
            except ServerError:
                self._open.remove(cover)  # whether it has arrived is for its next attempt to find out
                raise
        cover.is_through = True
        if not cover.parcels:
            with self._store.transaction():
                known = self._store.links.of_scenes([record.scene_id])
                self._store.links.remember(
                    cover.end(known.get((record.scene_id, record.rating_key), cover.record), self._now())
                )
        return bool(cover.parcels)

    def _write(self, cover: ItemCover, item: Item, picture: Picture, run: int) -> None:
        for image in self._target.artworks(item.section_id):
            if not is_left(self._target, image, cover.cover, picture.sha1):
                self._writer.write(cover, item, image, picture, run)

    def _begin(self, record: SyncRecord, answer: ImageAnswer, updated_at: str) -> ItemCover:
        unsaid = stills.judge(
            record.cover.unsaid, answer, updated_at, self._servers.scenes, is_bare=is_bare(record.base)
        )
        etag = {"same": record.cover.etag, "none": ""}.get(answer.status, answer.etag)
        wanted = [image.value for image in self._target.artworks(record.section_id)]
        uploads = {image: record.cover.ours.get(image, "") for image in wanted}
        names = dict(record.cover.names)
        seen, taken_back = seen_mark(self._target, updated_at), dict(record.cover.taken_back)
        return ItemCover(record, etag, seen, unsaid, uploads, names, taken_back=taken_back)

    def close(self) -> dict[int, Brought]:
        """See what became of all that was sent, lock and note it; returns the results of their scenes.

        Raises server errors; each record then tells how far its picture has come.
        """
        covers = [cover for cover in self._open if cover.parcels]
        self._open = []
        if not covers:
            return {}
        items = self._delivery.see([parcel for cover in covers for parcel, _ in cover.parcels])
        records = self._store.links.of_scenes(sorted({cover.record.scene_id for cover in covers}))
        with self._store.transaction():
            for cover in covers:
                record = records.get((cover.record.scene_id, cover.record.rating_key))
                if record is not None:
                    self._note(cover, record, items.get(record.rating_key))
        return _results(covers)

    def _note(self, cover: ItemCover, record: SyncRecord, item: Item | None) -> None:
        """Note how an item's cover ended, and its stamp, which our own request has moved, where all else is ours."""
        for parcel, entry in cover.parcels:
            self._store.journal.settle_picture(entry, has_arrived=parcel.error is None)
            if parcel.error is None:
                cover.left(parcel.image, parcel.sha1, parcel.name)
        self._store.links.remember(cover.end(record, self._now()))
        if item is not None and has_ours(item, record.base):
            self._store.links.see(record.rating_key, item.updated_at, self._now())


def _results(covers: Iterable[ItemCover]) -> dict[int, Brought]:
    results: dict[int, Brought] = {}
    for cover in covers:
        before = results.get(cover.record.scene_id, Brought())
        items = before.items + cover.gets_picture
        results[cover.record.scene_id] = Brought(items, before.error or cover.error)
    return results
