"""Requests to Plex to scan folders: which, how often, and that their list stays small."""

from __future__ import annotations

from plexsync.index.scan_requests import AT_ONCE, EVERY, MOST_FILES, MOST_FOLDERS, PAUSE, ScanRequests


def test_a_file_is_asked_for_once_a_day() -> None:
    scans = ScanRequests()
    assert [scans.is_new("/m/a", now) for now in (0.0, 10.0, PAUSE - 1, PAUSE + 20)] == [True, False, False, False]
    assert scans.is_new("/m/a", 3 * PAUSE)


def test_the_newest_folders_go_first_and_only_a_few_a_minute() -> None:
    scans = ScanRequests()
    scans.note(("1", f"/m/{number}") for number in range(8))
    scans.note([("1", "/m/2")])
    first = scans.take(0.0)
    assert first == [("1", f"/m/{number}") for number in (2, 7, 6, 5, 4)]
    assert len(first) == AT_ONCE
    assert scans.take(EVERY - 1) == []
    assert scans.take(EVERY) == [("1", "/m/3"), ("1", "/m/1"), ("1", "/m/0")]
    assert scans.take(5 * EVERY) == []


def test_two_hundred_thousand_missing_files_leave_little_behind() -> None:
    scans = ScanRequests()
    for number in range(200_000):
        assert scans.is_new(f"/m/{number}/a.mp4", 0.0)
        scans.note([("1", f"/m/{number}")])
    assert len(scans) <= MOST_FILES + MOST_FOLDERS
    assert scans.take(0.0)[0] == ("1", "/m/199999")
