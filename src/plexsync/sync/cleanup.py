"""Remains of gone scenes in Plex, and how they go too: only our own values, as a person's stay."""

from __future__ import annotations

from collections.abc import Sequence

from plexsync.domain.merge.item import MergeRules, merge
from plexsync.domain.model import Desired, Field, Item, Link, Policy, Scene, Verdict, empty_value
from plexsync.domain.paths.key import name_of
from plexsync.domain.text import clean_line
from plexsync.plex.items import ItemReader
from plexsync.runtime.target import Target
from plexsync.store import Store
from plexsync.store.links import SyncRecord
from plexsync.sync.planner import ScenePlan


class Cleanup:
    """Plans how items are left as if PlexSync had never written to them."""

    def __init__(self, store: Store, target: Target, items: ItemReader) -> None:
        self._store = store
        self._target = target
        self._items = items

    def scene_plans(self, scene_ids: Sequence[int]) -> tuple[ScenePlan, ...]:
        """Plan for the items of scenes that are gone and that no other scene has a file in; raises server errors."""
        records = self._store.links.of_scenes(scene_ids)
        items = self._items.read(sorted({key for (_, key), record in records.items() if not self._is_claimed(record)}))
        rules = MergeRules(
            {of: Policy.OFF if self._target.settings.policy(of) is Policy.OFF else Policy.MERGE for of in Field},
            lock=False,
        )
        return tuple(
            _scene_plan(
                scene, {key: record for (owner, key), record in records.items() if owner == scene}, items, rules
            )
            for scene in scene_ids
        )

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


def _scene_plan(scene: int, records: dict[str, SyncRecord], items: dict[str, Item], rules: MergeRules) -> ScenePlan:
    mine = {key: items[key] for key in records if key in items}
    desired = {key: _nothing(scene, item) for key, item in mine.items()}
    return ScenePlan(
        scene=Scene(scene),
        link=Link(scene, Verdict.LINKED, tuple(mine)),
        desired=next(iter(desired.values()), Desired(scene, {})),
        fingerprint="",
        rules="",
        merging=rules,
        plans=tuple(merge(desired[key], item, records[key].base.taken_as_said(), rules) for key, item in mine.items()),
        items=mine,
        records=records,
    )


def _nothing(scene: int, item: Item) -> Desired:
    """Want nothing of an item; its title goes back to the name of its file."""
    name = name_of(item.parts[0].path) if item.parts else ""
    return Desired(scene, {of: empty_value(of) for of in Field}, clean_line(name.rpartition(".")[0] or name))
