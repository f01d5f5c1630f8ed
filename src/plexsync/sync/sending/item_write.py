"""How far the writing of one item has come: what Plex shows of it, what is left to send, and what was refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum

from plexsync.domain.errors import ItemError, ItemGone, NotApplied
from plexsync.domain.merge.item import MergeRules, merge
from plexsync.domain.model import LIST_FIELDS, Base, Change, Desired, Field, Item, Plan
from plexsync.domain.text import fold
from plexsync.plex.edits import going


class Care(IntEnum):
    """How an item's edits are sent: with all others, each value by itself, or that of each item by itself."""

    NONE = 0
    BY_VALUE = 1
    BY_ITEM = 2


@dataclass(slots=True)
class ItemWrite:
    """One item while it is written.

    ``has_failed`` tells that an edit of it failed once, and may do better the next time.

    ``plan`` is what was meant at first, ``changes`` what Plex still lacks, ``doubled`` the names of ours that it shows
    twice. A field is in ``refusals`` once Plex would not take it in any form, in ``stuck`` once it took it and shows
    something else.
    """

    desired: Desired
    merging: MergeRules
    plan: Plan
    shown: Item
    care: Care = Care.NONE
    is_gone: bool = False
    has_failed: bool = False
    changes: tuple[Change, ...] = ()
    doubled: Mapping[Field, tuple[str, ...]] = field(default_factory=dict)
    refusals: dict[Field, ItemError] = field(default_factory=dict)
    stuck: set[Field] = field(default_factory=set)
    _answered: set[Field] = field(default_factory=set)
    _is_missed: bool = False
    _first: Item = field(init=False)

    def __post_init__(self) -> None:
        self.changes = self.plan.changes
        self._first = self.shown

    @property
    def fields(self) -> frozenset[Field]:
        """The fields that were to be written."""
        return frozenset(change.field for change in self.plan.changes)

    @property
    def to_send(self) -> Plan:
        """The next part to send; a plan without changes when nothing is left to try."""
        ended = self.refusals.keys() | self.stuck | self.doubled.keys()
        may = self.fields - ended if not self.is_gone else frozenset[Field]()
        return replace(self.plan, changes=tuple(change for change in self.changes if change.field in may))

    @property
    def is_open(self) -> bool:
        """Tell whether anything is left to try."""
        return not self.is_gone and bool(self.doubled or self.to_send.changes)

    def answered(self, fields: Iterable[Field]) -> None:
        """Note that Plex took an edit of these fields."""
        self._answered.update(fields)

    def refuse(self, of: Field, error: ItemError) -> None:
        """Note that Plex does not take a value in any form."""
        self.refusals.setdefault(of, error)

    def miss(self, *, is_alone: bool) -> None:
        """Note that Plex lacks one of the items of an edit; which of many it is, the next poll shows.

        Where all of them are there and are missed once more, each goes by itself.
        """
        self.is_gone = is_alone
        if self._is_missed:
            self.take_care(Care.BY_ITEM)
        self._is_missed = True

    def take_care(self, care: Care) -> None:
        """Send what is left in smaller edits from now on."""
        self.care = max(self.care, care)

    def see(self, item: Item | None) -> None:
        """Compare what Plex shows now with what is desired; nothing that it took in vain is sent again."""
        if item is None:
            self.is_gone = True
            return
        in_vain = [change for change in self.changes if change.field in self._answered]
        changes = merge(self.desired, item, self._known(item), self.merging).changes
        self.changes = tuple(change for change in changes if change.field not in self.plan.held)
        self._give_up([change for change in self.changes if change in in_vain])
        self._answered.clear()
        self.refusals = {of: error for of, error in self.refusals.items() if of in self.lacking}  # it may have arrived
        self.shown = item
        self.doubled = {of: names for of in self.fields & LIST_FIELDS if (names := self._doubles(of, item))}

    def _known(self, item: Item) -> Base:
        """Return what is known of an item that shows this now.

        Our own value of before is still ours: one that a write has left there is no person's. Stash's value counts as
        changed still where Plex shows what it showed before, because no write has arrived there.
        """
        before = self.plan.intent.wanted
        unmoved = {of for of in self.fields if item.fields[of] == self._first.fields[of]}
        now = {of: value for of, value in self.plan.base.wanted.items() if of not in unmoved}
        return replace(self.plan.intent, wanted=now | {of: before[of] for of in unmoved if of in before})

    def _give_up(self, in_vain: Sequence[Change]) -> None:
        """Note what Plex took in vain; some servers take names from a list only one by one, so that is tried first."""
        joined = [change for change in in_vain if len(going(change)) > 1] if self.care is Care.NONE else []
        if joined:
            self.take_care(Care.BY_VALUE)
        self.stuck |= {change.field for change in in_vain if change not in joined}

    def _doubles(self, of: Field, item: Item) -> tuple[str, ...]:
        ours = {fold(name) for name in self.desired.fields.get(of, ())}
        before, counts = Counter(self._first.fields[of]), Counter(item.fields[of])
        # Agents list an actor of two roles twice: only what became more is of our making.
        return tuple(name for name, times in counts.items() if times > max(1, before[name]) and fold(name) in ours)

    @property
    def lacking(self) -> frozenset[Field]:
        """The fields of which Plex does not show what it should."""
        return frozenset(change.field for change in self.changes)

    @property
    def error(self) -> ItemError | None:
        """Return the faults of the item as it is now, if any."""
        if self.is_gone:
            return ItemGone(rating_key=self.plan.rating_key)
        for error in self.refusals.values():
            return error
        if self.changes:
            fields = ", ".join(change.field.value for change in self.changes)
            return NotApplied(rating_key=self.plan.rating_key, fields=fields)
        return None
