"""How far the writing of one item has come: what Plex shows of it, what is left to send, and what was refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum

from plexsync.domain.capabilities import EditCapabilities, EditForms, Lesson
from plexsync.domain.errors import ItemError, ItemGone, NotApplied
from plexsync.domain.merge.item import MergeRules, merge
from plexsync.domain.merge.undo import ways_back
from plexsync.domain.model import LIST_FIELDS, Base, Change, Desired, Field, Item, Plan, Value, Why
from plexsync.domain.text import fold
from plexsync.plex.editing.forms import FormsTried
from plexsync.plex.editing.late_values import parts_of, shows
from plexsync.plex.edits import added, going

_NOT_OF_THE_FIELD = frozenset({"413", "414", "431"})
"""The request was too long: a refusal that says nothing about the field as such."""

_PERHAPS_OF_THE_ITEM = "500"

MOST_NAMED = 5
"""So many of the names are told that Plex takes away in no form."""


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
    something else. The item was last read at ``read_at``; the texts that are ``kept`` are a person's since. Of those
    ``unanswered`` an edit met with an accident: it may take effect at any time. ``swept`` are the changes by which a
    list has lost what was to stay: the server has taken new names for all there is.
    """

    desired: Desired
    merging: MergeRules
    plan: Plan
    shown: Item
    forms: EditForms = field(default_factory=EditForms)
    care: Care = Care.NONE
    is_gone: bool = False
    has_failed: bool = False
    changes: tuple[Change, ...] = ()
    doubled: Mapping[Field, tuple[str, ...]] = field(default_factory=dict)
    read_at: float = 0.0
    kept: frozenset[Field] = frozenset()
    refusals: dict[Field, ItemError] = field(default_factory=dict)
    stuck: set[Field] = field(default_factory=set)
    unanswered: set[Field] = field(default_factory=set)
    swept: tuple[Change, ...] = ()
    _answered: set[Field] = field(default_factory=set)
    _was_waited_for: bool = False
    _is_sure: bool = False
    _is_missed: bool = False
    _is_prompt: bool = False
    _first: Item = field(init=False)
    _tried: FormsTried = field(init=False)

    def __post_init__(self) -> None:
        self.changes = self.plan.changes
        self._first = self.shown
        self._tried = FormsTried(self.forms)

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
    def repairs(self) -> tuple[Change, ...]:
        """The changes that take away, all at once, the names of ours that stand there twice."""
        return tuple(
            Change(of, shown, tuple(name for name in shown if name not in names), Why.LIST_MERGE)
            for of, names in self.doubled.items()
            for shown in [tuple(self.shown.fields[of])]
        )

    @property
    def is_open(self) -> bool:
        """Tell whether anything is left to try."""
        return not self.is_gone and bool(self.doubled or self.to_send.changes)

    @property
    def lesson(self) -> Lesson:
        """The evidence of this write by now."""
        lacking = {part for change in self._values_lacking for part in parts_of(change)}
        sent = {part: change for change in self.plan.changes if change.why is not Why.LOCK for part in parts_of(change)}
        arrived = frozenset(part for part, change in sent.items() if part not in lacking and self._shows(change))
        vague = _NOT_OF_THE_FIELD if arrived else {*_NOT_OF_THE_FIELD, _PERHAPS_OF_THE_ITEM}
        refused = frozenset(of.value for of, error in self.refusals.items() if error.data.get("status") not in vague)
        return Lesson(self._tried.removal, self._tried.rating, arrived, refused, self.plan.rating_key)

    def _shows(self, change: Change) -> bool:
        """Tell whether the item shows the value; one that was taken in vain and locked may pass for a person's."""
        return not self.is_gone and shows(self.shown, change.field, change.after)

    @property
    def in_vain(self) -> Mapping[str, Value]:
        """The values that were taken in every form and do not show, by the name of their field, or of the photos."""
        stuck = (change for change in self._values_lacking if change.field in self.stuck)
        return {part: change.after for change in stuck for part in parts_of(change)}

    def answered(self, fields: Iterable[Field]) -> None:
        """Note that Plex took an edit of these fields."""
        self._answered.update(fields)

    def refuse(self, of: Field, error: ItemError) -> None:
        """Note that Plex does not take a value, unless there is another form of it to try."""
        change = next((change for change in self.changes if change.field is of), None)
        if change is not None and self._tried.has_other([change]):
            self.forms = self._tried.go_on([change], is_sure=True)
        else:
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
        if item is None or self._is_another(item):
            self.is_gone = True
            return
        sent = [change for change in self.changes if change.field in self._answered]
        repairs = self.repairs
        on_its_way = {of: written.sent() for of, written in self.plan.undo.items()}
        known = self._known(item)
        plan = merge(self.desired, item, known, self.merging, ways_back(self.desired, item, known, on_its_way))
        self.changes = tuple(change for change in plan.changes if change.field not in self.plan.held)
        self.kept = (frozenset(one.field for one in plan.kept) - LIST_FIELDS) | plan.held
        self._tried.worked([change for change in sent if change.field not in self.lacking])
        # A server that shows edits late shows the whole item as it was.
        self._is_prompt = self._is_prompt or _state(item) != _state(self.shown)
        self.swept = tuple(change for change in sent if _has_swept(change, item))
        self._give_up([change for change in self.changes if change in sent or _lacks_photos(change, sent)])
        self._answered.clear()
        self.refusals = {of: error for of, error in self.refusals.items() if of in self.lacking}  # it may have arrived
        self.shown = item
        self.doubled = {of: names for of in self.fields & LIST_FIELDS if (names := self._doubles(of, item))}
        self._repair_otherwise(repairs)

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
        """Note what Plex took in vain, once there is no other form of it to try."""
        others = [change for change in in_vain if self._tried.has_other([change])]
        if others:
            self.forms = self._tried.go_on(others, is_sure=self._is_prompt or self._is_sure)
            self._was_waited_for = self._was_waited_for and not self._is_sure  # the next form is as new to everybody
        self.stuck |= {change.field for change in in_vain if change not in others}

    def _repair_otherwise(self, repairs: Sequence[Change]) -> None:
        """Take away in another form the names that are still there twice; without one, they stay."""
        again = [repair for repair in repairs if set(self.doubled.get(repair.field, ())) & set(going(repair))]
        if again and self._tried.has_other(again):
            self.forms = self._tried.go_on(again, is_sure=self._is_prompt)
        elif again:
            self.doubled = {of: names for of, names in self.doubled.items() if of not in {one.field for one in again}}

    def _doubles(self, of: Field, item: Item) -> tuple[str, ...]:
        ours = {fold(name) for name in self.desired.fields.get(of, ())}
        before, counts = Counter(self._first.fields[of]), Counter(item.fields[of])
        # Agents list an actor of two roles twice: only what became more is of our making.
        return tuple(name for name, times in counts.items() if times > max(1, before[name]) and fold(name) in ours)

    def is_as_before(self, item: Item | None) -> bool:
        """Tell whether an item that was read again is as it was; then all that is planned holds."""
        return item is not None and not self._is_another(item) and _state(item)[:2] == _state(self.shown)[:2]

    def _is_another(self, item: Item) -> bool:
        """Tell whether the key names another film by now, as where another server has taken the place."""
        return not item.shares_file_with(self._first.parts)

    @property
    def may_be_late(self) -> bool:
        """Tell whether Plex took edits of it since it was last read, and nobody has waited for them to show yet."""
        return bool(self._answered) and not self._was_waited_for

    def wait_in_vain(self, *, is_sure: bool) -> None:
        """Note that edits were given a moment to show and did not; ``is_sure`` tells that they never will."""
        self._was_waited_for, self._is_sure = True, is_sure

    def is_guess(self, known: EditCapabilities) -> bool:
        """Tell whether nobody knows of the form in which it was last sent that the server understands it."""
        sent = [change for change in self.changes if change.field in self._answered]
        rates = known.rating is None and any(change.field is Field.RATING for change in sent)
        return rates or (known.removal is None and any(map(going, sent)))

    @property
    def has_begun(self) -> bool:
        """Tell whether edits of it were taken since it was last read: what they came to is yet to be seen."""
        return bool(self._answered or self.unanswered)

    @property
    def arrived(self) -> frozenset[Field]:
        """The fields of which Plex shows what was to be written."""
        return frozenset[Field]() if self.is_gone else self.fields - self.lacking - self.kept

    @property
    def lacking(self) -> frozenset[Field]:
        """The fields of which Plex does not show what it should; one that shows no lock may tell of none."""
        return frozenset(change.field for change in self._values_lacking)

    @property
    def _values_lacking(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.why is not Why.LOCK or change.field in self.refusals)

    def error_besides(self, off: Collection[str]) -> ItemError | None:
        """Return the faults of the item as it is now, if any; no fault is a part that the server takes in no form."""
        if self.is_gone:
            return ItemGone(rating_key=self.plan.rating_key)
        for of, error in self.refusals.items():
            if of.value not in off:
                return error
        lacking = [change for change in self._values_lacking if parts_of(change)[0] not in off]
        if lacking:
            fields = ", ".join(change.field.value for change in lacking)
            return NotApplied(rating_key=self.plan.rating_key, fields=fields, **_names_left(lacking))
        return None


