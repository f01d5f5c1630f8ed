"""The cover of one item while it is brought: what its record says meanwhile, and what it is to say in the end."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from plexsync.domain.errors import ItemError
from plexsync.domain.merge.intents import may_come, next_recheck
from plexsync.domain.model import Artwork
from plexsync.store.cover import Cover, Sending
from plexsync.store.links import SyncRecord
from plexsync.sync.pictures.parcel import Parcel

_ON_ITS_WAY = "sending"
"""Stands for the stamp as long as a picture is on its way: a doubt that comes meanwhile is seen by it."""

_MOST_NAMES = 10
"""So many covers of before are known by Plex's own names for them."""


@dataclass(slots=True)
class ItemCover:
    """One item's cover.

    ``record`` is what was noted last. ``etag``, ``seen`` and ``unsaid`` are for the end, ``uploads`` and ``names`` grow
    until then. ``parcels`` are the pictures to be seen or locked, with their journal entries. ``is_through`` tells that
    every picture was dealt with. ``taken_back`` are the covers that a person has undone, as far as that still counts.
    """

    record: SyncRecord
    etag: str
    seen: str
    unsaid: str
    uploads: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    parcels: list[tuple[Parcel, int]] = field(default_factory=list)
    is_through: bool = False
    taken_back: dict[str, str] = field(default_factory=dict)

    @property
    def cover(self) -> Cover:
        """The cover as it was noted last."""
        return self.record.cover

    @property
    def error(self) -> ItemError | None:
        """The first thing that went wrong."""
        return next((parcel.error for parcel, _ in self.parcels if parcel.error is not None), None)

    @property
    def gets_picture(self) -> bool:
        """Tell whether the item has been given a picture."""
        return self.error is None and any(parcel.sends for parcel, _ in self.parcels)

    def left(self, image: Artwork, sha1: str, name: str) -> None:
        """Note for the end that these bytes are there, under the name that Plex gave them."""
        self.uploads[image.value] = sha1
        if name and not name.endswith(sha1):
            self.names.pop(name, None)
            kept = [*self.names.items(), (name, sha1)]
            self.names = dict(kept[-_MOST_NAMES:])

    def sent_again(self, image: Artwork, sending: Sending, now: float) -> SyncRecord:
        """Return the record to note before a picture is sent; one that was sent before in vain may yet be shown."""
        before = self.cover.sending.get(image.value)
        if before is not None:
            self.record = replace(self.record, cover=replace(self.cover, late={**self.cover.late, before.sha1: now}))
        return self.on_its_way(image, sending)

    def on_its_way(self, image: Artwork, sending: Sending) -> SyncRecord:
        """Return the record to note while a picture is on its way."""
        pictures = {**self.cover.sending, image.value: sending}
        self.record = replace(self.record, cover=replace(self.cover, seen=_ON_ITS_WAY, sending=pictures))
        return self.record

    def taken(self, parcel: Parcel, now: float) -> SyncRecord:
        """Return the record to note when Plex has taken a picture, with its name there if that was seen."""
        if parcel.is_late:
            self.record = replace(self.record, cover=replace(self.cover, late={**self.cover.late, parcel.sha1: now}))
        if parcel.name:
            self.left(parcel.image, parcel.sha1, parcel.name)
            self.record = replace(self.record, cover=replace(self.cover, names=dict(self.names)))
        return self.on_its_way(parcel.image, replace(self.cover.sending[parcel.image.value], is_taken=True))

    def end(self, now: SyncRecord, at: float) -> SyncRecord:
        """Return the record to note in the end (UTC seconds), where it is ``now`` another one for other reasons."""
        failed = {parcel.image.value for parcel, _ in self.parcels if parcel.error is not None}
        sending = {name: one for name, one in now.cover.sending.items() if name in failed}
        is_sure = self.is_through and not failed and now.cover == self.cover
        seen = self.seen if is_sure else ""
        left = {**now.cover.ours, **{name: one.sha1 for name, one in now.cover.sending.items()}}
        left = {name: sha1 for name, sha1 in left.items() if sha1 and name not in self.uploads}
        late = may_come({**now.cover.late, **{one.sha1: at for one, _ in self.parcels if one.is_late}}, at)
        again = min(filter(None, (now.recheck_at, next_recheck(late.values(), at))), default=0.0)
        cover = Cover(self.etag, seen, self.uploads, self.unsaid, self.names, sending, left, late=late)
        return replace(now, cover=replace(cover, taken_back=self.taken_back), recheck_at=again)
