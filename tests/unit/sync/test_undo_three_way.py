"""The way back, without servers: an undone write leaves what was there, and a person's later value stays."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from plexsync.domain.desired import sort_form
from plexsync.domain.merge.item import MergeRules, merge
from plexsync.domain.merge.undo import together, ways_back
from plexsync.domain.model import LIST_FIELDS, Base, Change, Desired, Field, Item, Plan, Policy, Value, Why, Written
from plexsync.domain.text import clean_line, fold, unique

TEXTS = st.sampled_from(["", "a", "A", "b", "the c", "é", "8", "7.5", "2024-01-01", "x\n\ny"])
NAMES = st.lists(st.sampled_from(["a", "b", "B", "é", "c, d", "😀"]), max_size=4).map(unique)
URLS = st.dictionaries(st.sampled_from(["a", "b"]), st.sampled_from(["http://s/1", "http://s/2"]), max_size=2)
VALUES = st.fixed_dictionaries({of: NAMES if of in LIST_FIELDS else TEXTS for of in Field})
RULES = st.builds(
    MergeRules,
    st.fixed_dictionaries(dict.fromkeys(Field, st.sampled_from([one for one in Policy if one is not Policy.OFF]))),
    lock=st.booleans(),
)
ITEMS = st.builds(
    lambda fields, locked, photos: Item(
        "7", "1", {**fields, Field.TITLE: fields[Field.TITLE] or "t"}, locked, photos=photos
    ),
    VALUES,
    st.frozensets(st.sampled_from(list(Field))),
    URLS,
)
DESIRED = st.builds(
    lambda fields: Desired(1, {**fields, Field.SORT_TITLE: sort_form(fields[Field.TITLE])}, stem="stem"), VALUES
)
BASES = st.builds(Base, st.one_of(st.just(dict[Field, Value]()), VALUES))


def arrived(plan: Plan, item: Item) -> Item:
    """The item once all changes of a plan are in Plex."""
    locks = {one.field: plan.lock or one.field in item.locked if one.lock is None else one.lock for one in plan.changes}
    return replace(
        item,
        fields={**item.fields, **{one.field: one.after for one in plan.changes}},
        locked=frozenset({of for of in item.locked if of not in locks} | {of for of, lock in locks.items() if lock}),
    )


def written(plan: Plan, item: Item, base: Base) -> dict[Field, Written]:
    """A plan as the journal remembers it."""
    return {
        one.field: together(
            [Written(one.before, one.after, one.after, one.field in item.locked, base.pushed.get(one.field))]
        )
        for one in plan.changes
    }


def merge_back(desired: Desired, item: Item, base: Base, rules: MergeRules, undo: dict[Field, Written]) -> Plan:
    """Plan what goes back."""
    return merge(desired, item, base, rules, ways_back(desired, item, base, undo))


def seen(item: Item) -> dict[Field, object]:
    """An item's values as a person sees them."""
    fields = item.fields
    shown = {**fields, Field.SORT_TITLE: fields[Field.SORT_TITLE] or fields[Field.TITLE]}
    return {of: {fold(name) for name in value} if isinstance(value, tuple) else value for of, value in shown.items()}


@given(DESIRED, ITEMS, BASES, RULES)
def test_an_undone_write_leaves_what_was_there(desired: Desired, item: Item, base: Base, rules: MergeRules) -> None:
    plan = merge(desired, item, base, rules)
    synced = arrived(plan, item)
    back = merge_back(desired, synced, plan.base, rules, written(plan, item, base))
    restored = arrived(back, synced)
    assert seen(restored) == seen(item)
    assert restored.locked == item.locked


@given(DESIRED, ITEMS, BASES, RULES)
def test_nothing_that_was_taken_back_is_written_again(
    desired: Desired, item: Item, base: Base, rules: MergeRules
) -> None:
    plan = merge(desired, item, base, rules)
    synced = arrived(plan, item)
    back = merge_back(desired, synced, plan.base, rules, written(plan, item, base))
    again = merge(desired, arrived(back, synced), back.base, rules)
    assert not {one.field for one in again.changes} & {one.field for one in plan.changes}
    assert {one.field for one in again.kept if one.why is Why.UNDONE} == again.base.taken_back


