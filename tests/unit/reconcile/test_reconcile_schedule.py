"""When automatic runs are due, and how patient full scans are: on a clock that is passed in."""

from __future__ import annotations

import random

import pytest

from plexsync.detect.full_scan_backoff import FRUITLESS_PAUSES, PATIENT_SECONDS, FullScanBackoff
from plexsync.detect.full_scan_backoff import QUIET_SECONDS as QUIET_WRITES
from plexsync.plex.listening.events import ItemEvent, ScanEnded
from plexsync.reconcile import schedule
from plexsync.runtime.clock import has_come, has_passed
from plexsync.runtime.listening.plex_news import LONGEST_SECONDS, QUIET_SECONDS, PlexNews
from plexsync.runtime.restarts import SAME_START_SECONDS, Restarts
from plexsync.runtime.stash_load.coverage import Coverage

NOW = 1_000_000.0


@pytest.mark.parametrize(("interval", "seconds"), [("hourly", 3600), ("daily", 86400), ("weekly", 604800)])
def test_the_next_run_is_an_interval_away_give_or_take_a_little(interval: str, seconds: int) -> None:
    found = [schedule.next_after(NOW, interval, random.Random(n)) for n in range(50)]
    assert all(due is not None and 0.95 * seconds <= due - NOW <= 1.05 * seconds for due in found)
    assert len(set(found)) > 40, "not all installs at the same moment"


def test_never_is_never() -> None:
    assert schedule.next_after(NOW, "never", random.Random(1)) is None


def test_a_plan_in_a_far_future_comes_from_a_clock_that_was_wrong() -> None:
    assert schedule.is_sane(NOW + 86400, NOW, "daily")
    assert schedule.is_sane(NOW - 1e6, NOW, "daily"), "missed while nothing ran: caught up"
    assert not schedule.is_sane(NOW + 2 * 86400, NOW, "daily")


def test_after_a_servers_trouble_it_is_tried_again_soon_then_later() -> None:
    assert [schedule.retry_after(NOW, failures) - NOW for failures in range(6)] == [60, 120, 240, 480, 900, 900]


def test_a_write_after_a_quiet_time_is_served_at_once() -> None:
    pace = FullScanBackoff(NOW)
    assert not pace.is_due(NOW)
    pace.owe(NOW + 1)
    assert pace.is_due(NOW + 1)
    pace.begin()
    pace.done(NOW + 2, 0.1, found=False)
    assert not pace.is_due(NOW + 1000), "nothing is owed any more"
    pace.owe(NOW + 2 + QUIET_WRITES + 1)
    assert pace.is_due(NOW + 2 + QUIET_WRITES + 1)


def test_writes_that_mean_nothing_set_off_ever_fewer_full_scans() -> None:
    pace, full_scans = FullScanBackoff(NOW), []
    for second in range(0, 7200, 2):
        pace.owe(NOW + second)
        if pace.is_due(NOW + second):
            full_scans.append(second)
            pace.begin()
            pace.done(NOW + second, 0.05, found=False)
    assert full_scans[:5] == [0, 2, 12, 52, 212]
    assert len(full_scans) <= 5 + 7200 / FRUITLESS_PAUSES[-1]


def test_a_full_scan_never_takes_more_than_its_share_of_stashs_time() -> None:
    pace = FullScanBackoff(NOW)
    pace.owe(NOW)
    pace.begin()
    pace.done(NOW, 2.0, found=True)
    pace.owe(NOW + 1)
    assert not pace.is_due(NOW + 39)
    assert pace.is_due(NOW + 40)


def test_a_full_scan_that_fails_again_and_again_is_paid_for_and_tried_about_once_a_minute() -> None:
    pace, tries = FullScanBackoff(NOW), []
    pace.owe(NOW)
    for second in range(600):
        if pace.is_due(NOW + second):
            tries.append(second)
            pace.begin()
            pace.failed(NOW + second, 0.25)
    assert tries[:6] == [0, 5, 15, 55, 95, 135]


def test_what_is_written_while_a_full_scan_runs_is_owed_another_one() -> None:
    pace = FullScanBackoff(NOW)
    pace.owe(NOW)
    pace.begin()
    pace.owe(NOW + 1)
    pace.done(NOW + 2, 0.1, found=True)
    assert not pace.is_due(NOW + 3)
    assert pace.is_due(NOW + 4)


def test_what_has_a_good_explanation_waits_for_an_hour() -> None:
    pace = FullScanBackoff(NOW)
    pace.owe_patiently()
    assert not pace.is_due(NOW + PATIENT_SECONDS - 1)
    assert pace.is_due(NOW + PATIENT_SECONDS)


