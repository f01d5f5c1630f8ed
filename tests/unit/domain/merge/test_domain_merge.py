"""Rules beside the tables of docs/sync-rules.md: comparing, ratings, titles, photos, interrupted writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from unicodedata import normalize

import pytest
from carried_out import applied

from plexsync.domain.merge.item import MergeRules, merge
from plexsync.domain.model import Base, Change, Desired, Field, Item, Kept, Plan, Policy, Value, Why, empty_value
from plexsync.domain.settings import resolve

RULES = MergeRules(dict.fromkeys(Field, Policy.MERGE))


def make_item(
    fields: Mapping[Field, Value], locked: Iterable[Field] = (), photos: Mapping[str, str] | None = None
) -> Item:
    values = {of: empty_value(of) for of in Field} | {Field.TITLE: "a file"} | dict(fields)
    return Item("7", "1", values, frozenset(locked), photos=photos or {})


def only(plan: Plan) -> Change:
    (change,) = plan.changes
    return change


def test_a_plan_names_scene_item_and_library() -> None:
    plan = merge(Desired(42, {Field.STUDIO: "Acme"}), make_item({}), Base(), RULES)
    assert (plan.scene_id, plan.rating_key, plan.section_id, plan.lock) == (42, "7", "1", True)
    assert plan.changes == (Change(Field.STUDIO, "", "Acme", Why.FILL),)


def test_settings_make_the_rules() -> None:
    rules = MergeRules.from_settings(resolve({}, {"policy_title": "fill", "leave_unlocked": True}, {}))
    assert rules.policies[Field.TITLE] is Policy.FILL
    assert rules.policies[Field.LABELS] is Policy.OFF
    assert rules.policies.keys() == set(Field)
    assert not rules.lock
    assert MergeRules.from_settings(resolve({}, {}, {})).lock


def test_f12_what_left_stash_leaves_plex() -> None:
    base = Base({Field.ACTORS: ("Ann", "Bob"), Field.STUDIO: "Acme"}, {})
    item = make_item({Field.ACTORS: ("Ann", "Bob", "Carl"), Field.STUDIO: "Acme"}, {Field.ACTORS, Field.STUDIO})
    plan = merge(Desired(1, {Field.ACTORS: ("Ann",), Field.STUDIO: ""}), item, base, RULES)
    assert applied(plan, item).fields[Field.ACTORS] == ("Ann", "Carl")
    assert applied(plan, item).fields[Field.STUDIO] == ""
    assert plan.kept == (Kept(Field.ACTORS, ("Carl",), ("Ann",), Why.KEPT_PERSON),)


def test_a_list_of_ours_alone_is_cleared() -> None:
    item = make_item({Field.GENRES: ("One", "Two")}, {Field.GENRES})
    plan = merge(Desired(1, {Field.GENRES: ()}), item, Base({Field.GENRES: ("two", "one")}, {}), RULES)
    assert only(plan) == Change(Field.GENRES, ("One", "Two"), (), Why.CLEAR)
    assert Field.GENRES not in plan.base.pushed


def test_f16_what_was_written_stays_locked() -> None:
    item = make_item({Field.SUMMARY: "Ours"})
    plan = merge(Desired(1, {Field.SUMMARY: "Ours"}), item, Base({Field.SUMMARY: "Ours"}, {}), RULES)
    assert only(plan) == Change(Field.SUMMARY, "Ours", "Ours", Why.LOCK)
    assert merge(Desired(1, {Field.SUMMARY: "Ours"}), applied(plan, item), plan.base, RULES).changes == ()


def test_f35_a_scene_without_values_wipes_nothing() -> None:
    item = make_item({Field.SUMMARY: "A", Field.DATE: "2020-01-01", Field.GENRES: ("G",), Field.RATING: "7"})
    for locked in ((), tuple(Field)):
        plan = merge(
            Desired(1, {of: empty_value(of) for of in Field}, stem="a file"),
            Item("7", "1", item.fields, frozenset(locked)),
            Base(),
            RULES,
        )
        assert plan.changes == ()


@pytest.mark.parametrize(("stash", "plex"), [("foo", "Foo"), ("ÉTÉ", normalize("NFD", "été")), (" a  b ", "A b")])
def test_f39_spelling_is_no_reason_to_send_again(stash: str, plex: str) -> None:
    item = make_item({Field.LABELS: (plex,)}, {Field.LABELS})
    base = Base({Field.LABELS: (stash,)}, {})
    assert merge(Desired(1, {Field.LABELS: (stash,)}), item, base, RULES).changes == ()
    added = merge(Desired(1, {Field.LABELS: (stash, "new")}), item, base, RULES)
    assert only(added).after == (plex, "new")


def test_order_is_no_reason_to_send_again() -> None:
    item = make_item({Field.ACTORS: ("Bob", "Ann")}, {Field.ACTORS})
    assert merge(Desired(1, {Field.ACTORS: ("Ann", "Bob")}), item, Base(), RULES).changes == ()


def test_a_name_that_plex_has_in_two_spellings_is_no_reason_either() -> None:
    item = make_item({Field.GENRES: ("Été", normalize("NFD", "Été"))}, {Field.GENRES})
    assert merge(Desired(1, {Field.GENRES: ("été",)}), item, Base(), RULES).changes == ()


def test_actors_are_written_in_the_order_of_stash() -> None:
    item = make_item({Field.ACTORS: ("Zoe", "bob", "Extra")})
    plan = merge(Desired(1, {Field.ACTORS: ("Ann", "Bob", "Zoe")}), item, Base(), RULES)
    assert only(plan).after == ("Ann", "bob", "Zoe", "Extra")


@pytest.mark.parametrize(("stash", "plex"), [("8", "8.0"), ("8.5", "8.50"), ("7.3", "7.300000190734863"), ("", "0.0")])
def test_ratings_compare_as_numbers(stash: str, plex: str) -> None:
    plan = merge(Desired(1, {Field.RATING: stash}), make_item({Field.RATING: plex}), Base(), RULES)
    assert plan.changes == ()


def test_stars_given_in_plex_stay_though_they_lock_nothing() -> None:
    item = make_item({Field.RATING: "4"})
    first = merge(Desired(1, {Field.RATING: "8"}), item, Base(), RULES)
    assert first.changes == ()
    assert first.kept == (Kept(Field.RATING, "4", "8", Why.KEPT_PERSON),)
    assert only(merge(Desired(1, {Field.RATING: "9"}), item, first.base, RULES)).why is Why.STASH_CHANGED


def test_a_rating_is_never_locked_for_its_own_sake() -> None:
    item = make_item({Field.RATING: "8"})
    assert merge(Desired(1, {Field.RATING: "8"}), item, Base({Field.RATING: "8"}, {}), RULES).changes == ()


def test_a_persons_text_stays_until_stash_changes_its_own() -> None:
    item = make_item({Field.SUMMARY: "by hand"}, {Field.SUMMARY})
    first = merge(Desired(1, {Field.SUMMARY: "one"}), item, Base(), RULES)
    again = merge(Desired(1, {Field.SUMMARY: "one"}), item, first.base, RULES)
    assert [kept.why for kept in (*first.kept, *again.kept)] == [Why.KEPT_PERSON] * 2
    newer = merge(Desired(1, {Field.SUMMARY: "two"}), item, again.base, RULES)
    assert only(newer) == Change(Field.SUMMARY, "by hand", "two", Why.STASH_CHANGED)
    emptied = merge(Desired(1, {Field.SUMMARY: ""}), item, again.base, RULES)
    assert emptied.changes == ()


def test_a_persons_own_equal_value_outlives_stashs() -> None:
    item = make_item({Field.STUDIO: "Acme", Field.GENRES: ("Noir",)}, {Field.STUDIO, Field.GENRES})
    equal = merge(Desired(1, {Field.STUDIO: "Acme", Field.GENRES: ("Noir",)}), item, Base(), RULES)
    assert equal.changes == ()
    dropped = merge(Desired(1, {Field.STUDIO: "", Field.GENRES: ()}), item, equal.base, RULES)
    assert dropped.changes == ()


def test_an_agents_equal_value_is_taken_over_and_taken_away() -> None:
    item = make_item({Field.STUDIO: "Acme", Field.GENRES: ("Noir",)})
    equal = merge(Desired(1, {Field.STUDIO: "Acme", Field.GENRES: ("Noir",)}), item, Base(), RULES)
    assert {change.why for change in equal.changes} == {Why.LOCK}
    later = applied(equal, item)
    dropped = merge(Desired(1, {Field.STUDIO: "", Field.GENRES: ()}), later, equal.base, RULES)
    assert {change.field: change.after for change in dropped.changes} == {Field.STUDIO: "", Field.GENRES: ()}


def test_an_item_that_plex_added_anew_is_filled_again() -> None:
    base = Base({Field.SUMMARY: "text", Field.TITLE: "Title"}, {Field.SUMMARY: "text", Field.TITLE: "Title"})
    plan = merge(Desired(1, {Field.TITLE: "Title", Field.SUMMARY: "text"}), make_item({}), base, RULES)
    assert {change.field for change in plan.changes} == {Field.TITLE, Field.SUMMARY}


def test_a_summary_is_compared_by_its_paragraphs() -> None:
    item = make_item({Field.SUMMARY: "one \r\n\r\n two"}, {Field.SUMMARY})
    assert merge(Desired(1, {Field.SUMMARY: "one\n\ntwo"}), item, Base(), RULES).changes == ()
    glued = make_item({Field.SUMMARY: "one two"})
    assert only(merge(Desired(1, {Field.SUMMARY: "one\n\ntwo"}), glued, Base(), RULES)).after == "one\n\ntwo"


def test_an_item_without_sort_title_is_sorted_by_its_title() -> None:
    desired = Desired(1, {Field.TITLE: "Red Fox", Field.SORT_TITLE: "Red Fox"})
    item = make_item({Field.TITLE: "Red Fox"}, {Field.TITLE, Field.SORT_TITLE})
    assert merge(desired, item, Base(), RULES).changes == ()


def test_the_sort_title_follows_a_title_that_a_person_keeps() -> None:
    desired = Desired(1, {Field.TITLE: "The Fox", Field.SORT_TITLE: "Fox"})
    item = make_item({Field.TITLE: "By hand"}, {Field.TITLE})
    plan = merge(desired, item, Base(), RULES)
    assert plan.changes == ()
    assert [(kept.field, kept.why) for kept in plan.kept] == [
        (Field.TITLE, Why.KEPT_PERSON),
        (Field.SORT_TITLE, Why.KEPT_PERSON),
    ]
    always = MergeRules({**RULES.policies, Field.SORT_TITLE: Policy.STASH})
    assert only(merge(desired, item, Base(), always)).field is Field.SORT_TITLE


@pytest.mark.parametrize("locked", [set(), {Field.SORT_TITLE}])
def test_a_title_that_is_written_takes_its_sort_title_along(locked: set[Field]) -> None:
    """Before, Plex sorted by the title, which is what Stash wants; with the new title it no longer would."""
    desired = Desired(1, {Field.TITLE: "The Fox", Field.SORT_TITLE: "Fox"})
    plan = merge(desired, make_item({Field.TITLE: "Fox"}, locked), Base(), RULES)
    assert {change.field: change.after for change in plan.changes} == desired.fields


def test_a_locked_sort_title_needs_no_title_to_hold_it() -> None:
    item = make_item({Field.TITLE: "a file", Field.SORT_TITLE: "Fox"}, {Field.SORT_TITLE})
    plan = merge(Desired(1, {Field.TITLE: "The Fox", Field.SORT_TITLE: "Fox"}), item, Base(), RULES)
    assert only(plan).field is Field.TITLE


def test_title_and_sort_title_fall_back_to_the_file_name() -> None:
    base = Base({Field.TITLE: "The Fox", Field.SORT_TITLE: "Fox"}, {})
    item = make_item({Field.TITLE: "The Fox", Field.SORT_TITLE: "Fox"}, {Field.TITLE, Field.SORT_TITLE})
    desired = Desired(1, {Field.TITLE: "", Field.SORT_TITLE: ""}, stem="The file")
    plan = merge(desired, item, base, RULES)
    assert [change.after for change in plan.changes] == ["The file", "file"]
    assert merge(desired, applied(plan, item), plan.base, RULES).changes == ()
    renamed = Desired(1, {Field.TITLE: "", Field.SORT_TITLE: ""}, stem="new name")
    assert [c.after for c in merge(renamed, applied(plan, item), plan.base, RULES).changes] == ["new name", "new name"]


def test_a_sort_title_that_plex_does_not_show_goes_with_the_title_it_equals() -> None:
    base = Base({Field.TITLE: "Fox", Field.SORT_TITLE: "Fox"}, {})
    item = make_item({Field.TITLE: "Fox"}, {Field.TITLE, Field.SORT_TITLE})
    plan = merge(Desired(1, {Field.TITLE: "", Field.SORT_TITLE: ""}, stem="The file"), item, base, RULES)
    assert [change.after for change in plan.changes] == ["The file", "file"]


@pytest.mark.parametrize("policy", [Policy.MERGE, Policy.STASH])
def test_a_title_is_never_emptied(policy: Policy) -> None:
    item = make_item({Field.TITLE: "Ours"}, {Field.TITLE})
    rules = MergeRules({Field.TITLE: policy})
    assert merge(Desired(1, {Field.TITLE: ""}), item, Base({Field.TITLE: "Ours"}, {}), rules).changes == ()


def test_nothing_is_locked_where_the_setting_says_so() -> None:
    rules = MergeRules(RULES.policies, lock=False)
    desired = Desired(1, {Field.STUDIO: "Acme", Field.GENRES: ("Noir",)})
    plan = merge(desired, make_item({}), Base(), rules)
    assert not plan.lock
    item = applied(plan, make_item({}))
    assert item.locked == frozenset()
    assert merge(desired, item, plan.base, rules).changes == ()


PHOTO = {"Ann": "http://stash/performer/1/image"}


def test_a_photo_alone_is_a_change_of_the_actors() -> None:
    item = make_item({Field.ACTORS: ("ann",)}, {Field.ACTORS}, {"ann": "http://elsewhere/x.jpg"})
    desired = Desired(1, {Field.ACTORS: ("Ann",)}, photos=PHOTO)
    plan = merge(desired, item, Base(), RULES)
    assert only(plan) == Change(Field.ACTORS, ("ann",), ("ann",), Why.PHOTO, {"ann": PHOTO["Ann"]})
    assert merge(desired, applied(plan, item), plan.base, RULES).changes == ()


def test_photos_ride_with_a_change_of_the_actors() -> None:
    plan = merge(Desired(1, {Field.ACTORS: ("Ann",)}, photos=PHOTO), make_item({}), Base(), RULES)
    assert only(plan) == Change(Field.ACTORS, (), ("Ann",), Why.FILL, PHOTO)


def test_fill_sets_only_missing_photos() -> None:
    rules = MergeRules({Field.ACTORS: Policy.FILL})
    desired = Desired(1, {Field.ACTORS: ("Ann",)}, photos=PHOTO)
    has_one = make_item({Field.ACTORS: ("Ann",)}, (), {"Ann": "http://elsewhere/x.jpg"})
    assert merge(desired, has_one, Base(), rules).changes == ()
    assert only(merge(desired, make_item({Field.ACTORS: ("Ann",)}), Base(), rules)).photos == PHOTO


def test_photos_switched_off_leave_plexs_alone() -> None:
    item = make_item({Field.ACTORS: ("Ann",)}, {Field.ACTORS}, {"Ann": "http://elsewhere/x.jpg"})
    assert merge(Desired(1, {Field.ACTORS: ("Ann",)}), item, Base(), RULES).changes == ()


def test_a_field_that_is_off_is_not_forgotten() -> None:
    base = Base({Field.STUDIO: "Acme", Field.GENRES: ("Noir",)}, {Field.STUDIO: "Acme"})
    plan = merge(Desired(1, {Field.DATE: "2020-01-01"}), make_item({Field.STUDIO: "Acme"}), base, RULES)
    assert plan.base.pushed == {**base.pushed, Field.DATE: "2020-01-01"}
    assert plan.base.wanted == {**base.wanted, Field.DATE: "2020-01-01"}


def test_a_write_that_was_never_confirmed_is_ours_once_it_is_there() -> None:
    item = make_item({Field.STUDIO: "Old", Field.GENRES: ("Old",)}, {Field.STUDIO, Field.GENRES})
    old = Base({Field.STUDIO: "Old", Field.GENRES: ("Old",)}, {Field.STUDIO: "Old", Field.GENRES: ("Old",)})
    plan = merge(Desired(1, {Field.STUDIO: "New", Field.GENRES: ("New",)}), item, old, RULES)
    gone = Desired(1, {Field.STUDIO: "", Field.GENRES: ()})
    for found in (item, applied(plan, item)):  # the write did not, or did, reach Plex before the end
        cleared = merge(gone, found, plan.intent, RULES)
        assert applied(cleared, found).fields[Field.STUDIO] == ""
        assert applied(cleared, found).fields[Field.GENRES] == ()
        assert cleared.base.pushed == {}


def test_two_interruptions_in_a_row_forget_nothing() -> None:
    item = make_item({Field.STUDIO: "One", Field.GENRES: ("One",)}, {Field.STUDIO, Field.GENRES})
    base = Base({Field.STUDIO: "One", Field.GENRES: ("One",)}, {})
    first = merge(Desired(1, {Field.STUDIO: "Two", Field.GENRES: ("Two",)}), item, base, RULES)
    seen = applied(first, item)
    second = merge(Desired(1, {Field.STUDIO: "Three", Field.GENRES: ("Three",)}), seen, first.intent, RULES)
    third = merge(Desired(1, {Field.STUDIO: "", Field.GENRES: ()}), seen, second.intent, RULES)
    assert applied(third, seen).fields[Field.STUDIO] == ""
    assert applied(third, seen).fields[Field.GENRES] == ()


def test_an_interrupted_change_of_stashs_own_value_still_counts_as_changed() -> None:
    item = make_item({Field.SUMMARY: "by hand"}, {Field.SUMMARY})
    known = merge(Desired(1, {Field.SUMMARY: "one"}), item, Base(), RULES).base
    plan = merge(Desired(1, {Field.SUMMARY: "two"}), item, known, RULES)
    assert only(merge(Desired(1, {Field.SUMMARY: "two"}), item, plan.intent, RULES)).why is Why.STASH_CHANGED
