"""Items read together, but for those that Plex cannot give."""

from __future__ import annotations

from collections.abc import Iterable

from plexsync.domain.errors import ItemUnreadable
from plexsync.domain.model import Item
from plexsync.plex.items import ItemReader


def read_apart(reader: ItemReader, rating_keys: Iterable[str]) -> tuple[dict[str, Item], dict[str, ItemUnreadable]]:
    """Read items, and return the trouble of those that cannot be read, by rating key; raises server errors."""
    keys = set(rating_keys)
    try:
        return reader.read(sorted(keys)), {}
    except ItemUnreadable as error:
        key = error.data["rating_key"]
        if key not in keys:
            raise
        items, unreadable = read_apart(reader, keys - {key})
        return items, {**unreadable, key: error}
