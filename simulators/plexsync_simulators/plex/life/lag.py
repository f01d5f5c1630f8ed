"""Reads that lag behind writes: for a while an item is shown as it was before it was edited.

Clients saw 0.3 to 2 s of it (docs/engineering/plex.md §6).
"""

from __future__ import annotations

import copy
from collections.abc import Iterable

from plexsync_simulators.plex.library.model import Item, Past


def remember(item: Item, until: float) -> None:
    """Show the item as it is now until then (epoch seconds); call it before a change."""
    shown = item if item.past is None else item.past.item
    item.past = Past(_kept(shown), until)


def as_read(items: Iterable[Item], now: float) -> list[Item]:
    """The items as a client is to see them."""
    return [_as_read(item, now) if item.past else item for item in items]


def _as_read(item: Item, now: float) -> Item:
    if item.past is not None and now < item.past.until:
        return item.past.item
    item.past = None
    return item


def _kept(item: Item) -> Item:
    kept = copy.copy(item)
    kept.values, kept.locks, kept.past = dict(item.values), dict(item.locks), None
    kept.tags = {kind: [copy.copy(tagging) for tagging in taggings] for kind, taggings in item.tags.items()}
    return kept
