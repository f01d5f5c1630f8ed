"""The way back of a picture: Plex selects the one of before again, as far as it still has it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from plexsync.domain.errors import ItemGone, NotApplied
from plexsync.domain.model import Artwork, Item, Why
from plexsync.index.drift import has_ours
from plexsync.index.reused_keys import without_reused_keys
from plexsync.plex.artwork import Upload
from plexsync.runtime.servers import Servers
from plexsync.runtime.target import Target
from plexsync.store import Store
from plexsync.store.cover import Cover
from plexsync.store.history.journal import Entry, Replaced
from plexsync.store.history.undo import LIFT, UndoRow, UndoState
from plexsync.store.links import SyncRecord
from plexsync.sync.undoing.same_server import entries_here


@dataclass(frozen=True, slots=True)
class PictureWay:
    """The way back of one picture: the one to select, or why it stays; ``lock`` is how its lock is then.

    ``owned`` is the SHA-1 of what counts as ours afterwards, "" for none.
    """

    reason: str
    to: str = ""
    lock: bool = False
    owned: str = ""


@dataclass(frozen=True, slots=True)
class PictureFound:
    """A picture that is to go back: its way, the name of the one that is shown, its record and its item if there."""

    way: PictureWay
    shown: str = ""
    record: SyncRecord | None = None
    item: Item | None = None


def picture_way(entries: Sequence[Entry], there: Sequence[Upload], cover: Cover, *, is_locked: bool) -> PictureWay:
    """Choose the way back by what a run wrote, oldest first, and by what Plex lists now; pure.

    The journal may know no name of the picture before. Then it is the only one that is not ours.
    """
    last = entries[-1]
    first = _oldest_of_chain(entries, cover)
    lock = is_locked if first.was_locked is None else first.was_locked
    owned = first.base if isinstance(first.base, str) else ""
    shown, before = next((one.key for one in there if one.selected), ""), str(first.before)
    if not _is(shown, str(last.after), cover):
        return PictureWay("undo_already" if shown and shown == before else "undo_changed")
    if first.why == Why.LOCK.value or _is(before, str(last.after), cover):
        return PictureWay("", shown, lock, owned)
    if not before:
        return PictureWay("undo_no_picture")
    if not before.startswith("/"):
        is_there = any(one.key == before for one in there)
        return PictureWay("", before, lock, owned) if is_there else PictureWay("undo_picture_gone")
    others = [one.key for one in there if one.key != shown and not _is_ours(one, cover)]
    return PictureWay("", others[0], lock, owned) if len(others) == 1 else PictureWay("undo_picture_unknown")


def _oldest_of_chain(entries: Sequence[Entry], cover: Cover) -> Entry:
    """Return the entry to whose state the picture goes back. A person's choice between two writes ends the way."""
    oldest = entries[-1]
    for entry in reversed(entries[:-1]):
        if not _is(str(oldest.before), str(entry.after), cover):
            break
        oldest = entry
    return oldest


def _is(name: str, picture: str, cover: Cover) -> bool:
    """Tell whether Plex's name of a picture is that of another name, or of the bytes of this SHA-1."""
    return bool(name) and bool(picture) and (name.endswith(picture) or cover.names.get(name) == picture)


def _is_ours(one: Upload, cover: Cover) -> bool:
    return any(_is(one.key, sha1, cover) for sha1 in cover.ours.values()) or one.key in cover.names


