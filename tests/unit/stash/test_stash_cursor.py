from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stash_stamps import MOMENTS, OFFSETS, stamp

from plexsync.stash import timestamps
from plexsync.stash.changes.cursor import JITTER, OVERLAP, TRUST, WIDENED_BY, Cursor

NONE: dict[str, int] = {"scene": 0}
NOW = 1_795_395_880
BERLIN_SUMMER, BERLIN_WINTER = 7200, 3600


def cursor(since: float = NOW, zone: int | None = 0, counts: int = 0, newest: int = 0) -> Cursor:
    return Cursor(since=since, clock=since, zone=zone, counts={"scene": counts}, newest={"scene": newest})


def after(start: Cursor, now: float, *stamps: str) -> Cursor:
    return start.advanced(asked=now - 0.1, clock=now, stamps=stamps, counts=NONE, newest=NONE)


@given(MOMENTS, st.none() | OFFSETS, st.integers(0, 99))
def test_a_cursor_survives_being_written_down(moment: int, zone: int | None, count: int) -> None:
    one = cursor(moment + 0.25, zone, count, count + 1)
    assert Cursor.from_json(one.to_json()) == one


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", '{"since": 1}', '"x"'])
def test_other_text_is_no_cursor(text: str) -> None:
    with pytest.raises(ValueError):
        Cursor.from_json(text)


@given(MOMENTS, OFFSETS, OFFSETS, st.floats(-OVERLAP, 10**6))
def test_a_later_edit_is_found_in_the_same_zone_or_one_further_east(
    moment: int, zone: int, other: int, seconds: float
) -> None:
    edit = stamp(int(moment + seconds + 1), max(zone, other))
    assert edit > cursor(moment, zone).bound


@given(MOMENTS, OFFSETS, OFFSETS, st.floats(-OVERLAP - WIDENED_BY, 10**6))
def test_a_widened_cursor_finds_the_last_hours_edits_in_whatever_zone(
    moment: int, zone: int, other: int, seconds: float
) -> None:
    edit = stamp(int(moment + seconds + 1), other)
    assert edit > cursor(moment, zone).widened().bound


def test_after_the_clocks_went_back_one_widened_poll_puts_the_feed_on_the_new_zone() -> None:
    start = cursor(timestamps.instant("2026-10-25T02:59:50+02:00"), BERLIN_SUMMER)
    edit = "2026-10-25T02:00:10+01:00"
    assert not edit > start.bound
    assert edit > start.widened().bound
    healed = after(start.widened(), timestamps.instant(edit) + 1, "2026-10-25T02:59:45+02:00", edit)
    assert healed.zone == BERLIN_WINTER
    assert healed.bound < "2026-10-25T02:00:14+01:00"


def test_after_the_clocks_went_forward_nothing_special_is_needed() -> None:
    start = cursor(timestamps.instant("2026-03-29T01:59:50+01:00"), BERLIN_WINTER)
    edit = "2026-03-29T03:00:05+02:00"
    assert edit > start.bound
    assert after(start, timestamps.instant(edit) + 1, edit).zone == BERLIN_SUMMER


def test_it_goes_on_from_the_newest_stamp() -> None:
    edited = stamp(NOW + 50, 0)
    assert after(cursor(), NOW + 60, stamp(NOW + 40, 0), edited).since == NOW + 50


def test_of_two_zones_in_one_second_it_takes_the_one_that_hides_nothing() -> None:
    assert after(cursor(), NOW + 60, stamp(NOW + 50, 0), stamp(NOW + 50, -18000), stamp(NOW + 50, 3600)).zone == -18000


def test_a_stamp_in_the_future_does_not_blind_it() -> None:
    on = after(cursor(), NOW + 60, stamp(NOW + 10**6, 0), stamp(NOW + 50, 0))
    assert on.since == NOW + 50


def test_an_old_bulk_edit_is_told_no_more_after_a_while() -> None:
    bulk = stamp(NOW, 0)
    assert bulk > after(cursor(), NOW + TRUST - 1, bulk).bound
    assert bulk < after(cursor(), NOW + TRUST + OVERLAP + 2, bulk).bound


def test_without_a_stamp_the_zone_stays_what_it_was() -> None:
    assert after(cursor(zone=BERLIN_WINTER), NOW + 60).zone == BERLIN_WINTER
    assert after(cursor(zone=None), NOW + 60).zone is None


@given(st.lists(st.tuples(st.integers(-500, 500), OFFSETS), max_size=5), st.integers(0, 1000))
def test_it_never_runs_ahead_of_the_moment_it_was_asked_at(edits: list[tuple[int, int]], later: int) -> None:
    on = after(cursor(), NOW + later, *(stamp(NOW + seconds, zone) for seconds, zone in edits))
    assert on.since <= NOW + later - 0.1


def test_a_clock_set_back_is_noticed_and_its_whole_seconds_are_not() -> None:
    assert cursor().set_back(NOW - JITTER - 1)
    assert not cursor().set_back(NOW - 1)


@pytest.mark.parametrize(
    ("before", "now", "some_vanished"),
    [
        ((5, 9), (5, 9), False),
        ((5, 9), (7, 11), False),
        ((5, 9), (4, 9), True),
        ((5, 9), (5, 10), True),  # one came, one went: the count alone would not tell
        ((5, 9), (4, 8), True),
        ((5, 9), (5, 5), True),  # an import gave all of them new ids
        ((0, 0), (1, 1), False),
    ],
)
def test_what_vanished(before: tuple[int, int], now: tuple[int, int], *, some_vanished: bool) -> None:
    found = cursor(counts=before[0], newest=before[1]).vanished({"scene": now[0]}, {"scene": now[1]})
    assert found == ({"scene"} if some_vanished else set())
