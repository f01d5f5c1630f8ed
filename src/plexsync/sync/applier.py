"""From plans to Plex: journal, write, read back, remember. The only place that writes metadata."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from plexsync.domain.errors import ItemError, ItemGone, NotApplied
from plexsync.domain.merge.item import merge
from plexsync.domain.model import Base, Item, Plan
from plexsync.plex import library as plex_library
from plexsync.plex.edit_batching import EditBatching
from plexsync.plex.edits import Edit
from plexsync.runtime.target import Target
from plexsync.store import Store
from plexsync.store.links import Cover, SyncRecord
from plexsync.sync.batch_sizes import NOTED_AT_ONCE, Between, parts
from plexsync.sync.planner import ScenePlan
from plexsync.sync.sender import Sender

_log = logging.getLogger("plexsync")
Pair = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of one scene: how many fields were written, and what went wrong, if anything."""

    written: int = 0
    error: ItemError | None = None


class Applier:
    """Writes plans, a round of edits after the other."""

    def __init__(self, store: Store, target: Target, now: Callable[[], float] = time.time) -> None:
        self._store = store
        self._target = target
        self._now = now
        self._sender = Sender(target)
        self._grouping = EditBatching(store, lambda: target.client)

    def left_over(self, scene_plans: Sequence[ScenePlan]) -> frozenset[str]:
        """Return the items whose request would be half empty, though there are others to fill it later."""
        return self._grouping.left_over(
            [plan for scene_plan in scene_plans for plan in scene_plan.plans if plan.changes]
        )

    def apply(
        self, scene_plans: Sequence[ScenePlan], run_ids: Mapping[int, int], between: Between
    ) -> dict[int, Applied]:
        """Write what changes and remember what Plex then shows; returns what became of each scene not left out.

        Raises server errors; what was written by then is known at the next try by its intent.
        """
        # What was done meanwhile is remembered: no older intent may take its place.
        overtaken = between()
        scene_plans = [scene_plan for scene_plan in scene_plans if scene_plan.scene.id not in overtaken]
        changing = [plan for scene_plan in scene_plans for plan in scene_plan.plans if plan.changes]
        self._note_intent(scene_plans, changing, run_ids)
        refused = self._send(changing, between)
        results: dict[int, Applied] = {}
        for part in parts(scene_plans):
            overtaken = between()
            results |= self._finish(
                [scene_plan for scene_plan in part if scene_plan.scene.id not in overtaken], refused
            )
        return results

    def _finish(self, scene_plans: Sequence[ScenePlan], refused: Mapping[Pair, ItemError]) -> dict[int, Applied]:
        """Read back what was written and remember it."""
        shown = self._read_back(
            [plan for scene_plan in scene_plans for plan in scene_plan.plans if plan.changes], refused
        )
        results: dict[int, Applied] = {}
        for part in parts(scene_plans, NOTED_AT_ONCE):
            with self._store.transaction():
                for scene_plan in part:
                    results[scene_plan.scene.id] = self._remember(scene_plan, shown, refused)
        return results

    def _note_intent(self, scene_plans: Sequence[ScenePlan], plans: Sequence[Plan], run_ids: Mapping[int, int]) -> None:
        """Write down what is about to be sent: a kill between a write and its note must not orphan our own values."""
        by_scene = {scene_plan.scene.id: scene_plan for scene_plan in scene_plans}
        for chunk in parts(plans, NOTED_AT_ONCE):
            with self._store.transaction():
                self._store.journal.plan(chunk, run_ids, self._now())
                for plan in chunk:
                    record = self._record(by_scene[plan.scene_id], plan, plan.intent, updated_at=0)
                    self._store.links.remember(record)

    def _send(self, plans: Sequence[Plan], between: Between) -> dict[Pair, ItemError]:
        by_item = {plan.rating_key: plan for plan in plans}
        refused: dict[Pair, ItemError] = {}
        gone: set[str] = set()
        for edits in self._sender.rounds(self._grouping.encode(plans)):
            overtaken = between()
            out = gone | {key for key, plan in by_item.items() if plan.scene_id in overtaken} if overtaken else gone
            # A field that Plex refuses (one too long for it, say) does not keep the others from being written.
            for plan, error in self._send_round(_without(edits, out), by_item, between):
                refused[plan.scene_id, plan.rating_key] = error
                if isinstance(error, ItemGone):
                    gone.add(plan.rating_key)
        return refused

    def _send_round(
        self, edits: Sequence[Edit], by_item: Mapping[str, Plan], between: Between
    ) -> Iterator[tuple[Plan, ItemError]]:
        """Send some edits; where Plex refuses one for many items, find out for which."""
        for sent in self._sender.send(edits):
            if sent.refusal is not None and len(sent.edit.rating_keys) == 1:
                yield by_item[sent.edit.rating_keys[0]], sent.refusal
            elif sent.refusal is not None:
                for key in sent.edit.rating_keys:
                    if by_item[key].scene_id not in between():
                        yield from self._send_round([replace(sent.edit, rating_keys=(key,))], by_item, between)

    def _read_back(self, plans: Sequence[Plan], refused: Mapping[Pair, ItemError]) -> dict[str, Item]:
        keys = [plan.rating_key for plan in plans if (plan.scene_id, plan.rating_key) not in refused]
        return plex_library.items(self._target.client, keys)

    def _remember(self, scene_plan: ScenePlan, shown: Mapping[str, Item], refused: Mapping[Pair, ItemError]) -> Applied:
        written, failure = 0, None
        for plan in scene_plan.plans:
            pair = (plan.scene_id, plan.rating_key)
            error = refused.get(pair)
            if error is None:
                error = self._keep(scene_plan, plan, shown.get(plan.rating_key))
                written += len(plan.changes)
            failure = failure or error
        return Applied(written, failure)

    def _keep(self, scene_plan: ScenePlan, plan: Plan, shown: Item | None) -> ItemError | None:
        """Remember one item as Plex shows it now; returns what is missing.

        What did not arrive in full stays an intent, so that the next try knows our own value again.
        """
        item = shown if plan.changes else (scene_plan.items or {})[plan.rating_key]
        if item is None:
            self._store.journal.settle(plan.scene_id, plan.rating_key, "failed")
            return ItemGone(rating_key=plan.rating_key)
        # Our own value of before is still ours: one that a write has left there is no person's.
        known = replace(plan.intent, wanted=plan.base.wanted)
        left = merge(scene_plan.desired, item, known, scene_plan.merging).changes if plan.changes else ()
        if left:
            fields = ", ".join(change.field.value for change in left)
            return NotApplied(rating_key=plan.rating_key, fields=fields)
        self._store.links.remember(
            replace(
                self._record(scene_plan, plan, plan.base, updated_at=item.updated_at),
                fingerprint=scene_plan.fingerprint,
                rules=scene_plan.rules,
            )
        )
        self._store.journal.settle(plan.scene_id, plan.rating_key, "written")
        return None

    def _record(self, scene_plan: ScenePlan, plan: Plan, base: Base, *, updated_at: int) -> SyncRecord:
        known = (scene_plan.records or {}).get(plan.rating_key)
        return SyncRecord(
            scene_id=plan.scene_id,
            rating_key=plan.rating_key,
            section_id=plan.section_id,
            base=base,
            fingerprint="",
            rules="",
            item_updated_at=updated_at,
            cover=Cover() if known is None else known.cover,
            synced_at=self._now(),
        )


def _without(edits: Sequence[Edit], rating_keys: AbstractSet[str]) -> list[Edit]:
    left = ((edit, tuple(key for key in edit.rating_keys if key not in rating_keys)) for edit in edits)
    return [replace(edit, rating_keys=keys) for edit, keys in left if keys]
