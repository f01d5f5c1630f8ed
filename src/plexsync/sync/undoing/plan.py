"""From wishes to plans: which fields go back to what was there before, and why others stay as they are.

An undo is a wish about a field of an item, kept in the table ``undo``. The next plan of the scene carries it out
with all else that the scene needs. So nothing is lost where an edit comes in between, and a killed agent goes on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from plexsync.domain.merge.item import merge
from plexsync.domain.merge.overwrite import overwriting
from plexsync.domain.merge.undo import UndoVerdict, WayBack, together, ways_back
from plexsync.domain.model import Base, Field, Item, Link, Plan, Verdict, Written
from plexsync.domain.person.decisions import DECLINED
from plexsync.store import Store
from plexsync.store.history.journal import Entry, Observed
from plexsync.store.history.undo import LIFT, OVERWRITE, UndoRow, UndoState
from plexsync.sync.planner import ScenePlan
from plexsync.sync.undoing.same_server import entries_here

Place = tuple[int, str]
"""A scene and one of its items."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One field that is to go back, and what its run wrote there, oldest first."""

    row: UndoRow
    entries: tuple[Entry, ...]

    def settled(self, state: UndoState, reason: str = "", **detail: str) -> UndoRow:
        """Return its row with what has become of it."""
        return replace(self.row, state=state, reason=reason, detail=detail)


@dataclass(frozen=True, slots=True)
class Undoing:
    """The plans of some scenes with all that goes back, and by scene the rows of what does.

    ``settled`` are the rows about which the plans themselves decide: what stays as it is.
    """

    scene_plans: tuple[ScenePlan, ...]
    going: Mapping[int, tuple[UndoRow, ...]]
    settled: tuple[UndoRow, ...]

    @classmethod
    def joined(cls, some: Sequence[Undoing]) -> Undoing:
        """Return one for all scenes of some."""
        going = {scene: rows for one in some for scene, rows in one.going.items()}
        plans = (plan for one in some for plan in one.scene_plans)
        return cls(tuple(plans), going, tuple(row for one in some for row in one.settled))

    def only(self, scene_ids: Collection[int]) -> Undoing:
        """Return it for some of the scenes alone."""
        return Undoing(
            tuple(one for one in self.scene_plans if one.scene.id in scene_ids),
            {scene: rows for scene, rows in self.going.items() if scene in scene_ids},
            tuple(row for row in self.settled if row.scene_id in scene_ids),
        )


NO_PLANS = Undoing((), {}, ())