class PictureUndo:
    """Takes back pictures, one by one; for the worker's thread."""

    def __init__(self, store: Store, target: Target, servers: Servers, now: Callable[[], float]) -> None:
        self._store = store
        self._target = target
        self._pictures = servers.pictures
        self._items = servers.items
        self._now = now

    def take_back(self, row: UndoRow, image: Artwork) -> UndoRow:
        """Take back one picture and return the row as it is then; raises item and server errors."""
        if row.undone_run == LIFT:
            self._lift(row, image)
            return replace(row, state=UndoState.BACK)
        found = self.find(row, image)
        if found.way.reason:
            return replace(row, state=UndoState.STAYS, reason=found.way.reason)
        if found.record is not None and found.item is not None:
            self._write(row, image, found.record, found)
        return replace(row, state=UndoState.BACK)

    def find(self, row: UndoRow, image: Artwork) -> PictureFound:
        """Look at a picture that is to go back, and choose its way; raises item and server errors."""
        record = self._store.links.of_scenes([row.scene_id]).get((row.scene_id, row.rating_key))
        if record is None:
            return PictureFound(PictureWay("undo_item_gone"))
        entries = self._entries(row, image)
        if not entries:
            return PictureFound(PictureWay("undo_not_written"))
        item = self._read(row.rating_key)
        there = self._pictures.all_present(row.rating_key, image)
        way = picture_way(entries, there, record.cover, is_locked=image in item.locked_pictures)
        has_tried = self._store.journal.has_tried(row.run_id, (row.scene_id, row.rating_key, image))
        if way.reason == "undo_already" and has_tried:  # it was cut off
            lock, owned = bool(entries[0].was_locked), str(entries[0].base or "")
            way = PictureWay("", str(entries[0].before), lock, owned)
        shown = next((one.key for one in there if one.selected), "")
        return PictureFound(way, shown, record, item)

    def _entries(self, row: UndoRow, image: Artwork) -> list[Entry]:
        found = entries_here(self._store, self._store.journal.undone(row.undone_run, [row.scene_id]))
        return [
            one for one in found if one.rating_key == row.rating_key and one.field is image and one.state == "written"
        ]

    def _read(self, rating_key: str) -> Item:
        item = without_reused_keys(self._store, self._items.read([rating_key])).get(rating_key)
        if item is None:
            raise ItemGone(rating_key=rating_key)
        return item

    def _write(self, row: UndoRow, image: Artwork, record: SyncRecord, found: PictureFound) -> None:
        way, shown, item = found.way, found.shown, self._read(row.rating_key)
        why = Why.LOCK if shown == way.to else Why.UNDO
        replaced = Replaced(shown, way.to, why, image in item.locked_pictures, row.run_id)
        entry = self._store.journal.plan_picture(record, image, replaced, self._now())
        if shown != way.to:
            self._pictures.select(row.rating_key, image, way.to)
        # In any case: to select may lock, and an item may show that late.
        self._pictures.set_locks(item.section_id, [row.rating_key], image, locked=way.lock)
        item = self._read(row.rating_key)
        now = next((one.key for one in self._pictures.present(row.rating_key, image) if one.selected), "")
        with self._store.transaction():
            self._store.journal.settle_picture(entry, has_arrived=now == way.to)
            self._store.links.remember(_taken_back(record, image, way))
            if has_ours(item, record.base):
                self._store.links.see(row.rating_key, item.updated_at, self._now())
        if now != way.to:
            raise NotApplied(rating_key=row.rating_key, fields=image.value)

    def _lift(self, row: UndoRow, image: Artwork) -> None:
        record = self._store.links.of_scenes([row.scene_id]).get((row.scene_id, row.rating_key))
        if record is not None:
            rest = {name: sha1 for name, sha1 in record.cover.taken_back.items() if name != image.value}
            cover = replace(record.cover, taken_back=rest, seen="")
            with self._store.transaction():
                self._store.links.remember(replace(record, cover=cover))


def _taken_back(record: SyncRecord, image: Artwork, way: PictureWay) -> SyncRecord:
    """Return the record after a picture went back. The one that went is not sent again."""
    cover = record.cover
    gone, held = cover.ours.get(image.value, ""), dict(cover.taken_back)
    if _is(way.to, held.get(image.value, ""), cover):
        del held[image.value]
    elif gone:
        held[image.value] = gone
    left = {name: sha1 for name, sha1 in cover.left.items() if name != image.value}
    uploads = {**cover.uploads, image.value: way.owned}
    return replace(record, cover=replace(cover, uploads=uploads, left=left, taken_back=held))
