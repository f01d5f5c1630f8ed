"""Remains in Plex, and how they go: what gone scenes left there, and our own collections once they are empty.

Only what is our own goes; a person's stays.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from plexsync.domain.errors import BadAnswer, Dropped, ItemError, ItemGone, NoReply, NotAllowed
from plexsync.domain.merge.item import MergeRules, merge
from plexsync.domain.model import Desired, Field, Item, Link, Policy, Scene, Verdict, empty_value
from plexsync.domain.paths.key import name_of
from plexsync.domain.text import clean_line
from plexsync.index.index import Index
from plexsync.index.reused_keys import without_reused_keys
from plexsync.plex.collections import Collection
from plexsync.plex.items import Items
from plexsync.runtime.clock import has_passed
from plexsync.runtime.target import Target
from plexsync.store import Store
from plexsync.store.collections import KnownCollection
from plexsync.store.links import SyncRecord
from plexsync.sync.planner import ScenePlan

SETTLED_SECONDS = 3.0
"""How long after an edit Plex may still show what was before (docs/engineering/plex.md §6)."""

_log = logging.getLogger("plexsync")


class Cleanup:
    """Plans how items are left as if PlexSync had never written to them."""

    def __init__(
        self, store: Store, target: Target, index: Index, items: Items, now: Callable[[], float] = time.time
    ) -> None:
        self._store = store
        self._index = index
        self._target = target
        self._items = items
        self._now = now
        self._unanswered = ""

    @property
    def due_in(self) -> float:
        """In how many seconds it is time to see what is left of our own collections; infinite for never."""
        now, left = self._now(), self._left()
        return min((0.0 if _is_due(one, now) else SETTLED_SECONDS for one in left), default=math.inf)

    def remove_emptied(self) -> None:
        """Remove our own collections of which nothing is left; raises server errors.

        Plex keeps a collection that became empty (docs/engineering/plex.md §4.1), or removes it by itself. One that it
        will not remove is left alone from then on, and so is one about which it gives no answer twice.
        """
        now = self._now()
        for one in (known for known in self._left() if _is_due(known, now)):
            try:
                is_left = not self._remove_if_empty(one)
            except ItemGone:
                is_left = False
            except (ItemError, BadAnswer, NotAllowed, Dropped, NoReply) as problem:
                if isinstance(problem, Dropped | NoReply) and one.rating_key != self._unanswered:
                    self._unanswered = one.rating_key
                    raise
                _log.info("collection %s stays in Plex: %s", one.title, problem)
                is_left = False
            if is_left:
                self._store.collections.keep([replace(one, left_at=0.0)])
            else:
                self._store.collections.forget(one.place)

    def _left(self) -> tuple[KnownCollection, ...]:
        return () if self._target.settings.flag("dry_run") else self._store.collections.left()

    def _remove_if_empty(self, known: KnownCollection) -> bool:
        """Remove a collection if nothing is in it; tells whether it is gone."""
        collection = Collection(known.rating_key, known.title)
        if not self._items.is_empty_collection(collection):
            return False
        self._items.remove_collection(collection)
        _log.info("collection %s was empty and PlexSync's own, so it is removed", known.title)
        return True

    def scene_plans(self, scene_ids: Sequence[int]) -> tuple[ScenePlan, ...]:
        """Plan for the items of scenes that are gone and that no other scene has a file in; raises server errors."""
        read_at = self._now()
        items = self._read(self._store.links.of_scenes(scene_ids))
        records = self._store.links.of_scenes(scene_ids)
        rules = MergeRules(
            {of: Policy.OFF if self._target.settings.policy(of) is Policy.OFF else Policy.MERGE for of in Field},
            lock=False,
        )
        plans = (
            _scene_plan(
                scene, {key: record for (owner, key), record in records.items() if owner == scene}, items, rules
            )
            for scene in scene_ids
        )
        return tuple(replace(plan, read_at=read_at) for plan in plans)

    def _read(self, records: Mapping[tuple[int, str], SyncRecord]) -> dict[str, Item]:
        """Read the items that nobody else has; where a key names another film by now, the index learns of it."""
        keys = {key for (_, key), record in records.items() if not self._is_claimed(record)}
        read = self._items.read(sorted(keys))
        same = without_reused_keys(self._store, read)
        if len(same) < len(read):
            self._index.correct(read, read)
        return same

    def _is_claimed(self, record: SyncRecord) -> bool:
        """Tell whether another scene has an item, or may have it: nobody knows that of a library not chosen now."""
        keys = self._store.library.keys_of([record.rating_key])[record.rating_key]
        if not keys:
            return record.section_id not in self._store.library.sections()
        return any(self._store.scenes.claimants(keys).values())

    def forget(self, scene_id: int) -> None:
        """Forget a scene that is gone; what it left on an item that another scene has now is that one's to inherit."""
        for (_, key), record in self._store.links.of_scenes([scene_id]).items():
            if not self._is_claimed(record):
                self._store.links.forget(scene_id, key)
        self._store.jobs.forget([scene_id])


def _is_due(known: KnownCollection, now: float) -> bool:
    return has_passed(SETTLED_SECONDS, known.left_at, now)


def _scene_plan(scene: int, records: dict[str, SyncRecord], items: dict[str, Item], rules: MergeRules) -> ScenePlan:
    mine = {key: items[key] for key in records if key in items}
    plan = ScenePlan(
        scene=Scene(scene),
        link=Link(scene, Verdict.LINKED, tuple(mine)),
        desired=Desired(scene, {of: empty_value(of) for of in Field}),
        fingerprint="",
        rules="",
        merging=rules,
        items=mine,
        records=records,
        stems={key: _stem(item) for key, item in mine.items()},
    )
    bases = {key: records[key].base.taken_as_said() for key in mine}
    return replace(
        plan, plans=tuple(merge(plan.desired_of(key), item, bases[key], rules) for key, item in mine.items())
    )


def _stem(item: Item) -> str:
    """Return the name of an item's file, to which its title goes back."""
    name = name_of(item.parts[0].path) if item.parts else ""
    return clean_line(name.rpartition(".")[0] or name)