class UndoPlanner:
    """Puts wishes into plans; reads the journal and asks no server."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def plan(self, scene_plans: Sequence[ScenePlan], rows: Iterable[UndoRow]) -> Undoing:
        """Return plans in which the fields of these rows go back, where nobody has changed them since."""
        wishes = self._wishes(rows)
        if not wishes:
            return Undoing(tuple(scene_plans), {}, ())
        plans, going, settled = [], {}, []
        by_scene: dict[int, list[Wish]] = {}
        for wish in wishes:
            by_scene.setdefault(wish.row.scene_id, []).append(wish)
        for scene_plan in scene_plans:
            own = by_scene.get(scene_plan.scene.id, [])
            changed, stays = self._plan(scene_plan, own)
            plans.append(changed)
            settled += stays
            left = {(row.run_id, row.rating_key, row.field) for row in stays}
            rest = tuple(one.row for one in own if (one.row.run_id, one.row.rating_key, one.row.field) not in left)
            if rest:
                going[scene_plan.scene.id] = rest
        return Undoing(tuple(plans), going, tuple(settled))

    def _wishes(self, rows: Iterable[UndoRow]) -> list[Wish]:
        """Return the wishes with what the journal has of them; of several about one field, the oldest comes first."""
        first: dict[tuple[int, str, object], UndoRow] = {}
        for row in rows:
            first.setdefault((row.scene_id, row.rating_key, row.field), row)
        runs: dict[int, set[int]] = {}
        for row in first.values():
            if row.goes_back:
                runs.setdefault(row.undone_run, set()).add(row.scene_id)
        entries: dict[tuple[int, int, str, object], list[Entry]] = {}
        for run, scenes in runs.items():
            for entry in entries_here(self._store, self._store.journal.undone(run, sorted(scenes))):
                entries.setdefault((run, entry.scene_id, entry.rating_key, entry.field), []).append(entry)
        return [Wish(row, tuple(entries.get((row.undone_run, *place), ()))) for place, row in first.items()]

    def _plan(self, scene_plan: ScenePlan, wishes: Sequence[Wish]) -> tuple[ScenePlan, list[UndoRow]]:
        """Return a scene's plan with its wishes, and the rows of those that stay as they are."""
        if not wishes:
            return scene_plan, []
        if scene_plan.link.verdict is not Verdict.LINKED:
            return scene_plan, [
                wish.settled(UndoState.STAYS, f"undo_{scene_plan.link.verdict.value}") for wish in wishes
            ]
        settled: list[UndoRow] = []
        plans = []
        for key in scene_plan.items:
            own = [wish for wish in wishes if wish.row.rating_key == key]
            plan, stays = self._plan_item(scene_plan, key, own)
            plans.append(plan)
            settled += stays
        settled += [
            self._elsewhere(wish, scene_plan.link) for wish in wishes if wish.row.rating_key not in scene_plan.items
        ]
        return replace(scene_plan, plans=tuple(plans)), settled

    def _elsewhere(self, wish: Wish, link: Link) -> UndoRow:
        """Say of an item that is not written for the scene where it is, or that a person has decided so."""
        key = wish.row.rating_key
        owner = self._store.links.owners_of([key]).get(key)
        if owner is not None and owner.scene_id != wish.row.scene_id:
            return wish.settled(UndoState.STAYS, "undo_moved", scene=str(owner.scene_id))
        is_declined = any(one.code in DECLINED and one.data.get("item") == key for one in link.reasons)
        return wish.settled(UndoState.STAYS, "undo_declined" if is_declined else "undo_item_gone")

    def _plan_item(self, scene_plan: ScenePlan, key: str, wishes: Sequence[Wish]) -> tuple[Plan, list[UndoRow]]:
        item, record = scene_plan.items[key], scene_plan.records.get(key)
        base = _as_wished(Base() if record is None else record.base, item, wishes)
        undo: dict[Field, Written] = {}
        settled: list[UndoRow] = []
        fields = {wish.row.field: wish for wish in wishes if wish.row.goes_back}
        for of in (of for of in Field if of in fields):
            written = _written(fields[of], item)
            if of.value in scene_plan.off:
                settled.append(fields[of].settled(UndoState.STAYS, "switched_off"))
            elif written is None:
                settled.append(fields[of].settled(UndoState.STAYS, "undo_not_written"))
            else:
                undo[of] = written
        desired = scene_plan.desired_of(key)
        ways = ways_back(desired, item, base, undo)
        for of, way in ways.items():
            settled += self._staying(fields[of], way, item)
        return merge(desired, item, base, scene_plan.merging, ways), settled

    def _staying(self, wish: Wish, way: WayBack, item: Item) -> Iterator[UndoRow]:
        """Yield the row of a field that stays as it is; nothing for one that goes back."""
        if way.verdict is UndoVerdict.ALREADY:
            if not self._store.journal.has_tried(wish.row.run_id, (wish.row.scene_id, item.rating_key, wish.row.field)):
                yield wish.settled(UndoState.STAYS, way.verdict.value)
        elif way.verdict is UndoVerdict.CHANGED:
            later = self._store.journal.later_than(wish.entries[-1])
            if later is None:
                yield wish.settled(UndoState.STAYS, way.verdict.value)
            else:
                yield wish.settled(UndoState.STAYS, "undo_written_again", run=str(later.run_id), at=str(later.at))
        elif way.verdict is UndoVerdict.EDITED:
            yield wish.settled(UndoState.STAYS, way.verdict.value)


def _as_wished(base: Base, item: Item, wishes: Sequence[Wish]) -> Base:
    """Return a record without what a person lets go of, and with what is to be overwritten as PlexSync's own."""
    lifted = {wish.row.field for wish in wishes if wish.row.undone_run == LIFT}
    over = {wish.row.field for wish in wishes if wish.row.undone_run == OVERWRITE}
    left = replace(base, taken_back=frozenset(of for of in base.taken_back if of not in lifted))
    return overwriting(left, item, {of for of in Field if of in over and of not in item.unreadable}) if over else left


def _written(wish: Wish, item: Item) -> Written | None:
    """Return what was written, None where nothing is remembered; of an attempt that was cut off, what arrived."""
    seen = Observed(item.fields, item.locked, {}, item.photos)
    entries = [one for one in wish.entries if one.state == "written" or seen.shows(one)]
    return together([written_of(entry, wish.row.run_id) for entry in entries]) if entries else None


def written_of(entry: Entry, run: int) -> Written:
    """Return what an entry of the journal wrote, for the undo of a run."""
    return Written(entry.before, entry.after, entry.after, entry.was_locked, entry.base, dict(entry.photos), run)