def _has_swept(change: Change, item: Item) -> bool:
    """Tell whether new names have come to a list, and all that was to stay beside them is gone."""
    new = frozenset(map(fold, added(change))) if change.field in LIST_FIELDS else frozenset[str]()
    staying = frozenset(map(fold, change.before)) & frozenset(map(fold, change.after)) if new else frozenset[str]()
    return bool(staying) and frozenset[str]() < frozenset(map(fold, item.fields[change.field])) <= new


def _names_left(lacking: Sequence[Change]) -> dict[str, str]:
    """Name what Plex keeps, where it lacks nothing and only takes names away in no form."""
    left = [going(change) for change in lacking]
    if not all(left):
        return {}
    names = [name for names in left for name in names]
    more = [f"{len(names) - MOST_NAMED} more"] if len(names) > MOST_NAMED else []
    return {"because": "names", "names": "; ".join([*names[:MOST_NAMED], *more])}


def _state(item: Item) -> tuple[object, ...]:
    return item.fields, item.locked, item.updated_at


def _lacks_photos(change: Change, sent: Sequence[Change]) -> bool:
    """Tell whether names came without the photos that were sent with them; the names are not to be sent again."""
    of_actors = (one.photos.items() for one in sent if one.field is change.field)
    return change.why is Why.PHOTO and any(change.photos.items() <= photos for photos in of_actors)