def test_a_spell_of_writing_is_followed_by_one_scan_once_stash_is_quiet() -> None:
    pace = FullScanBackoff(NOW)
    for second in range(0, 300, 10):
        pace.owe_after_spell(NOW + second)
        assert not pace.is_due(NOW + second + 9)
    pace.written(NOW + 320)
    assert not pace.is_due(NOW + 320 + QUIET_WRITES - 1)
    assert pace.is_due(NOW + 320 + QUIET_WRITES)
    pace.begin()
    pace.done(NOW + 400, 0.1, found=False)
    assert not pace.is_due(NOW + 3000), "nothing was written since"


def test_scans_after_spells_take_a_hundredth_of_stashs_time_so_large_libraries_see_fewer() -> None:
    scans = {}
    for cost in (0.1, 5.0, 60.0):
        pace, scans[cost] = FullScanBackoff(NOW), 0
        for minute in range(0, 24 * 60, 2):
            pace.owe_after_spell(NOW + minute * 60)
            if pace.is_due(NOW + minute * 60 + 90):
                pace.begin()
                pace.done(NOW + minute * 60 + 90 + cost, cost, found=False)
                scans[cost] += 1
        assert scans[cost] * cost <= 0.0101 * 24 * 3600 + cost
    assert scans[0.1] == 24 * 30
    assert scans[0.1] > scans[5.0] > scans[60.0] > 5


def test_a_spell_that_hid_nothing_makes_no_unexplained_write_wait() -> None:
    pace = FullScanBackoff(NOW)
    for spell in range(5):
        pace.owe_after_spell(NOW + 100 * spell)
        assert pace.is_due(NOW + 100 * spell + 60)
        pace.begin()
        pace.done(NOW + 100 * spell + 60, 0.01, found=False)
    pace.owe(NOW + 500)
    assert pace.is_due(NOW + 500)


def test_a_start_is_dealt_with_once_however_many_ways_it_shows() -> None:
    clock = [0.0]
    starts = Restarts(lambda: clock[0])
    seen = [starts.pending]
    for seconds in (0, SAME_START_SECONDS, 1):
        starts.done(seen[-1])
        clock[0] += seconds
        starts.stash_came_back()
        seen.append(starts.pending)
    assert seen == ["agent start", "", "Stash start", ""]


def ripe_in(news: PlexNews) -> float | None:
    return news.ripe_in


def test_what_plex_tells_is_gathered_until_it_is_silent_for_a_moment() -> None:
    clock = [100.0]
    news = PlexNews(lambda: clock[0])
    assert ripe_in(news) is None
    news.tell(ItemEvent("7", 5))
    news.tell(ItemEvent("7", 4))
    assert ripe_in(news) == pytest.approx(QUIET_SECONDS)
    while clock[0] < 100 + LONGEST_SECONDS:
        clock[0] += 0.25
        news.tell(ItemEvent("8", 0))
    assert ripe_in(news) == 0.0, "it does not wait for ever"
    told, missed = news.take()
    assert ({key: one.updated_at for key, one in told.items()}, missed) == ({"7": 5, "8": 0}, False)
    assert ripe_in(news) is None
    news.tell(ScanEnded())
    assert news.take() == ({}, True)


def test_a_full_run_covers_what_was_written_before_it_began() -> None:
    runs = Coverage()
    before = runs.moment()
    assert not runs.is_covering(before)
    with runs.comparing():
        assert runs.is_covering(before)
        assert not runs.is_covering(runs.moment())
    assert not runs.has_covered(before), "it ended without being complete"
    later = runs.moment()
    with runs.comparing():
        runs.complete()
    assert runs.has_covered(later)
    assert not runs.has_covered(runs.moment())
    assert not runs.is_covering(later)


def test_a_full_scan_does_not_wait_for_a_clock_that_was_set_back() -> None:
    pace = FullScanBackoff(NOW)
    pace.owe(NOW)
    pace.begin()
    pace.done(NOW, 0.1, found=False)
    pace.owe(NOW - 86400)
    assert pace.is_due(NOW - 86400)


def test_time_that_a_clock_set_back_cannot_tell_has_passed() -> None:
    assert [has_passed(10, NOW, NOW + second) for second in (-86400, -1, 0, 9, 10)] == [True, True, False, False, True]
    assert [has_come(NOW, NOW + second, 10) for second in (-86400, -11, -10, -1, 0)] == [True, True, False, False, True]


def test_of_a_storm_of_news_some_are_taken_at_a_time_and_the_rest_waits_for_nothing() -> None:
    clock = [100.0]
    news = PlexNews(lambda: clock[0])
    for number in range(450):
        news.tell(ItemEvent(str(number), 5, "2"))
    clock[0] += QUIET_SECONDS
    taken = []
    while ripe_in(news) == 0.0:
        told, missed = news.take()
        assert not missed
        taken.append(len(told))
    assert taken == [200, 200, 50]
    assert {one.section_id for one in told.values()} == {"2"}
