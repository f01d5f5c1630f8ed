"""The gap that a plan or a link stands for."""

from __future__ import annotations

import pytest

from plexsync.domain.merge.item import MergeRules, merge
from plexsync.domain.model import Base, Desired, Field, Item, Link, Policy, Value, Verdict, empty_value
from plexsync.domain.reconcile import gaps
from plexsync.domain.reconcile.gaps import GapKind

RULES = MergeRules(dict.fromkeys(Field, Policy.MERGE))
ALL_LOCKED = frozenset(Field)


def item(fields: dict[Field, Value], locked: frozenset[Field] = ALL_LOCKED) -> Item:
    return Item("7", "1", {of: fields.get(of, empty_value(of)) for of in Field}, locked)


def gap(want: dict[Field, Value], have: dict[Field, Value], base: Base | None) -> gaps.Gap | None:
    plan = merge(Desired(1, want), item(have), base or Base(), RULES)
    return gaps.of_plan(plan, base)


def pushed(**values: Value) -> Base:
    fields = {Field(name): value for name, value in values.items()}
    return Base(pushed=fields, wanted=fields)


def test_nothing_to_change_is_no_gap() -> None:
    assert gap({Field.STUDIO: "A"}, {Field.STUDIO: "A"}, pushed(studio="A")) is None


def test_what_stash_says_anew_is_stale_even_where_plex_has_nothing() -> None:
    found = gap({Field.STUDIO: "B", Field.SUMMARY: "s"}, {Field.STUDIO: "A"}, pushed(studio="A"))
    assert found is not None
    assert (found.kind, found.rating_key) == (GapKind.STALE, "7")
    assert found.fields == {Field.STUDIO: GapKind.STALE, Field.SUMMARY: GapKind.STALE}


def test_what_was_synced_and_is_empty_now_is_empty_metadata() -> None:
    base = pushed(studio="A", actors=("X", "Y"))
    found = gap({Field.STUDIO: "A", Field.ACTORS: ("X", "Y")}, {Field.ACTORS: ("X",)}, base)
    assert found is not None
    assert found.kind is GapKind.EMPTY
    assert found.fields == {Field.STUDIO: GapKind.EMPTY, Field.ACTORS: GapKind.DRIFT}


def test_what_was_synced_and_is_another_now_has_drifted() -> None:
    found = gap({Field.ACTORS: ("X", "Y")}, {Field.ACTORS: ("X", "Z")}, pushed(actors=("X", "Y")))
    assert found is not None
    assert found.fields == {Field.ACTORS: GapKind.DRIFT}


def test_what_was_never_synced_is_empty_where_plex_has_nothing_else_stale() -> None:
    have: dict[Field, Value] = {Field.TITLE: "file name"}
    plan = merge(Desired(1, {Field.TITLE: "T", Field.STUDIO: "A"}), item(have, frozenset()), Base(), RULES)
    found = gaps.of_plan(plan, None)
    assert found is not None
    assert (found.kind, found.fields) == (GapKind.EMPTY, {Field.TITLE: GapKind.STALE, Field.STUDIO: GapKind.EMPTY})
    plan = merge(Desired(1, {Field.TITLE: "T"}), item(have, frozenset()), Base(), RULES)
    found = gaps.of_plan(plan, None)
    assert found is not None
    assert found.kind is GapKind.STALE


@pytest.mark.parametrize(
    ("verdict", "kind"),
    [
        (Verdict.MISSING, GapKind.MISSING),
        (Verdict.AMBIGUOUS, GapKind.AMBIGUOUS),
        (Verdict.UNMAPPED, GapKind.UNMAPPED),
        (Verdict.LINKED, None),
        (Verdict.NO_FILE, None),
    ],
)
def test_a_scene_without_its_item_is_a_gap_unless_it_has_no_file(verdict: Verdict, kind: GapKind | None) -> None:
    found = gaps.of_link(Link(1, verdict))
    assert (None if found is None else found.kind) is kind


def test_other_capitals_are_told_once_and_other_spellings_are_not() -> None:
    desired = Desired(1, {Field.GENRES: ("Foo", "Bar", "Bäz"), Field.STUDIO: "ACME"})
    found = gaps.of_tag_case(desired, item({Field.GENRES: ("foo", "Bar", "Ba\u0308z"), Field.STUDIO: "Acme"}))
    assert found is not None
    assert [dict(reason.data) for reason in found.reasons] == [{"stash": "Foo", "plex": "foo"}]
    assert gaps.of_tag_case(desired, item({Field.GENRES: ("Foo",)})) is None
