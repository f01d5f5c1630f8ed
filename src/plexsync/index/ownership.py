"""Claims of scenes on Plex's items, by their files; where a claim ends, others may go on."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from plexsync.domain.digest import columns, content
from plexsync.domain.model import Scene
from plexsync.index.file_keys import file_rows
from plexsync.index.path_mapping import kept_map
from plexsync.store import Store
from plexsync.store.state import ALL_THERE_AT


@dataclass(frozen=True, slots=True)
class Reading:
    """A scene as it was read, with the hashes by which a change is seen: made before a transaction, not within."""

    scene: Scene
    content: str
    columns: str


def readings(scenes: Iterable[Scene]) -> tuple[Reading, ...]:
    """Make what is remembered of scenes."""
    return tuple(Reading(scene, content(scene), columns(scene)) for scene in scenes)


def remember(store: Store, read: Sequence[Reading], gone: Collection[int], now: float) -> None:
    """Remember scenes as they were read and forget those that are gone; to be called within a transaction.

    The path map is the one in force then: another thread may have found out more since the scenes were read. A scene
    may be gone, or may have lost its file there. Those that shared its item may have it alone now.
    """
    paths, ids = kept_map(store), [one.scene.id for one in read]
    before = store.scenes.all_keys((*ids, *gone))
    for one in read:
        store.scenes.remember(one.scene, one.content, one.columns, file_rows(one.scene.files, paths), now)
    store.scenes.forget(gone)
    if gone:
        store.links.leave(gone, store.state.get(ALL_THERE_AT) or 0.0)
    ended = before - store.scenes.all_keys(ids)
    for cause in ("ambiguous", "declined") if ended else ():
        store.jobs.wake_waiting(_rivals(store, ended), cause, now)


def _rivals(store: Store, keys: Collection[str]) -> frozenset[int]:
    """Return the scenes that have a file in an item that holds one of these normalised Plex paths."""
    items = {item for places in store.library.holding(sorted(keys)).values() for item, _ in places}
    of_items = {key for keys in store.library.keys_of(items).values() for key in keys}
    return frozenset().union(*store.scenes.claimants(of_items).values())
