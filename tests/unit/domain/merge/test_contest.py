"""A contest over a field: what counts as one, when the field is left alone, and when it is over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from plexsync.domain.merge.contest import SPAN_SECONDS, Contest, put_back
from plexsync.domain.merge.item import MergeRules, merge
from plexsync.domain.model import Base, Desired, Field, Item, Policy, Value, empty_value
from plexsync.store import Store

NOW = 1_800_000_000.0
START = Contest(7, "5", Field.GENRES)


def item(*, locked: bool = True, **fields: Value) -> Item:
    values = {of: fields.get(of.value, empty_value(of)) for of in Field}
    return Item("5", "1", values, frozenset(Field) if locked else frozenset(), (), 0)


def again(shown: Item, base: Base, policy: Policy = Policy.MERGE, **said: Value) -> set[Field]:
    desired = Desired(7, {Field(name): value for name, value in said.items()})
    plan = merge(desired, shown, base, MergeRules(dict.fromkeys(Field, policy)))
    return set(put_back(plan, desired, base))


OURS = Base({Field.GENRES: ("Drama",)}, {Field.GENRES: ("Drama",)})


def test_a_name_that_was_ours_and_is_gone_is_put_back() -> None:
    assert again(item(genres=("Comedy",)), OURS, genres=("Drama",)) == {Field.GENRES}


def test_a_name_that_comes_back_to_a_mirrored_list_is_put_out_again() -> None:
    assert again(item(genres=("Drama", "Comedy")), OURS, Policy.MIRROR, genres=("Drama",)) == {Field.GENRES}


def test_a_text_that_was_ours_is_put_back() -> None:
    base = Base({Field.SUMMARY: "Ours"}, {Field.SUMMARY: "Ours"})
    assert again(item(locked=False, summary="Theirs"), base, summary="Ours") == {Field.SUMMARY}


def test_what_is_new_in_stash_is_no_putting_back() -> None:
    assert again(item(genres=("Comedy",)), OURS, genres=("Drama", "Thriller")) == set()


def test_what_was_never_written_is_no_putting_back() -> None:
    assert again(item(genres=("Comedy",)), Base(), genres=("Drama",)) == set()


def test_the_third_time_in_an_hour_is_one_too_many() -> None:
    once = START.put_back(NOW)
    assert not once.is_on
    assert once.put_back(NOW + 20).is_on
    assert once.put_back(NOW + 20).put_back(NOW + 90_000).times == 3, "it stays on"


def test_a_tool_that_comes_every_few_hours_is_noticed_too() -> None:
    contest = START
    for times, hour in enumerate((0, 5, 10, 15), 1):
        contest = contest.put_back(NOW + hour * 3600)
        assert not contest.has_calmed(NOW + (hour + 4) * 3600), "nor is it forgotten between two visits"
        assert contest.is_on == (times == 4)
    assert contest.put_back(NOW + 9 * 86_400).is_on, "it stays on"
    assert contest.has_calmed(NOW + 3 * 86_400)


def test_twice_within_two_hours_may_be_a_person() -> None:
    assert not START.put_back(NOW).put_back(NOW + 5000).put_back(NOW + 9000).is_on


def test_once_a_day_is_no_contest() -> None:
    contest = START
    for day in range(9):
        contest = contest.put_back(NOW + day * 86_400)
    assert not contest.is_on


def test_a_clock_that_was_set_back_begins_anew() -> None:
    assert START.put_back(NOW).put_back(NOW - 500).times == 1


def test_it_calms_down() -> None:
    contest = START.put_back(NOW).put_back(NOW + 1).held(NOW + 2)
    assert not contest.has_calmed(NOW + 10)
    assert contest.has_calmed(NOW + 2 + SPAN_SECONDS)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(Store(tmp_path)) as opened:
        yield opened


def test_contests_are_kept_and_told(store: Store) -> None:
    on = START.put_back(NOW).put_back(NOW + 1)
    store.contests.keep([on.held(NOW + 2), replace(on, rating_key="6", held_at=3.0), replace(on, scene_id=9)])
    assert store.contests.of_items(["5", "6", "7"])[7, "5", Field.GENRES].held_at == NOW + 2
    assert store.contests.scenes() == {7}
    (told,) = store.contests.held()
    assert (told.field, told.items, told.scene_id) == (Field.GENRES, 2, 7)
    assert [one.rating_key for one in store.contests.of_scene(7)] == ["5", "6"]
    store.contests.forget([on])
    assert [one.rating_key for one in store.contests.of_scene(7)] == ["6"]
    store.contests.purge(NOW + 5)
    assert store.contests.of_items(["5", "6"]) == {}


def test_another_server_knows_nothing_of_them(store: Store) -> None:
    store.contests.keep([START.put_back(NOW).held(NOW)])
    store.change_plex("one", "other")
    assert store.contests.scenes() == frozenset()
