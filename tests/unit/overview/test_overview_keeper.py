"""The file that answers the page is kept while somebody looks, is true while it is there, and costs nothing else."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from plexsync.overview.facts import AgentLife
from plexsync.overview.keeper import MOVING_SECONDS, RESTING_SECONDS, SETTLING_SECONDS, OverviewKeeper
from plexsync.overview.watch import MARK, WATCHED_SECONDS, OverviewWatch
from plexsync.runtime.context import Context
from plexsync.store import Store
from plexsync.store.files.overview_file import FILE
from plexsync.store.jobs import Priority


class Stage:
    """A keeper on a data folder, with the clock in the test's hand."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.folder = folder
        self.at = 1_800_000_000.0
        settings = {"PLEXSYNC_PLEX_URL": "http://plex", "PLEXSYNC_PLEX_TOKEN": "x"}
        context = Context(folder, settings)
        context.reread(store)
        self.watch = OverviewWatch(folder, lambda: self.at)
        self.keeper = OverviewKeeper(store, context, self.watch, AgentLife, lambda: self.at)

    def ask(self) -> None:
        """Ask as a page does."""
        (self.folder / MARK).touch()
        os.utime(self.folder / MARK, (self.at, self.at))

    def turn(self, seconds: float = 0.0, *, has_moved: bool = False) -> None:
        """Let time go by, then let the agent's main thread and the keeper have a turn."""
        self.at += seconds
        self.watch.turn(has_moved=has_moved)
        self.keeper.turn()

    def kept(self) -> dict[str, object] | None:
        """Return what the file says."""
        path = self.folder / FILE
        return json.loads(path.read_text("utf-8")) if path.exists() else None

    def written(self) -> tuple[int, int] | None:
        """Return what tells one writing of the file from another."""
        path = self.folder / FILE
        return (path.stat().st_ino, path.stat().st_mtime_ns) if path.exists() else None

    def queue(self, *scenes: int) -> None:
        """Queue scenes."""
        self.store.jobs.enqueue(scenes, priority=Priority.FRESH, origin="feed", now=self.at)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with closing(Store(tmp_path)) as store:
        yield Stage(store, tmp_path)


def test_nothing_is_kept_while_nobody_looks(stage: Stage) -> None:
    for _ in range(100):
        stage.queue(1)
        stage.turn(2.0, has_moved=True)
    assert stage.kept() is None


def test_it_is_there_at_once_and_nobody_else_reads_it(stage: Stage) -> None:
    stage.ask()
    stage.turn()
    kept = stage.kept()
    assert kept is not None
    assert kept["at"] == stage.at
    assert stat.S_IMODE((stage.folder / FILE).stat().st_mode) == 0o600


def test_an_hour_without_a_change_is_an_hour_without_a_write(stage: Stage) -> None:
    stage.ask()
    stage.turn(SETTLING_SECONDS)
    stage.turn(RESTING_SECONDS)
    first = stage.written()
    for _ in range(1800):
        stage.ask()
        stage.turn(2.0)
    assert stage.written() == first


def test_a_movement_is_told_within_two_seconds_and_goes_on_being_told(stage: Stage) -> None:
    stage.ask()
    stage.turn()
    stage.queue(1)
    stage.turn(MOVING_SECONDS, has_moved=True)
    kept = stage.kept() or {}
    assert kept["moving"] is True
    assert "no scenes" in said(kept)
    for _ in range(4):
        stage.ask()
        stage.turn(MOVING_SECONDS)
    assert "Working: 1 of 1 scene is on its way" in said(stage.kept() or {}), "it shows once it has lasted"


def test_it_is_known_when_a_page_has_asked_last(stage: Stage) -> None:
    assert (stage.watch.asked_at, stage.watch.is_wanted) == (0.0, False)
    stage.ask()
    assert (stage.watch.asked_at, stage.watch.is_wanted) == (stage.at, True)


def test_it_is_written_at_most_every_two_seconds(stage: Stage) -> None:
    seen = set()
    for scene in range(1, 41):
        stage.ask()
        stage.queue(scene)
        stage.turn(0.25, has_moved=True)
        seen.add(stage.written())
    assert len(seen) <= 6


def test_it_goes_when_nobody_looks_any_more_so_that_no_old_one_is_shown(stage: Stage) -> None:
    stage.ask()
    stage.turn()
    assert stage.kept() is not None
    stage.turn(WATCHED_SECONDS)
    assert stage.kept() is None


def test_one_that_a_killed_agent_has_left_is_removed_by_the_next(stage: Stage) -> None:
    (stage.folder / FILE).write_text("{}")
    Stage(stage.store, stage.folder)
    assert stage.kept() is None


def test_one_that_an_operation_has_removed_is_made_anew(stage: Stage) -> None:
    stage.ask()
    stage.turn()
    (stage.folder / FILE).unlink()
    stage.turn(MOVING_SECONDS, has_moved=True)
    assert stage.kept() is not None


def test_on_a_full_disk_there_is_no_file_rather_than_an_old_one(stage: Stage) -> None:
    stage.ask()
    stage.turn()
    (stage.folder / FILE).unlink()
    (stage.folder / FILE).mkdir()
    stage.queue(1)
    stage.turn(MOVING_SECONDS, has_moved=True)
    (stage.folder / FILE).rmdir()
    stage.turn(MOVING_SECONDS)
    assert stage.kept() is not None


def said(kept: dict[str, object]) -> str:
    """Return the sentence of a kept overview."""
    standing = kept["standing"]
    assert isinstance(standing, dict)
    return "".join(phrase["text"] for phrase in standing["sentence"])
