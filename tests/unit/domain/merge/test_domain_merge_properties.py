"""Rules of every merge, whatever the servers and the records hold."""

from __future__ import annotations

from collections.abc import Mapping

from carried_out import applied
from hypothesis import given
from hypothesis import strategies as st

from plexsync.domain.desired import sort_form
from plexsync.domain.merge.item import MergeRules, merge
from plexsync.domain.model import LIST_FIELDS, Base, Desired, Field, Intent, Item, Policy, Value
from plexsync.domain.text import fold, unique

TEXTS = st.sampled_from(["", "a", "A", "b ", "the c", "é", "e\u0301", "8", "8.0", "7.5", "2024-01-01", "x\n\ny"])
NAMES = st.lists(st.sampled_from(["a", "A", "b", "é", "e\u0301", "c, d", "😀", " b"]), max_size=4)
URLS = st.dictionaries(st.sampled_from(["a", "b", "é"]), st.sampled_from(["http://s/1", "http://s/2"]), max_size=3)


def values(*, cleaned: bool) -> st.SearchStrategy[dict[Field, Value]]:
    names = NAMES.map(unique) if cleaned else NAMES.map(tuple)
    each = {of: names if of in LIST_FIELDS else TEXTS for of in Field}
    return st.fixed_dictionaries(each)


def own_bases() -> st.SearchStrategy[Base]:
    """The values that a scene itself left on its item."""
    part = st.one_of(st.just(dict[Field, Value]()), values(cleaned=True))
    return st.builds(Base, part, part, part.map(begun))


def begun(values: Mapping[Field, Value]) -> tuple[Intent, ...]:
    return tuple(Intent(of, value, 1.0) for of, value in values.items() if value)


def bases() -> st.SearchStrategy[Base]:
    return st.one_of(own_bases(), own_bases().map(Base.handed_on))


def rules(*policies: Policy) -> st.SearchStrategy[MergeRules]:
    chosen = st.sampled_from(policies or tuple(Policy))
    return st.builds(MergeRules, st.fixed_dictionaries(dict.fromkeys(Field, chosen)), lock=st.booleans())


ITEMS = st.builds(
    lambda fields, locked, photos: Item(
        "7", "1", {**fields, Field.TITLE: fields[Field.TITLE] or "t"}, locked, photos=photos
    ),
    values(cleaned=False),
    st.frozensets(st.sampled_from(list(Field))),
    URLS,
)
DESIRED = st.builds(
    lambda fields, stem, photos: Desired(
        1, {**fields, Field.SORT_TITLE: sort_form(fields[Field.TITLE])}, stem=stem, photos=photos
    ),
    values(cleaned=True),
    st.sampled_from(["", "a", "The stem"]),
    URLS,
)


def keys(value: Value | None) -> set[str]:
    return {fold(name) for name in value} if isinstance(value, tuple) else set()


def keys_of_ours(base: Base, of: Field) -> set[str]:
    return set[str]().union(*map(keys, base.ours(of)))


@given(DESIRED, ITEMS, bases(), rules())
def test_a_second_merge_changes_nothing(desired: Desired, item: Item, base: Base, rules: MergeRules) -> None:
    plan = merge(desired, item, base, rules)
    again = merge(desired, applied(plan, item), plan.base, rules)
    assert again.changes == ()
    assert again.base == plan.base
    assert [(kept.field, kept.observed) for kept in again.kept] == [(kept.field, kept.observed) for kept in plan.kept]


@given(DESIRED, ITEMS, bases(), rules())
def test_an_interrupted_merge_ends_where_an_uninterrupted_one_does(
    desired: Desired, item: Item, base: Base, rules: MergeRules
) -> None:
    plan = merge(desired, item, base, rules)
    done = applied(plan, item)
    retried = merge(desired, item, plan.intent, rules)
    assert {change.field: change.after for change in retried.changes} == {c.field: c.after for c in plan.changes}
    unconfirmed = merge(desired, done, plan.intent, rules)
    assert unconfirmed.changes == ()
    for of, value in plan.base.pushed.items():
        assert unconfirmed.base.pushed.get(of) == value


