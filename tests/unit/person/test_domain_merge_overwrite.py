"""Stash's value over one that stays: which fields that is offered for, and what it comes to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from plexsync.domain.merge.item import MergeRules, merge
from plexsync.domain.merge.overwrite import can_overwrite, overwriting
from plexsync.domain.model import Base, Desired, Field, Item, Policy, Why, empty_value

SAID = Desired(1, {Field.TITLE: "Stash's", Field.SUMMARY: "", Field.GENRES: ("Drama",)}, stem="file")
SHOWN = Item(
    "7",
    "1",
    {of: empty_value(of) for of in Field}
    | {Field.TITLE: "A person's", Field.SUMMARY: "A person's.", Field.GENRES: ("Drama", "A person's")},
    locked=frozenset({Field.TITLE, Field.SUMMARY, Field.GENRES}),
)
MERGE = MergeRules(dict.fromkeys(Field, Policy.MERGE))


@pytest.mark.parametrize("of", [Field.TITLE, Field.SUMMARY, Field.GENRES])
def test_what_a_person_holds_gives_way_once_and_nothing_else_does(of: Field) -> None:
    assert merge(SAID, SHOWN, Base(), MERGE).changes == ()
    assert can_overwrite(of, SAID, SHOWN, Base(), MERGE)
    plan = merge(SAID, SHOWN, overwriting(Base(), SHOWN, {of}), MERGE)
    assert [(change.field, change.after) for change in plan.changes] == [(of, SAID.fields[of])]
    assert plan.base.pushed.get(of, empty_value(of)) == SAID.fields[of]
    after = replace(SHOWN, fields={**SHOWN.fields, of: SAID.fields[of]})
    assert merge(SAID, after, plan.base, MERGE).changes == ()


def test_what_was_taken_back_and_what_another_scene_left_give_way_too() -> None:
    base = Base(
        pushed={Field.TITLE: "Of before", Field.SUMMARY: "A person's."},
        wanted={Field.TITLE: "Stash's"},
        inherited={Field.SUMMARY: "A person's."},
        taken_back=frozenset({Field.TITLE}),
    )
    shown = replace(SHOWN, fields={**SHOWN.fields, Field.TITLE: "Of before"})
    assert {kept.why for kept in merge(SAID, shown, base, MERGE).kept} >= {Why.UNDONE, Why.KEPT_INHERITED}
    plan = merge(SAID, shown, overwriting(base, shown, {Field.TITLE, Field.SUMMARY}), MERGE)
    assert {change.field: change.after for change in plan.changes} == {Field.TITLE: "Stash's", Field.SUMMARY: ""}
    assert plan.base.taken_back == frozenset()


@pytest.mark.parametrize("of", [Field.TITLE, Field.SUMMARY, Field.GENRES])
def test_a_policy_that_leaves_what_plex_has_stays_in_force(of: Field) -> None:
    assert not can_overwrite(of, SAID, SHOWN, Base(), MergeRules(dict.fromkeys(Field, Policy.FILL)))


def test_a_title_is_never_taken_away_without_another_one() -> None:
    said = Desired(1, {Field.TITLE: ""}, stem="")
    assert not can_overwrite(Field.TITLE, said, SHOWN, Base(), MERGE)
