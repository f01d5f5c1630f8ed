"""The stash watcher by itself, over a Stash in memory: what it enqueues, when it asks, and what it makes of trouble."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest
from memory_stash import MemoryStash

from plexsync.detect.full_scan_backoff import QUIET_SECONDS
from plexsync.detect.stash_watcher import PROOF_SECONDS, QUIET_AFTER, StashWatcher
from plexsync.domain.errors import BadAnswer, Unreachable
from plexsync.runtime.context import Context
from plexsync.runtime.shared import Shared
from plexsync.runtime.stash_load.prefetch import Prefetch
from plexsync.store import Store
from plexsync.store.jobs import Priority


@dataclass
class Stage:
    """A watcher in the test's hand; its clock and Stash's go together."""

    store: Store
    shared: Shared
    stash: MemoryStash = field(default_factory=MemoryStash)

    def __post_init__(self) -> None:
        self.begin_life()

    def begin_life(self) -> None:
        self.watcher = StashWatcher(self.store, self.shared, lambda: self.stash.clock, lambda: self.stash)

    def step(self, seconds: float = 0.2, times: int = 1) -> None:
        for _ in range(times):
            self.stash.clock += seconds
            self.watcher.turn(lambda _: None)

    def queued(self) -> dict[int, int]:
        """Scenes that are queued, with their priorities."""
        rows = self.store.connection.execute("SELECT scene_id, priority FROM job WHERE state = 'queued'")
        return {int(row[0]): int(row[1]) for row in rows}

    def work(self) -> set[int]:
        """Take all jobs as done; returns their scenes."""
        with self.store.transaction():
            jobs = self.store.jobs.claim(10_000, self.stash.clock)
            self.store.jobs.finish(jobs, self.stash.clock)
        return {job.scene_id for job in jobs}

    def settle(self) -> None:
        """Let all that is owed be done, and forget what was asked."""
        for _ in range(3):
            self.step(1000.0)
            self.step(5.0, times=8)
        self.work()
        self.stash.asked.clear()


class Passing(threading.Event):
    """A stop that lets time pass instead of waiting, up to a moment or until ``is_over``; it counts the wakes."""

    def __init__(self, stash: MemoryStash, until: float, is_over: Callable[[], bool] = bool) -> None:
        super().__init__()
        self._stash = stash
        self._until = until
        self._is_over = is_over
        self.acts: dict[float, Callable[[], object]] = {}
        self.wakes = 0

    def is_set(self) -> bool:
        return self._stash.clock >= self._until or self._is_over()

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        if self.is_set():
            return True
        self.wakes += 1
        ends = self._stash.clock + timeout
        for at in sorted(at for at in self.acts if at <= ends):
            self._stash.clock = at
            self.acts.pop(at)()
        self._stash.clock = ends
        return self.is_set()


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with closing(Store(tmp_path)) as store:
        yield Stage(store, Shared.begin(Context(tmp_path, {}), Prefetch()))


@pytest.fixture
def filled(stage: Stage) -> Stage:
    """Ten scenes that were read long ago."""
    stage.stash.add(*(f"Scene {number}" for number in range(1, 11)))
    stage.step(500)
    stage.settle()
    return stage


def test_the_first_scan_remembers_everything_and_enqueues_nothing(stage: Stage) -> None:
    stage.stash.add("One", "Two")
    stage.step(1000)
    assert stage.store.scenes.ids() == {1, 2}
    assert stage.queued() == {}


def test_an_edit_is_enqueued_at_once_and_handed_on_with_what_was_read(filled: Stage) -> None:
    filled.stash.edit(3, title="Edited")
    filled.step()
    assert filled.queued() == {3: Priority.FRESH}
    (job,) = filled.store.jobs.claim(10, filled.stash.clock)
    assert filled.shared.prefetch.take([job])[3].title == "Edited"
    assert filled.shared.urgent.is_set()


def test_an_edit_within_the_second_of_the_last_is_enqueued_again(filled: Stage) -> None:
    filled.stash.edit(3, title="First")
    filled.step(0.1)
    filled.work()
    filled.stash.edit(3, title="Second")
    filled.step(0.1)
    assert set(filled.queued()) == {3}


def test_a_bulk_edit_goes_behind_a_single_one(filled: Stage) -> None:
    filled.stash.add(*(f"More {number}" for number in range(100)))
    filled.step()
    assert set(filled.queued().values()) == {Priority.MANY}
    assert len(filled.queued()) == 100
    filled.stash.clock += 60
    filled.stash.edit(1, title="One more")
    filled.step()
    assert filled.queued()[1] == Priority.FRESH


def test_a_renamed_tag_concerns_all_its_scenes(filled: Stage) -> None:
    tag = filled.stash.tag("Old")
    shown = filled.stash.add("With it", "Also", tags=(tag,))
    filled.step()
    filled.work()
    filled.settle()
    filled.stash.rename_tag(tag, "New")
    filled.step()
    assert set(filled.queued()) == set(shown)


def test_a_deleted_tag_concerns_the_scenes_that_named_it(filled: Stage) -> None:
    tag = filled.stash.tag("Old")
    shown = filled.stash.add("With it", tags=(tag,))
    filled.step()
    filled.work()
    filled.settle()
    filled.stash.destroy_tag(tag)
    filled.step()
    assert set(filled.queued()) == set(shown)


def test_a_deleted_scene_is_enqueued_so_that_what_it_left_is_seen_to(filled: Stage) -> None:
    filled.stash.destroy(4)
    filled.step()
    assert set(filled.queued()) == {4}


def test_nothing_is_asked_while_nothing_is_written(filled: Stage) -> None:
    filled.step(PROOF_SECONDS)
    filled.stash.asked.clear()
    filled.step(1.0, times=int(PROOF_SECONDS) - 2)
    assert filled.stash.asked == []


def test_a_file_out_of_sight_is_replaced_by_polling(filled: Stage) -> None:
    filled.stash.hidden = True
    filled.begin_life()
    filled.step(1.0)
    filled.settle()
    assert not filled.watcher.sees_file
    filled.stash.edit(2, title="Unseen")
    filled.step(30.0)
    assert set(filled.queued()) == {2}


def test_a_file_that_does_not_tell_is_found_out_and_polled_from_then_on(filled: Stage) -> None:
    filled.stash.silent = True
    filled.step(2.0)
    filled.stash.edit(2, title="Untold")
    filled.step(PROOF_SECONDS)
    assert set(filled.queued()) == {2}
    assert not filled.watcher.sees_file


def test_a_change_that_no_stamp_tells_is_found_by_a_full_scan_at_once(filled: Stage) -> None:
    filled.stash.change_unstamped(5, title="By another program")
    filled.step(1.0, times=6)
    assert set(filled.queued()) == {5}


def test_a_change_that_an_edit_masks_is_found_once_stash_is_quiet(filled: Stage) -> None:
    filled.stash.edit(1, title="Explains")
    filled.stash.change_unstamped(5, title="Hidden")
    filled.step(1.0, times=10)
    assert filled.work() == {1}
    filled.step(QUIET_SECONDS)
    filled.step(1.0, times=8)
    assert 5 in filled.queued()


def test_play_counts_alone_set_off_no_full_scan(filled: Stage) -> None:
    for _ in range(40):
        filled.stash.watch_a_video()
        filled.step(3.0)
    filled.step(QUIET_SECONDS)
    filled.step(1.0, times=8)
    assert "scenes" not in filled.stash.asked


def test_a_start_after_a_clean_end_searches_nothing_if_nothing_was_written_since(filled: Stage) -> None:
    filled.watcher.leave()
    filled.begin_life()
    filled.step(1.0, times=30)
    filled.step(1000.0, times=3)
    assert "poll" in filled.stash.asked
    assert "scenes" not in filled.stash.asked
    filled.stash.edit(4, title="Later")
    filled.step(1.0)
    assert set(filled.queued()) == {4}


def test_a_write_between_two_lives_is_searched_for(filled: Stage) -> None:
    filled.watcher.leave()
    filled.stash.change_unstamped(5, title="While nobody looked")
    filled.begin_life()
    filled.step(1.0, times=8)
    assert set(filled.queued()) == {5}


def test_an_end_that_still_owes_a_search_leaves_it_to_the_next_life(filled: Stage) -> None:
    filled.stash.edit(1, title="Explains")
    filled.stash.change_unstamped(5, title="Hidden")
    filled.step(1.0)
    filled.watcher.leave()
    filled.begin_life()
    filled.step(1.0, times=8)
    assert 5 in filled.queued()


def test_trouble_opens_the_breaker_and_loses_nothing(filled: Stage) -> None:
    filled.stash.failure = Unreachable(server="stash", url="http://stash", detail="refused")
    filled.stash.edit(7, title="Meanwhile")
    filled.step(1.0, times=5)
    trip = filled.watcher.breaker.trip
    assert trip is not None
    assert trip.code == "unreachable"
    assert filled.queued() == {}
    filled.stash.failure = None
    filled.step(5.0, times=3)
    assert filled.watcher.breaker.trip is None
    assert 7 in filled.queued()
    assert filled.shared.starts.pending


def test_one_answer_gone_wrong_does_not_begin_everything_anew(filled: Stage) -> None:
    filled.stash.failure = BadAnswer(server="stash", url="http://stash", status="200", detail="odd")
    filled.stash.edit(7, title="Meanwhile")
    filled.step()
    filled.stash.failure = None
    filled.stash.asked.clear()
    filled.step(2.0)
    assert "capabilities" not in filled.stash.asked
    assert set(filled.queued()) == {7}


def test_another_stash_is_set_up_anew(filled: Stage) -> None:
    other = MemoryStash(clock=filled.stash.clock)
    other.add(*(f"Other {number}" for number in range(1, 11)))
    filled.stash = other
    filled.step(1.0)
    assert other.asked[0] == "capabilities"


def test_a_kill_between_two_polls_loses_nothing(filled: Stage) -> None:
    filled.stash.edit(6, title="Before the kill")
    filled.begin_life()
    filled.step(1.0)
    assert 6 in filled.queued()


def test_jobs_and_cursor_are_written_together_or_not_at_all(filled: Stage, tmp_path: Path) -> None:
    cursor = filled.store.connection.execute("SELECT value FROM meta WHERE key = 'cursor'").fetchone()[0]
    filled.store.connection.execute(
        "CREATE TEMP TRIGGER full BEFORE UPDATE ON meta WHEN new.key = 'cursor' BEGIN SELECT RAISE(ABORT, 'full'); END"
    )
    filled.store.connection.execute(
        "CREATE TEMP TRIGGER full2 BEFORE INSERT ON meta WHEN new.key = 'cursor' BEGIN SELECT RAISE(ABORT, 'full'); END"
    )
    filled.stash.edit(8, title="Into a full disk")
    with pytest.raises(sqlite3.Error):
        filled.step(1.0)
    assert filled.queued() == {}
    assert filled.store.connection.execute("SELECT value FROM meta WHERE key = 'cursor'").fetchone()[0] == cursor


@pytest.mark.parametrize(
    "stamp", ["10000-01-01T00:00:00Z", "", "soon", "2024-13-45T99:99:99Z", "2024-01-01T00:00:00+99:00"]
)
def test_a_stamp_out_of_range_stops_neither_the_first_scan_nor_the_feed(stage: Stage, stamp: str) -> None:
    stage.stash.add("One", "Two")
    stage.stash.change_unstamped(1, updated_at=stamp, created_at=stamp)
    stage.step(1000)
    assert stage.store.scenes.ids() == {1, 2}
    stage.settle()
    stage.stash.edit(2, title="Edited")
    stage.stash.change_unstamped(1, title="Odd one", updated_at=f"9{stamp}")
    stage.step(1.0)
    assert 2 in stage.queued()
    stage.step(QUIET_SECONDS)
    stage.step(1.0, times=10)
    assert 1 in stage.queued()


def test_a_stash_that_is_gone_is_asked_rarely_and_at_once_when_its_file_moves(filled: Stage) -> None:
    filled.stash.failure = Unreachable(server="stash", url="http://stash", detail="refused")
    filled.stash.edit(7, title="Before it went")
    filled.step(1.0, times=4000)
    filled.stash.asked.clear()
    filled.step(1.0, times=600)
    assert len(filled.stash.asked) <= 6
    filled.stash.failure = None
    filled.stash.edit(8, title="It is back")
    filled.step(0.2, times=2)
    assert filled.watcher.breaker.trip is None
    assert {7, 8} <= set(filled.queued())


def test_a_worker_that_waits_for_stash_goes_on_when_the_watcher_hears_from_it(filled: Stage) -> None:
    (target,) = filled.shared.targets
    away = Unreachable(server="stash", url="http://stash", detail="refused")
    for ago in (5000.0, 4000.0, 0.0):
        target.breaker.open(away, filled.stash.clock - ago)
    assert not target.breaker.allows(filled.stash.clock + 60)
    filled.stash.failure = away
    filled.step(PROOF_SECONDS)
    filled.stash.failure = None
    filled.step(5.0)
    assert target.breaker.allows(filled.stash.clock)


def test_polls_that_tell_old_changes_again_set_off_no_full_scan(filled: Stage) -> None:
    filled.stash.asked.clear()
    filled.step(20.0, times=60)
    assert "scenes" not in filled.stash.asked


def test_in_silence_it_wakes_seldom_whether_the_file_is_in_sight_or_stash_away(filled: Stage) -> None:
    def wakes_a_second() -> float:
        filled.watcher.run(Passing(filled.stash, filled.stash.clock + QUIET_AFTER + 1))
        silence = Passing(filled.stash, filled.stash.clock + 600)
        filled.watcher.run(silence)
        return silence.wakes / 600

    assert wakes_a_second() <= 1.8
    filled.stash.hidden = True
    filled.begin_life()
    assert wakes_a_second() <= 1.8
    filled.stash.failure = Unreachable(server="stash", url="")
    assert wakes_a_second() <= 1.8


def test_the_first_save_after_a_long_silence_is_enqueued_in_half_a_second(filled: Stage) -> None:
    taken = []
    for turn, silent in enumerate([3600.0] + 16 * [200.0]):
        filled.work()
        silence = Passing(filled.stash, filled.stash.clock + 9999, lambda: bool(filled.queued()))
        saved = filled.stash.clock + silent + turn * 0.137
        silence.acts[saved] = lambda title=f"Edit {turn}": filled.stash.edit(3, title=title)  # type: ignore[misc]
        filled.watcher.run(silence)
        taken.append(filled.stash.clock - saved)
    assert median(taken) <= 0.4, "so that it is in Plex within half a second"
    assert max(taken) <= 0.7


def test_in_silence_it_polls_for_others_too_and_not_while_people_work(stage: Stage) -> None:
    polls: list[float] = []
    stash = stage.stash
    stage.watcher = StashWatcher(
        stage.store, stage.shared, lambda: stash.clock, lambda: stash, lambda: polls.append(stash.clock)
    )
    stage.stash.add("One")
    began = stage.stash.clock
    stage.watcher.run(Passing(stage.stash, began + 300))
    assert polls[0] >= began + QUIET_AFTER
    assert max(later - sooner for sooner, later in pairwise(polls)) < 1.0
    polls.clear()
    stage.stash.edit(1, title="Somebody is there")
    stage.watcher.run(Passing(stage.stash, stage.stash.clock + QUIET_AFTER))
    assert len(polls) <= 1


def test_a_stash_that_came_back_wakes_whoever_waits_for_a_change(filled: Stage) -> None:
    beats = filled.shared.changes.wait(-1, 0.0)
    filled.stash.restart()
    filled.step(PROOF_SECONDS)
    assert filled.shared.changes.wait(beats, 0.0) > beats
