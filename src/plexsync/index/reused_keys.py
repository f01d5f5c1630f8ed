"""Rating keys that name another film by now: does an item still hold the files by which the index knows it?

That is so where another server, or an older database, has taken the place, or where Plex merged items.
"""

from __future__ import annotations

from collections.abc import Mapping

from plexsync.domain.model import Item
from plexsync.index.library_sync import part_keys
from plexsync.store import Store


def without_reused_keys(store: Store, items: Mapping[str, Item]) -> dict[str, Item]:
    """Return those of some items that have a file by which they are known; without any file nothing can be told."""
    known = store.library.keys_of(items)
    return {
        key: item
        for key, item in items.items()
        if not (known[key] and item.parts) or not part_keys(item).isdisjoint(known[key])
    }
