"""One picture of one item: plan it by what is known, journal it, send it.

The list of an item's pictures is read only where it decides something. An item that nobody locked and that never had
one of ours gets its first cover whatever it shows, if the server is known to show what it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from plexsync.domain.errors import ItemError
from plexsync.domain.merge.picture import PicturePlan
from plexsync.domain.model import Artwork, Item, Why
from plexsync.plex.artwork import Upload
from plexsync.plex.picture_conversion import Picture
from plexsync.plex.pictures import Pictures
from plexsync.plex.upload_habits import UploadHabit
from plexsync.runtime.target import Target
from plexsync.store import Store
from plexsync.store.cover import Cover, Sending
from plexsync.store.history.journal import Replaced
from plexsync.sync.pictures.delivery import PictureDelivery
from plexsync.sync.pictures.item_cover import ItemCover
from plexsync.sync.pictures.own_uploads import planned_by_list
from plexsync.sync.pictures.parcel import Parcel
from plexsync.sync.pictures.plan import planned


@dataclass(frozen=True, slots=True)
class _View:
    """A view of an item's picture and what is to become of it.

    ``shown`` is its name, or its address where no list was read; ``names`` are Plex's names of what is ours, by the
    SHA-1 of the bytes. With a ``habit`` the picture goes without a list.
    """

    plan: PicturePlan
    shown: str
    there: tuple[Upload, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    habit: UploadHabit | None = None


class PictureWriter:
    """For the worker's thread."""

    def __init__(
        self, store: Store, target: Target, pictures: Pictures, delivery: PictureDelivery, now: Callable[[], float]
    ) -> None:
        self._store = store
        self._target = target
        self._pictures = pictures
        self._delivery = delivery
        self._now = now

    def write(self, cover: ItemCover, item: Item, image: Artwork, picture: Picture, run: int) -> None:
        """Bring one picture by the rules; ``cover`` then holds what is ours, and a parcel for what is not over yet.

        Raises image and server errors.
        """
        view = self._view_of_item(cover.cover, item, image, picture) or self._view_of_list(
            cover.cover, item, image, picture
        )
        choice, sha1 = view.plan.choice, picture.sha1
        if cover.taken_back.get(image.value, sha1) != sha1:
            del cover.taken_back[image.value]  # Stash has another cover now
        if choice.kept_why is not None:
            return
        if not choice.sends:
            self._store.journal.settle_seen_picture(cover.record, image, sha1)
            cover.left(image, sha1, view.shown)
        was_locked = _was_locked(cover.cover, image, view.plan)
        lock = not self._target.settings.flag("leave_unlocked") or was_locked
        is_left_locked = view.plan.facts.locked and not lock
        if choice.why is None and not is_left_locked:
            return
        replaced = Replaced(view.shown, sha1, choice.why or Why.LOCK, was_locked, run)
        entry = self._store.journal.plan_picture(cover.record, image, replaced, self._now())
        parcel = Parcel(item.rating_key, item.section_id, image, sha1, len(picture.data), view.shown, lock)
        cover.parcels.append((parcel, entry))
        if choice.sends:
            self._send(cover, parcel, picture, view)
        else:
            parcel.name = view.shown

    def _view_of_item(self, cover: Cover, item: Item, image: Artwork, picture: Picture) -> _View | None:
        """Plan by the item alone, where it comes to the same whichever picture it shows."""
        habit = self._delivery.habit(len(picture.data))
        if habit is None or image.value in cover.ours or image.value in cover.sending:
            return None
        plan = planned(self._target, image, item, cover, want=picture.sha1)
        return _View(plan, item.pictures.get(image, ""), habit=habit) if plan.changes else None

    def _view_of_list(self, cover: Cover, item: Item, image: Artwork, picture: Picture) -> _View:
        """Plan by the list of the item's pictures: all of it where an upload may have to be known by being new."""
        is_known = self._delivery.habit(len(picture.data)) is not None
        read = self._pictures.present if is_known else self._pictures.all_present
        there = read(item.rating_key, image)
        listed = planned_by_list(self._target, image, item, cover, there=there, want=picture.sha1)
        return _View(listed.plan, listed.shown, there, listed.names)

    def _send(self, cover: ItemCover, parcel: Parcel, picture: Picture, view: _View) -> None:
        parcel.sends = True
        sending = Sending(parcel.sha1, was_locked=_was_locked(cover.cover, parcel.image, view.plan))
        self._store.links.remember(cover.sent_again(parcel.image, sending, self._now()))
        try:
            if view.habit is not None:
                self._delivery.send(parcel, picture, view.habit)
            else:
                self._delivery.send_with_care(parcel, picture, view.there, view.names.get(parcel.sha1, ""))
        except ItemError as error:
            parcel.error = error
            raise
        self._store.links.remember(cover.taken(parcel, self._now()))


def _was_locked(cover: Cover, image: Artwork, plan: PicturePlan) -> bool:
    """Tell whether a picture was locked before anything of ours was sent, be it before a kill."""
    sending = cover.sending.get(image.value)
    return plan.facts.locked if sending is None else sending.was_locked
