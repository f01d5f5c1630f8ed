"""The first reading of Stash: every scene's files and stamps, every entity's name, and where the feed starts.

Files are needed before the first write, so that a second scene's claim on an item is seen; stamps and names, so that
only what changes from now on counts as a change.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace

from plexsync.domain.digest import columns
from plexsync.domain.left_out import LeftOut
from plexsync.domain.model import EntityKind
from plexsync.index.file_keys import file_rows
from plexsync.index.path_mapping import kept_map
from plexsync.stash import timestamps
from plexsync.stash.changes.source import StashSource
from plexsync.stash.client import SERVER
from plexsync.stash.scenes import NamedEntity
from plexsync.store import Store
from plexsync.store.scenes import EntityRow
from plexsync.store.state import CURSOR, SCANNED_AT

YOUNG_SECONDS = 120.0


def take(store: Store, stash: StashSource, now: Callable[[], float] = time.time) -> None:
    """Read all of Stash once; raises server errors, and can then begin again.

    A scene stamped around its start may change while it runs: its stamp is not believed.
    """
    cursor = stash.first_cursor()
    young = cursor.clock - YOUNG_SECONDS
    for kind in EntityKind:
        listed = stash.entities(kind)
        with store.transaction():
            store.scenes.remember_entities(kind, map(entity_row, listed.values()))
    paths, newest, left_out = kept_map(store), "", list[LeftOut]()
    for page in stash.scenes():
        newest = max((newest, *(scene.updated_at for scene in page.scenes)), key=timestamps.instant)
        left_out += page.left_out
        with store.transaction():
            for scene in page.scenes:
                known = timestamps.instant(scene.updated_at) < young
                stamp = scene.updated_at if known else ""
                store.scenes.remember_listed(scene, stamp, columns(scene), file_rows(scene.files, paths), now())
    cursor = replace(cursor, zone=timestamps.zone(newest))  # else the first poll would take a day for new
    with store.transaction():
        store.left_out.replace(SERVER, "", left_out)
        store.state.put(CURSOR, cursor.to_json())
        store.state.put(SCANNED_AT, now())


def entity_row(one: NamedEntity) -> EntityRow:
    """Make the row to remember of an entity."""
    return EntityRow(one.id, one.name, one.parent_id or 0, one.updated_at)


def known_rows(store: Store, entities: Iterable[NamedEntity]) -> dict[tuple[EntityKind, int], EntityRow]:
    """Return what is remembered of some entities, by kind and id: one statement for each kind."""
    ids: dict[EntityKind, list[int]] = {}
    for one in entities:
        ids.setdefault(one.kind, []).append(one.id)
    return {(kind, row.id): row for kind in ids for row in store.scenes.entity_rows(kind, ids[kind]).values()}
