"""A state.db as a first sync of a :func:`prefilled.prefilled` world leaves it, written in bulk by PlexSync's own code.

The initial scan and the listing of Plex come from the servers; the scenes themselves come from the world, not from
Stash, which would take minutes. So 100,000 scenes are ready in about two minutes and not in ten.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice

from plexsync.detect import initial_scan
from plexsync.domain.desired import desire, fingerprint
from plexsync.domain.digest import columns, content
from plexsync.domain.match import decide
from plexsync.domain.merge.item import merge
from plexsync.domain.model import LIST_FIELDS, Base, Field, Item, Link, Scene, Value, Verdict
from plexsync.index.file_keys import file_marks
from plexsync.index.index import Index
from plexsync.runtime.context import Context
from plexsync.runtime.target import Target, targets_of
from plexsync.stash.changes.source import StashServer
from plexsync.store import Store
from plexsync.store.cover import Cover
from plexsync.store.jobs import Priority
from plexsync.store.links import SyncRecord
from plexsync.sync.retry_policy import parked
from plexsync_simulators.rig import Rig
from prepared.prefilled import names_of, scene_of
from prepared.rigging import TELL_SECONDS, say

CHUNK = 500


def fill(rig: Rig) -> None:
    """Fill the state of a rig whose agent has not run yet."""
    context = Context(rig.data, {})
    with closing(Store(rig.data)) as store:
        context.refresh(store)
        initial_scan.take(store, StashServer(context.stash))
        (target,) = targets_of(context)
        index = Index(store, target, target.servers)
        index.make_ready()
        _Filling(store, target, index).carry_out(rig)


class _Filling:
    """Fills one state."""

    def __init__(self, store: Store, target: Target, index: Index) -> None:
        self._store = store
        self._index = index
        self._rules = target.rules
        self._print = target.rules_hash(())
        self._merging = target.merge_rules

    def carry_out(self, rig: Rig) -> None:
        names, told, done = names_of(rig.world), time.monotonic(), 0
        scenes = (scene_of(row, names) for row in rig.world.stash["scenes"])
        for chunk in _chunks(scenes):
            self._put(chunk)
            done += len(chunk)
            if time.monotonic() - told > TELL_SECONDS:
                told = time.monotonic()
                say(f"  {done:,} of {len(rig.world.stash['scenes']):,} scenes filled in")

    def _put(self, scenes: Sequence[Scene]) -> None:
        places = self._index.locate(scenes)
        now, store = time.time(), self._store
        with store.transaction():
            store.jobs.enqueue([one.id for one in scenes], priority=Priority.BULK, origin="bench", now=now)
            links = {one.id: decide(one.id, places[one.id].located, places[one.id].claims) for one in scenes}
            for scene in scenes:
                store.scenes.remember(scene, content(scene), columns(scene), self._index.file_rows(scene.files), 0.0)
                self._remember(scene, links[scene.id], now)
            jobs = store.jobs.claim(len(scenes), now)
            store.jobs.finish((job for job in jobs if links[job.scene_id].verdict is Verdict.LINKED), now)
            for job in jobs:
                if links[job.scene_id].verdict is not Verdict.LINKED:
                    store.jobs.defer(job, parked(links[job.scene_id], now), now)

    def _remember(self, scene: Scene, link: Link, now: float) -> None:
        if link.verdict is not Verdict.LINKED:
            return
        desired = desire(scene, self._rules)
        stamps = self._store.library.updated(link.rating_keys)
        sections = self._store.library.section_of(link.rating_keys)
        for key in link.rating_keys:
            plan = merge(desired, _blank(key, desired.stem), Base(), self._merging)
            record = SyncRecord(
                scene_id=scene.id,
                rating_key=key,
                section_id=sections[key],
                base=plan.base,
                fingerprint=fingerprint(desired, self._rules),
                rules=self._print,
                item_updated_at=stamps[key],
                cover=Cover(),
                synced_at=now,
                born=scene.created_at,
                stamp=scene.updated_at,
                files=file_marks(scene.files),
            )
            self._store.links.remember(record)


def _blank(key: str, stem: str) -> Item:
    """Return an item as Plex makes it of a file, so that all that it shows now counts as pushed by PlexSync."""
    fields: Mapping[Field, Value] = {of: () if of in LIST_FIELDS else "" for of in Field}
    return Item(key, "", {**fields, Field.TITLE: stem})


def _chunks(scenes: Iterator[Scene]) -> Iterator[list[Scene]]:
    while chunk := list(islice(scenes, CHUNK)):
        yield chunk
