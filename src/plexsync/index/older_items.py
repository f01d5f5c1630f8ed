"""Items of which Plex has an older state: its database was restored, and they show what PlexSync has replaced since.

Such values are locked, as all that PlexSync writes. They would pass for a person's and stay for ever. The journal tells
them apart: a text or picture that PlexSync has replaced on this item, and the names that were PlexSync's own at that
time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from plexsync.domain.model import Artwork, Base, Field, Item, Value
from plexsync.store.history.journal import Entry
from plexsync.store.links import SyncRecord

CLOCK_SECONDS = 3600.0
"""By how much Plex's clock and ours may differ where it counts what was written after a state of an item."""


def is_older(item: Item, record: SyncRecord) -> bool:
    """Tell whether an item is in a state from before our last write: Plex's stamp of it only grows otherwise."""
    return 0 < item.updated_at < record.item_updated_at


def base_of_then(base: Base, item: Item, written: Iterable[Entry]) -> Base:
    """Return what PlexSync had left on an item of old, by what it has ``written`` there since."""
    pushed: dict[Field, Value] = dict(base.pushed)
    for entry in written:
        of = entry.field
        if not isinstance(of, Field):
            continue
        if isinstance(entry.before, str):
            if entry.before == item.fields[of]:
                pushed[of] = entry.before
        elif isinstance(entry.base, tuple):
            pushed[of] = tuple(dict.fromkeys((*_names(pushed.get(of)), *entry.base)))
    return replace(base, pushed=pushed)


def replaced_pictures(written: Iterable[Entry]) -> tuple[str, ...]:
    """Return the SHA-1 of the pictures that PlexSync has replaced on an item of old since."""
    names = (entry.before for entry in written if isinstance(entry.field, Artwork) and isinstance(entry.before, str))
    return tuple(dict.fromkeys(name.rpartition("/")[2] for name in names if name.startswith("upload://")))


def _names(value: Value | None) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()
