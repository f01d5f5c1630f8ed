"""Pictures to Plex in as few requests as the server allows: an upload each, and what they came to in reads of many.

::

    known habit:    upload ─► (select) ─┐
    else:    list ─► upload ─► list ────┤ read many ─► lock many that are not as they should be ─► read many
                                        └─► list, for one whose picture did not change
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from plexsync.domain.errors import ItemError, ItemGone
from plexsync.domain.model import Artwork, Item
from plexsync.plex import artwork
from plexsync.plex.artwork import Upload
from plexsync.plex.picture_conversion import Picture
from plexsync.plex.upload_habits import UploadHabit
from plexsync.runtime.servers import Servers
from plexsync.runtime.target import Target
from plexsync.store import Store
from plexsync.sync.pictures.lock_setter import LockSetter
from plexsync.sync.pictures.parcel import Parcel
from plexsync.sync.pictures.reading import read_apart

_UNKNOWN = "?"


class PictureDelivery:
    """For the worker's thread: brings pictures to the items of one server."""

    def __init__(self, store: Store, target: Target, servers: Servers, now: Callable[[], float]) -> None:
        self._store = store
        self._target = target
        self._pictures = servers.pictures
        self._items = servers.items
        self._now = now

    def habit(self, size: int) -> UploadHabit | None:
        """Return what the server does with a picture of so many bytes, if it can go without a list.

        Where the server gives it a name of its own, the list of before has to tell which one is new.
        """
        habit = self._target.upload_habits.known(size, self._now())
        return habit if habit is not None and habit.keeps_name else None

    def send(self, parcel: Parcel, picture: Picture, habit: UploadHabit) -> None:
        """Give Plex a picture in the way that its habit allows; raises image and server errors."""
        began = time.monotonic()
        parcel.is_late = self._pictures.post(parcel.rating_key, parcel.image, picture)
        self._target.throttle.took_picture(time.monotonic() - began, parcel.size, time.monotonic())
        if not habit.selects:
            self._select(parcel, artwork.upload_name(parcel.image, parcel.sha1))

    def _select(self, parcel: Parcel, name: str) -> None:
        try:
            parcel.is_late = self._pictures.select(parcel.rating_key, parcel.image, name) or parcel.is_late
        except ItemError:
            parcel.before = _UNKNOWN  # then the list has to tell

    def send_with_care(self, parcel: Parcel, picture: Picture, there: Sequence[Upload], name: str) -> None:
        """Give Plex a picture, and learn by its list what it does with it; raises image and server errors.

        ``name`` is what Plex calls these very bytes, "" if it does not have them.
        """
        began = time.monotonic()
        came = self._pictures.bring(parcel.rating_key, parcel.image, picture, there, name)
        self._target.throttle.took_picture(time.monotonic() - began, parcel.size, time.monotonic())
        parcel.name, parcel.is_late = came.name, came.is_late
        if came.is_sent:
            self._learn(parcel, selects=came.is_selected_by_plex)

    def _learn(self, parcel: Parcel, *, selects: bool) -> None:
        habit = UploadHabit(selects, keeps_name=not parcel.is_renamed)
        self._target.upload_habits.learn(habit, parcel.size, self._now())

    def see(self, parcels: Sequence[Parcel]) -> dict[str, Item]:
        """See what pictures came to, and set their locks; returns their items as they are then.

        Those that failed have an error afterwards. Raises server errors.
        """
        items, unreadable = read_apart(self._store, self._items, {parcel.rating_key for parcel in parcels})
        for parcel in parcels:
            key = parcel.rating_key
            self._see(parcel, items.get(key), unreadable.get(key) or ItemGone(rating_key=key))
        return read_apart(self._store, self._items, items)[0] if self._set_locks(parcels, items) else items

    def _see(self, parcel: Parcel, item: Item | None, lack: ItemError) -> None:
        if item is None:
            parcel.error = parcel.error or lack
        elif parcel.error is None and not parcel.name:
            try:
                self._see_shown(parcel, item)
            except ItemError as error:
                parcel.error = error

    def _see_shown(self, parcel: Parcel, item: Item) -> None:
        """See that the item shows what was sent: another picture than before, if nothing more has to be known."""
        habit = self.habit(parcel.size)
        has_changed = parcel.image in item.pictures and parcel.before not in {item.pictures[parcel.image], _UNKNOWN}
        if has_changed and habit is not None:
            parcel.name = artwork.upload_name(parcel.image, parcel.sha1)
            return
        found = self._pictures.look_for(parcel.rating_key, parcel.image, parcel.sha1, lambda _: None)
        parcel.name = found.key
        # Another one that is locked was chosen by a person since.
        if not found.selected and (parcel.image not in item.locked_pictures or parcel.before == _UNKNOWN):
            self._learn(parcel, selects=False)
            parcel.is_late = self._pictures.select(parcel.rating_key, parcel.image, parcel.name) or parcel.is_late

    def _set_locks(self, parcels: Sequence[Parcel], items: Mapping[str, Item]) -> bool:
        """Set the locks that are not as they should be; tells whether any was."""
        wanted: dict[tuple[str, Artwork, bool], list[Parcel]] = {}
        for parcel in parcels:
            item = items.get(parcel.rating_key)
            if parcel.error is None and item is not None and (parcel.image in item.locked_pictures) != parcel.lock:
                wanted.setdefault((parcel.section_id, parcel.image, parcel.lock), []).append(parcel)
        setter = LockSetter(self._pictures)
        for those in wanted.values():
            setter.set(those)
        setter.close()
        return bool(wanted)
