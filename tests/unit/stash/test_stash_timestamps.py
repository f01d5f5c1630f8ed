from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stash_stamps import MOMENTS, OFFSETS, stamp

from plexsync.stash import timestamps

ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"])


def stamp_in(moment: int, zone: str) -> str:
    offset = datetime.fromtimestamp(moment, ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return stamp(moment, int(offset.total_seconds()))


@given(MOMENTS, OFFSETS)
def test_a_stamp_is_read_back_as_the_moment_and_zone_it_was_made_in(moment: int, east: int) -> None:
    assert timestamps.instant(stamp(moment, east)) == moment
    assert timestamps.zone(stamp(moment, east)) == east


@given(MOMENTS, OFFSETS, st.integers(0, 10**6))
def test_a_bound_sorts_below_every_later_stamp_of_its_zone_and_above_every_earlier_one(
    moment: int, east: int, seconds: int
) -> None:
    bound = timestamps.wall(moment, east)
    assert stamp(moment + seconds, east) > bound
    assert stamp(moment - seconds - 1, east) < bound


@given(MOMENTS, OFFSETS, st.integers(0, 10**6))
def test_the_westernmost_bound_sorts_below_later_stamps_of_any_zone(moment: int, east: int, seconds: int) -> None:
    assert stamp(moment + seconds, east) > timestamps.wall(moment, timestamps.WESTERNMOST)


@given(MOMENTS, ZONES, st.integers(0, 7200))
def test_also_across_both_clock_changes_of_a_real_zone(moment: int, zone: str, seconds: int) -> None:
    assert stamp_in(moment + seconds, zone) > timestamps.wall(moment, timestamps.WESTERNMOST)


def test_the_autumn_hour_that_a_stamp_as_a_bound_would_miss() -> None:
    before, after = "2026-10-25T02:59:50+02:00", "2026-10-25T02:00:10+01:00"
    assert timestamps.instant(after) - timestamps.instant(before) == 20
    assert after < before
    assert after > timestamps.wall(timestamps.instant(before), timestamps.WESTERNMOST)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2026-11-22T20:04:40-05:00", 1795395880),
        ("2026-11-23T01:04:40.123456789Z", 1795395880),
        ("0001-01-01T00:00:00Z", -62135596800),
    ],
)
def test_forms_a_stamp_comes_in(text: str, moment: int) -> None:
    assert timestamps.instant(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-22",
        "2026-11-22T20:04:40",
        "not a date",
        "10000-01-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-11-22T24:00:00Z",
        "2026-11-22T20:04:40+99:00",
        "2026-11-22T20:04:40-13:00",
    ],
)
def test_what_is_no_stamp_was_never(text: str) -> None:
    assert timestamps.instant(text) == timestamps.NEVER
    assert timestamps.zone(text) is None


def test_bounds_beyond_the_calendar_stay_at_its_ends() -> None:
    assert timestamps.wall(-1e15, 0) == "0001-01-01T00:00:00"
    assert timestamps.wall(1e15, 0) == "9999-12-31T23:59:59"
