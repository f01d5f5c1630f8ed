"""Items read together, but for those that Plex cannot give, and for other films under the same keys."""

from __future__ import annotations

from collections.abc import Iterable

from plexsync.domain.errors import ItemUnreadable
from plexsync.domain.model import Item
from plexsync.index.reused_keys import without_reused_keys
from plexsync.plex.items import ItemReader
from plexsync.store import Store


def read_apart(
    store: Store, reader: ItemReader, rating_keys: Iterable[str]
) -> tuple[dict[str, Item], dict[str, ItemUnreadable]]:
    """Read items, and return the trouble of those that cannot be read, by rating key; raises server errors."""
    items, unreadable = _read_apart(reader, set(rating_keys))
    return without_reused_keys(store, items), unreadable


def _read_apart(reader: ItemReader, keys: set[str]) -> tuple[dict[str, Item], dict[str, ItemUnreadable]]:
    try:
        return reader.read(sorted(keys)), {}
    except ItemUnreadable as error:
        key = error.data["rating_key"]
        if key not in keys:
            raise
        items, unreadable = _read_apart(reader, keys - {key})
        return items, {**unreadable, key: error}