@given(DESIRED, ITEMS, bases(), rules(Policy.MERGE))
def test_only_what_is_ours_is_taken_from_a_list(desired: Desired, item: Item, base: Base, rules: MergeRules) -> None:
    for change in merge(desired, item, base, rules).changes:
        gone = keys(change.before) - keys(change.after)
        assert gone <= keys_of_ours(base, change.field)


@given(DESIRED, ITEMS, bases(), rules(Policy.MERGE))
def test_only_text_that_is_ours_is_cleared(desired: Desired, item: Item, base: Base, rules: MergeRules) -> None:
    for change in merge(desired, item, base, rules).changes:
        if change.after == "":
            ours = base.ours(change.field)
            assert fold(str(change.before)) in {fold(str(value)) for value in ours} or change.field is Field.RATING


@given(DESIRED, ITEMS, bases(), rules(Policy.FILL))
def test_fill_writes_only_where_plex_is_empty(desired: Desired, item: Item, base: Base, rules: MergeRules) -> None:
    for change in merge(desired, item, base, rules).changes:
        assert not item.fields[change.field] or change.before == change.after


@given(DESIRED, ITEMS, own_bases(), rules(Policy.MIRROR, Policy.STASH))
def test_mirror_and_stash_leave_exactly_what_stash_says(
    desired: Desired, item: Item, base: Base, rules: MergeRules
) -> None:
    after = applied(merge(desired, item, base, rules), item)
    for of in LIST_FIELDS:
        assert keys(after.fields[of]) == keys(desired.fields[of])


@given(DESIRED, ITEMS, bases(), rules())
def test_order_and_letter_case_do_not_matter(desired: Desired, item: Item, base: Base, rules: MergeRules) -> None:
    def stirred(value: Value) -> Value:
        return tuple(name.upper() for name in reversed(value)) if isinstance(value, tuple) else value

    other = Item("7", "1", {of: stirred(value) for of, value in item.fields.items()}, item.locked, photos=item.photos)
    plans = [merge(desired, each, base, rules) for each in (item, other)]
    assert [(c.field, c.why) for c in plans[0].changes] == [(c.field, c.why) for c in plans[1].changes]


@given(DESIRED, ITEMS, bases(), rules())
def test_a_scene_that_takes_the_place_of_another_clears_nothing_it_has_not_said(
    desired: Desired, item: Item, base: Base, rules: MergeRules
) -> None:
    left = base.handed_on()
    for change in merge(desired, item, left, rules).changes:
        of, kept = change.field, keys_of_ours(left, change.field)
        is_exact = rules.policies[of] in {Policy.MIRROR, Policy.STASH}
        if of in LIST_FIELDS and not (is_exact and desired.fields[of]):
            assert not (keys(change.before) - keys(change.after)) & kept
        elif not desired.fields[of] and change.before in left.ours(of):
            assert change.after == change.before


@given(DESIRED, ITEMS, bases(), rules(Policy.MERGE))
def test_what_the_new_scene_said_itself_goes_when_it_no_longer_says_it(
    desired: Desired, item: Item, base: Base, rules: MergeRules
) -> None:
    first = merge(desired, item, base.handed_on(), rules)
    shown = applied(first, item)
    bare = Desired(1, {of: () if of in LIST_FIELDS else "" for of in Field}, stem=desired.stem)
    after = applied(merge(bare, shown, first.base, rules), shown)
    for of in LIST_FIELDS:
        ours = keys(first.base.pushed.get(of)) & keys(desired.fields[of])
        assert not keys(after.fields[of]) & ours
        assert keys(shown.fields[of]) - ours == keys(after.fields[of]), "and nothing else goes"


@given(DESIRED, DESIRED, ITEMS, bases(), rules(Policy.MERGE))
def test_a_locked_sort_title_that_is_not_ours_stays(
    desired: Desired, later: Desired, item: Item, base: Base, rules: MergeRules
) -> None:
    mine = {fold(str(value)) for value in base.ours(Field.SORT_TITLE)}
    own = str(item.fields[Field.SORT_TITLE])
    if not own or Field.SORT_TITLE not in item.locked or fold(own) in mine:
        return
    for want in (desired, later):
        plan = merge(want, item, base, rules)
        after = applied(plan, item).fields[Field.SORT_TITLE]
        assert fold(str(after)) == fold(own)
        item, base = applied(plan, item), plan.base