@given(DESIRED, ITEMS, BASES, RULES)
def test_an_undo_that_is_undone_leaves_what_was_written(
    desired: Desired, item: Item, base: Base, rules: MergeRules
) -> None:
    plan = merge(desired, item, base, rules)
    synced = arrived(plan, item)
    back = merge_back(desired, synced, plan.base, rules, written(plan, item, base))
    restored = arrived(back, synced)
    redo = merge_back(desired, restored, back.base, rules, written(back, synced, plan.base))
    assert seen(arrived(redo, restored)) == seen(synced)
    assert arrived(redo, restored).locked == synced.locked


@given(DESIRED, ITEMS, BASES, RULES, VALUES)
def test_what_somebody_changed_since_stays(
    desired: Desired, item: Item, base: Base, rules: MergeRules, later: dict[Field, Value]
) -> None:
    plan = merge(desired, item, base, rules)
    synced = arrived(plan, item)
    undo = written(plan, item, base)
    edited = replace(synced, fields=later, locked=frozenset(Field))
    back = arrived(merge_back(desired, edited, plan.base, rules, undo), edited)
    for of, one in undo.items():
        if of in LIST_FIELDS:
            stays = {fold(name) for name in later[of]} - {fold(name) for name in one.after}
            assert stays <= {fold(name) for name in back.fields[of]}
        elif of not in {Field.SORT_TITLE, Field.RATING} and clean_line(str(later[of])) != clean_line(str(one.after)):
            assert back.fields[of] == later[of]


def test_two_writes_of_one_run_go_back_together() -> None:
    first = Written((), ("a", "b"), ("a", "b"), was_locked=False)
    second = Written(("a", "b", "mine"), ("b", "c", "mine"), ("b", "c", "mine"), was_locked=True)
    both = together([first, second])
    assert (set(both.after), both.before, both.was_locked) == ({"b", "c"}, (), False)


def test_a_name_of_before_that_was_lost_between_two_writes_stays() -> None:
    """Names that stand twice go all at once, and one that was there before comes back by a write of its own."""
    first = Written(("theirs", "both"), ("both", "ours", "theirs"), ("both", "ours", "theirs"), was_locked=False)
    second = Written(("theirs", "ours"), ("theirs", "ours", "both"), ("theirs", "ours", "both"), was_locked=True)
    assert together([first, second]).after == ("ours",)


def test_behind_a_persons_text_between_two_writes_nothing_goes_back() -> None:
    first = Written("agent's", "ours", "ours", was_locked=False)
    second = Written("a person's", "newer", "newer", was_locked=True)
    assert together([first, second]).before == "a person's"


def test_a_newer_value_of_stash_goes_before_an_undo() -> None:
    item = Item("7", "1", dict.fromkeys(Field, "") | dict.fromkeys(LIST_FIELDS, ()) | {Field.TITLE: "Old"}, frozenset())
    base = Base({Field.TITLE: "Old"}, {Field.TITLE: "Old"})
    desired = Desired(1, {Field.TITLE: "New"})
    undo = {Field.TITLE: Written("file", "Old", "Old", was_locked=False)}
    plan = merge_back(desired, item, base, MergeRules({Field.TITLE: Policy.MERGE}), undo)
    assert plan.changes == (Change(Field.TITLE, "Old", "New", Why.UPDATE),)


def test_a_photo_goes_back_where_it_is_still_the_written_one() -> None:
    fields = {of: () if of in LIST_FIELDS else "" for of in Field} | {Field.ACTORS: ("Ada", "Mira", "Zoe")}
    item = Item("7", "1", fields, frozenset({Field.ACTORS}), photos={"Ada": "new", "Mira": "a person's", "Zoe": "new"})
    photos = {"Ada": ("old", "new"), "Mira": ("old", "new"), "Zoe": ("", "new")}
    names = ("Ada", "Mira", "Zoe")
    undo = {Field.ACTORS: together([Written(names, names, names, was_locked=True, photos=photos)])}
    rules = MergeRules(dict.fromkeys(Field, Policy.MERGE))
    (change,) = merge_back(Desired(1, {Field.ACTORS: names}), item, Base(), rules, undo).changes
    assert change.photos == {"Ada": "old"}
