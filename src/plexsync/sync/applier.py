"""From plans to Plex: journal, write, read back, remember. The only place that writes metadata.

An item is written in rounds: send what it lacks, read it back, compare again. Lists get what comes in one round and
lose what goes in a later one, so nothing is taken away that was not replaced before, whatever fails in between. An
edit that Plex refuses is sent value by value, then item by item: one bad value keeps no other from arriving.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import partial

from plexsync.domain.capabilities import EditForms, Lesson
from plexsync.domain.errors import ItemError
from plexsync.domain.merge.intents import added, next_recheck, young
from plexsync.domain.model import PHOTOS, Base, Field, Intent, Plan
from plexsync.index.file_keys import file_marks
from plexsync.index.own_collections import OwnCollections
from plexsync.plex.editing.capabilities import ServerCapabilities
from plexsync.plex.editing.edit_batching import EditBatching
from plexsync.plex.editing.late_values import LateValues
from plexsync.plex.editing.lateness import Lateness
from plexsync.plex.editing.stamp_trials import StampTrials
from plexsync.plex.edits import Edit, removing
from plexsync.plex.items import Items
from plexsync.runtime.clock import has_passed
from plexsync.runtime.target import Target
from plexsync.store import Store
from plexsync.store.cover import Cover
from plexsync.store.history.journal import Observed
from plexsync.store.links import SyncRecord
from plexsync.sync.batch_sizes import NOTED_AT_ONCE, parts
from plexsync.sync.planner import ScenePlan
from plexsync.sync.sending.edit_answers import EditAnswers
from plexsync.sync.sending.intent_notes import IntentNotes, Planned
from plexsync.sync.sending.item_write import Care, ItemWrite
from plexsync.sync.sending.reading_back import WITNESSES, EarlyReading, ReadBack
from plexsync.sync.sending.sender import Meanwhile, Sender
from plexsync.sync.steps import Moment, Step, Steps

MOST_ROUNDS = 8

READ_HOLDS = 5.0
"""Seconds for which an item that was read holds: a person may edit it before it is written."""

READ_AT_ONCE = 200

LATER_SECONDS = 2.0
"""So many seconds before the last edit comes the batch after this one: what is read for it is to hold then."""

NOTHING = frozenset[str]()

_log = logging.getLogger("plexsync")


@dataclass(frozen=True, slots=True)
class Applied:
    """The result of one scene: how many fields were written, and what went wrong, if anything.

    ``overtaken`` are fields of items that a person has changed since the plan was made, so they were not written.
    """

    written: int = 0
    error: ItemError | None = None
    overtaken: frozenset[tuple[str, Field]] = frozenset()


class Applier:
    """Writes plans, a round of edits after the other."""

    def __init__(
        self,
        store: Store,
        target: Target,
        items: Items,
        sent: Callable[[int], None],
        now: Callable[[], float] = time.time,
    ) -> None:
        """``sent`` hears of how many scenes more Plex has taken the edits: a batch may take minutes."""
        self._store = store
        self._tell_sent = sent
        self._items = items
        self._now = now
        self._target = target
        self._sender = Sender(target, items)
        self._capabilities = ServerCapabilities(store, items, now)
        self._batching = EditBatching(items, self._capabilities)
        self._stamps = StampTrials(items, self._batching, self._capabilities)
        self._late = LateValues()
        self._lateness = Lateness()
        self._server = self._capabilities.remembered.server
        self._read_back = ReadBack(items, self._batching, self._capabilities, self._lateness, now)
        self._collections = OwnCollections(store, items, now)

    def left_over(self, scene_plans: Sequence[ScenePlan]) -> frozenset[str]:
        """Return the items whose request would be half empty, though there are others to fill it later."""
        return self._batching.left_over(
            [plan for scene_plan in scene_plans for plan in scene_plan.plans if plan.changes]
        )

    @property
    def due_again(self) -> frozenset[str]:
        """The fields that this server takes in no form and that are to be tried on one more item."""
        return self._capabilities.due_again

    def apply(
        self,
        scene_plans: Sequence[ScenePlan],
        run_ids: Mapping[int, int],
        left_out: AbstractSet[int],
        ahead: Meanwhile | None = None,
    ) -> Steps[dict[int, Applied]]:
        """Write what changes and remember what Plex then shows; comes to what became of each scene.

        ``left_out`` may grow at each pause: its scenes have been dealt with, and are let be from then on. ``ahead`` is
        done while the last edits are on their way. Raises server errors; what was written by then is known at the next
        try by its intent.
        """
        yield Moment(Step.EDIT)
        self._meet_server()
        # All that was done meanwhile is remembered: no older intent may take its place.
        scene_plans = [scene_plan for scene_plan in scene_plans if scene_plan.scene.id not in left_out]
        scene_plans, forms = self._without_hopeless(scene_plans)
        intents = ((one, plan) for one in scene_plans for plan in one.plans if plan.changes)
        notes = IntentNotes(intents, lambda some: self._note_intents(some, run_ids, left_out))
        plans = [plan for scene_plan in scene_plans for plan in scene_plan.plans if plan.changes]
        made = self._collections.list_before(plans)
        writes = {write.plan.rating_key: write for write in _writes(scene_plans, forms)}
        yield from self._bring(writes, notes, left_out, ahead)
        self._collections.list_after(plans, made)
        if writes:
            self._learn(writes)
            scene_plans = [replace(scene_plan, trying=NOTHING) for scene_plan in scene_plans]
            scene_plans = self._spared(scene_plans, self._capabilities.remembered.off)
        results: dict[int, Applied] = {}
        for part in parts(scene_plans, NOTED_AT_ONCE):
            yield Moment(Step.EDIT)
            with self._store.transaction():
                for scene_plan in part:
                    if scene_plan.scene.id not in left_out:
                        results[scene_plan.scene.id] = self._remember(scene_plan, writes)
        return results

    def _meet_server(self) -> None:
        """Forget how late values show where another server, or another version of it, answers by now."""
        server = self._capabilities.remembered.server
        if server != self._server:
            self._server = server
            self._late.forget()
            self._lateness.forget()

    def _without_hopeless(self, scene_plans: Sequence[ScenePlan]) -> tuple[list[ScenePlan], EditForms]:
        """Return the plans without what this server takes in no form, and the forms for all else.

        A value that has not shown since the last try counts as well.
        """
        looked = [self._judge_late(scene_plan) for scene_plan in scene_plans]
        found = [lesson for _, lessons in looked for lesson in lessons]
        if any(lesson.arrived for lesson in found):
            self._lateness.was_missed()
        self._capabilities.learn(found)
        plans = [scene_plan for scene_plan, _ in looked]
        if not any(scene_plan.changes for scene_plan in plans):
            return plans, EditForms()
        known = self._capabilities.in_use()
        self._capabilities.try_again({name for scene_plan in plans for name in scene_plan.tries})
        return self._spared(plans, known.off), known.forms

    def _judge_late(self, scene_plan: ScenePlan) -> tuple[ScenePlan, list[Lesson]]:
        """See what of the last write has arrived by now; photos that have not are let be until the next change."""
        items, now = scene_plan.items, self._now()
        lessons = [self._late.judge(items[plan.rating_key], plan.changes, now) for plan in scene_plan.plans]
        # A field that is off is not planned: it has not arrived by that.
        lessons = [replace(lesson, arrived=lesson.arrived - scene_plan.off) for lesson in lessons]
        if any(PHOTOS in lesson.refused for lesson in lessons):
            scene_plan = scene_plan.spared(scene_plan.off | {PHOTOS}, scene_plan.rules)
        return scene_plan, lessons

    def _spared(self, scene_plans: Sequence[ScenePlan], off: frozenset[str]) -> list[ScenePlan]:
        return [
            one if off - one.trying <= one.off else one.spared(every := one.off | off, self._target.rules_hash(every))
            for one in scene_plans
        ]

    def _learn(self, writes: Mapping[str, ItemWrite]) -> None:
        """Keep what the writes have shown of the server."""
        self._capabilities.learn([write.lesson for write in writes.values()])
        for write in writes.values():
            self._late.note(write.shown, write.in_vain, self._now())

    def _note_intents(self, plans: Sequence[Planned], run_ids: Mapping[int, int], left_out: AbstractSet[int]) -> None:
        """Write down what is about to be sent, but for scenes that something else has dealt with meanwhile."""
        for chunk in parts([one for one in plans if one[1].scene_id not in left_out], NOTED_AT_ONCE):
            with self._store.transaction():
                observed = {plan.rating_key: _observed(scene_plan, plan.rating_key) for scene_plan, plan in chunk}
                runs = self._runs([plan.scene_id for _, plan in chunk], run_ids)
                self._store.journal.plan([plan for _, plan in chunk], runs, self._now(), observed)
                for scene_plan, plan in chunk:
                    intent = replace(plan.intent, intents=tuple(map(self._stamped, plan.intent.intents)))
                    self._store.links.remember(self._record(scene_plan, plan, intent, updated_at=0))

    def _stamped(self, intent: Intent) -> Intent:
        return intent if intent.at else replace(intent, at=self._now())

    def _runs(self, scene_ids: Sequence[int], run_ids: Mapping[int, int]) -> dict[int, int]:
        """Return the run of each scene; what nobody asked for is of the edits of this minute."""
        edit = 0 if all(run_ids.get(scene) for scene in scene_ids) else self._store.runs.edit(self._now())
        return {scene: run_ids.get(scene) or edit for scene in scene_ids}

    def _bring(
        self,
        writes: Mapping[str, ItemWrite],
        notes: IntentNotes,
        left_out: AbstractSet[int],
        later: Meanwhile | None,
    ) -> Steps[None]:
        """Send and read back until nothing is left to try."""
        answers = EditAnswers(self._items, writes, partial(self._store.links.some_items, WITNESSES))
        told: set[int] = set()
        for number in range(MOST_ROUNDS):
            left = [write for write in writes.values() if write.is_open and write.plan.scene_id not in left_out]
            if not left:
                return
            if not number:
                self._find_out(writes, left, notes)
            to_send = tuple(self._edits(left))
            ahead = dict.fromkeys(key for edit in to_send for key in edit.rating_keys)
            moved: set[str] = set()
            early = EarlyReading(self._items, writes, to_send, self._now)
            meanwhile = _Meanwhile(notes, early, later, len(to_send))
            for edits in self._sender.rounds(to_send):
                yield Moment(Step.EDIT)
                moved |= self._read_old(writes, {key for edit in edits for key in edit.rating_keys}, ahead)
                out = {key for key, write in writes.items() if write.is_gone or write.plan.scene_id in left_out} | moved
                going = [edit for one in edits if (edit := one.without(out))]
                notes.note(key for edit in going for key in edit.rating_keys)
                meanwhile.begin(len(edits), self._sender.lasted)
                sent = self._sender.send(going, meanwhile)
                taken = {writes[key].plan.scene_id for one in sent if one.is_well for key in one.edit.rating_keys}
                self._tell_sent(len(taken - told))
                told |= taken
                answers.hear(sent)
                early.note(sent)
            answers.close()
            self._read_back.compare(left, early.close())

    def _read_old(
        self, writes: Mapping[str, ItemWrite], now_sent: AbstractSet[str], ahead: dict[str, None]
    ) -> frozenset[str]:
        """Read again what was read too long ago, with some of those that come next; returns the items that have moved.

        A person may have edited them meanwhile: they are planned anew, and wait for the next round of edits.
        """
        is_old = any(self._is_old(writes[key]) for key in now_sent)
        old = [key for key in ahead if self._is_old(writes[key])][:READ_AT_ONCE] if is_old else []
        for key in now_sent:
            ahead.pop(key, None)
        found = self._items.read(old) if old else {}
        moved = frozenset(key for key in old if not writes[key].is_as_before(found.get(key)))
        for key in old:
            writes[key].read_at = self._now()
        for key in moved:
            writes[key].see(found.get(key))
        return moved

    def _is_old(self, write: ItemWrite) -> bool:
        return not write.has_begun and has_passed(READ_HOLDS, write.read_at, self._now())

    def _find_out(self, writes: Mapping[str, ItemWrite], left: Sequence[ItemWrite], notes: IntentNotes) -> None:
        """Send some of the edits by themselves where they tell what nobody knows of this server yet."""
        shown = {write.plan.rating_key: write.shown for write in left}
        to_send = [write.to_send for write in left]
        if not (self._batching.has_trial(to_send) or self._stamps.has_trial(to_send, shown)):
            return
        notes.note_all()
        tried = self._batching.find_out(to_send)
        if tried is not None:
            self._read_back.compare([writes[tried]])
        told = self._stamps.find_out([write.to_send for write in left if write.plan.rating_key != tried], shown)
        for key, of in told.items():
            writes[key].answered([of])
        if told:
            self._read_back.compare([writes[key] for key in told])

    def _edits(self, left: Sequence[ItemWrite]) -> Iterator[Edit]:
        """Make the edits of a round, those in which all goes well first."""
        for write in left:
            for repair in write.repairs:
                yield from removing(write.plan, repair, write.forms.removal)
        for care in Care:
            for forms in dict.fromkeys(write.forms for write in left if write.care is care):
                plans = [write.to_send for write in left if (write.care, write.forms) == (care, forms)]
                yield from self._in_forms(plans, care, forms)

    def _in_forms(self, plans: Sequence[Plan], care: Care, forms: EditForms) -> Iterator[Edit]:
        if care is Care.NONE:
            yield from self._batching.encode(plans, forms)
            return
        for edit in self._batching.encode_apart(plans, forms):
            yield from edit.by_item() if care is Care.BY_ITEM else (edit,)

    def _remember(self, scene_plan: ScenePlan, writes: Mapping[str, ItemWrite]) -> Applied:
        written, failure, overtaken = 0, None, set[tuple[str, Field]]()
        for plan in scene_plan.plans:
            write = writes.get(plan.rating_key)
            error = self._keep(scene_plan, plan, write)
            written += 0 if write is None else len(write.arrived)
            overtaken |= set() if write is None else {(plan.rating_key, of) for of in write.fields & write.kept}
            failure = failure or error
        return Applied(written, failure, frozenset(overtaken))

    def _keep(self, scene_plan: ScenePlan, plan: Plan, write: ItemWrite | None) -> ItemError | None:
        """Remember one item as Plex shows it now; returns what is wrong with it.

        A change that did not arrive in full stays an intent, so that the next try knows our own value again.
        """
        if write is not None:
            self._settle_journal(write)
            error = write.error_besides(scene_plan.off)
            if error is not None:
                return error
        else:
            self._store.journal.close(plan.scene_id, plan.rating_key, _observed(scene_plan, plan.rating_key))
        item = scene_plan.items[plan.rating_key] if write is None else write.shown
        base, now = replace(plan.base, intents=self._still_open(plan, write)), self._now()
        record = self._record(scene_plan, plan, base, updated_at=item.updated_at)
        record = replace(record, fingerprint=scene_plan.fingerprint, rules=scene_plan.rules)
        again = next_recheck((intent.at for intent in base.intents), now)
        stamp = scene_plan.scene.updated_at if scene_plan.fingerprint else record.stamp
        self._store.links.remember(replace(record, stamp=stamp, recheck_at=again))
        return None

    def _still_open(self, plan: Plan, write: ItemWrite | None) -> tuple[Intent, ...]:
        """Return what may still take effect: intents of before, and the edits of now that met with an accident."""
        fields = frozenset[Field]() if write is None else write.unanswered
        accidents = (
            self._stamped(intent) for intent in plan.intent.intents if intent.field in fields and not intent.at
        )
        return young(added(plan.base.intents, accidents), self._now())

    def _settle_journal(self, write: ItemWrite) -> None:
        scene, key = write.plan.scene_id, write.plan.rating_key
        self._store.journal.settle(scene, key, frozenset(of.value for of in write.arrived))

    def _record(self, scene_plan: ScenePlan, plan: Plan, base: Base, *, updated_at: int) -> SyncRecord:
        known = scene_plan.records.get(plan.rating_key)
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
            born=scene_plan.scene.created_at,
            stamp="" if known is None else known.stamp,
            files=file_marks(scene_plan.scene.files),
        )


class _Meanwhile:
    """The work that waits for no edit: notes of those that come next, what those before have come to, what is later."""

    def __init__(self, notes: IntentNotes, early: EarlyReading, later: Meanwhile | None, edits: int) -> None:
        self._notes = notes
        self._early = early
        self._later = later
        self._edits_left = edits
        self._seconds_left = float("inf")

    def begin(self, edits: int, seconds: float) -> None:
        """Note that so many edits go out now, each of which lasts about so long."""
        self._seconds_left = self._edits_left * seconds / max(1, edits)
        self._edits_left -= edits

    @property
    def has_work(self) -> bool:
        """Tell whether there is any now."""
        return self._notes.has_work or self._early.has_work or self._is_later_due

    @property
    def _is_later_due(self) -> bool:
        return self._later is not None and self._seconds_left <= LATER_SECONDS and self._later.has_work

    def go_on(self) -> None:
        """Do a little of it."""
        if self._notes.has_work:
            self._notes.go_on()
        elif self._early.has_work:
            self._early.go_on()
        elif self._later is not None:
            self._later.go_on()


def _observed(scene_plan: ScenePlan, rating_key: str) -> Observed:
    item, record = scene_plan.items[rating_key], scene_plan.records.get(rating_key)
    base = Base() if record is None else record.base
    return Observed(item.fields, item.locked, base.pushed, item.photos, is_unsure=bool(base.intents))


def _writes(scene_plans: Sequence[ScenePlan], forms: EditForms) -> Iterator[ItemWrite]:
    for scene_plan in scene_plans:
        for plan in scene_plan.plans:
            if plan.changes:
                item = scene_plan.items[plan.rating_key]
                desired, read_at = scene_plan.desired_of(plan.rating_key), scene_plan.read_at
                yield ItemWrite(desired, scene_plan.merging, plan, item, forms, read_at=read_at)
