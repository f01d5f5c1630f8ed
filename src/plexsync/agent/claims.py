"""What scenes claim of Plex's items by their files, kept as scenes are read; where a claim ends, others may go on."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from plexsync.agent import stamp
from plexsync.agent.file_rows import file_rows
from plexsync.core.digest import columns, content
from plexsync.core.paths import PathMap
from plexsync.model import Scene
from plexsync.store import Store


@dataclass(frozen=True, slots=True)
class Moment:
    """When scenes were read: by this machine's clock and, where it told, by Stash's own."""

    now: float
    clock: float | None


def remember(store: Store, paths: PathMap, scenes: Collection[Scene], gone: Iterable[int], at: Moment) -> None:
    """Remember scenes as they were read and forget those that are gone; to be called within a transaction.

    Who shared an item with one that is gone, or that has lost its file there, may have it alone now.
    """
    ids, gone = [scene.id for scene in scenes], tuple(gone)
    before = _keys(store, (*ids, *gone))
    for scene in scenes:
        kept = replace(scene, updated_at=stamp.kept(scene.updated_at, at.clock))
        store.scenes.remember(kept, content(scene), columns(scene), file_rows(scene.files, paths))
    store.scenes.forget(gone)
    ended = before - _keys(store, ids)
    if ended:
        store.jobs.wake_waiting(_rivals(store, ended), "ambiguous", at.now)


def _keys(store: Store, scenes: Iterable[int]) -> frozenset[str]:
    return frozenset(key for scene in scenes for key in store.scenes.keys_of(scene))


def _rivals(store: Store, keys: Collection[str]) -> frozenset[int]:
    """Return the scenes that have a file in an item that holds one of these normalised Plex paths."""
    items = {item for places in store.library.holding(sorted(keys)).values() for item, _ in places}
    of_items = {key for keys in store.library.keys_of(items).values() for key in keys}
    return frozenset().union(*store.scenes.claimants(of_items).values())
