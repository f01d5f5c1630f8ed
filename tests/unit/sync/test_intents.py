"""Intents: for how long one may still take effect, and when its item is read again."""

from __future__ import annotations

from plexsync.domain.merge.intents import FIRST_RECHECK, LATEST_SECONDS, added, next_recheck, young
from plexsync.domain.merge.item import MergeRules, merge
from plexsync.domain.model import LIST_FIELDS, Base, Desired, Field, Intent, Item, Policy, Value, Why

NOW = 1_000_000.0
OLD = Intent(Field.TITLE, "Old", NOW - 100)
RULES = MergeRules(dict.fromkeys(Field, Policy.MERGE))


def item(title: str) -> Item:
    empty: dict[Field, Value] = {of: () if of in LIST_FIELDS else "" for of in Field}
    return Item("7", "1", empty | {Field.TITLE: title}, frozenset({Field.TITLE}))


def test_each_value_is_kept_once_as_the_newest_of_it() -> None:
    again, other = Intent(Field.TITLE, "Old", NOW), Intent(Field.STUDIO, "Old", NOW)
    assert added((OLD, other), (again,)) == (again, other)


def test_one_is_forgotten_when_it_can_take_effect_no_more() -> None:
    assert young((OLD,), NOW) == (OLD,)
    assert young((OLD,), OLD.at + LATEST_SECONDS) == ()


def test_a_clock_that_is_set_back_makes_none_of_them_last_for_ever() -> None:
    (kept,) = young((OLD,), OLD.at - 1e8)
    assert kept.at == OLD.at - 1e8


def test_it_is_rechecked_soon_and_one_when_all_is_over() -> None:
    assert next_recheck((), NOW) == 0.0
    assert next_recheck((OLD.at,), OLD.at) == OLD.at + FIRST_RECHECK
    assert next_recheck((OLD.at,), OLD.at + FIRST_RECHECK) == OLD.at + LATEST_SECONDS


def test_a_value_of_any_intent_is_ours_and_a_persons_is_not() -> None:
    base = Base({Field.TITLE: "New"}, {Field.TITLE: "New"}, (Intent(Field.TITLE, "Newer", NOW), OLD))
    for shown, why in (("Old", Why.UPDATE), ("Newer", Why.UPDATE), ("Mine", None)):
        changes = merge(Desired(1, {Field.TITLE: "New"}), item(shown), base, RULES).changes
        assert [change.why for change in changes] == ([] if why is None else [why])


def test_what_was_begun_for_one_scene_is_inherited_by_the_next() -> None:
    """A scene in the place of one that vanished clears no value that arrives only then."""
    base = Base({}, {}, (OLD,)).handed_on()
    assert merge(Desired(1, {Field.TITLE: ""}, stem="file"), item("Old"), base, RULES).changes == ()
