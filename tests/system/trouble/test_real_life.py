"""The findings of a trial with a real Stash server, told again on the simulators."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from agent_stage import Stage, single, staged, wait_for

from plexsync.detect.stash_watcher import PROOF_SECONDS, WIDENED_SECONDS, StashWatcher
from plexsync.runtime.context import Context
from plexsync.runtime.shared import Shared
from plexsync.runtime.stash_load.prefetch import Prefetch
from plexsync.store import Store


class Feed:
    """A watcher without an agent around it; its clock and Stash's are moved by hand."""

    def __init__(self, stage: Stage, folder: Path) -> None:
        self._stash = stage.stash
        self.store = Store(folder)
        context = Context(folder, {"PLEXSYNC_STASH_URL": stage.stash.url})
        context.refresh(self.store)
        self.moved_by = 0.0
        shared = Shared.begin(context, Prefetch())
        self.stash_watcher = StashWatcher(self.store, shared, now=self.now)

    def now(self) -> float:
        return time.time() + self.moved_by

    def pass_time(self, seconds: float) -> None:
        self.moved_by += seconds
        self._stash.control("POST", "clock_offset", {"seconds": self.moved_by})

    def poll(self, later: float = 1.0) -> int:
        """Look once, that much later; returns how many scenes are wanted, and takes them for done."""
        self.pass_time(later)
        self.stash_watcher.turn(lambda _: None)
        jobs = self.store.jobs.claim(10_000, self.now())
        self.store.jobs.finish(jobs, self.now())
        return len(jobs)


@contextmanager
def feed_of(stage: Stage, folder: Path) -> Iterator[Feed]:
    feed = Feed(stage, folder)
    try:
        feed.poll()
        yield feed
    finally:
        feed.store.close()


def scan(stage: Stage, **on_disk: object) -> None:
    stage.stash.control("POST", "files", on_disk)
    stage.ask_stash("mutation { metadataScan(input: {}) }")
    stage.wait_until(lambda: not stage.ask_stash("{ jobQueue { id } }")["jobQueue"])


def test_a_fresh_scan_is_looked_at_once_and_breaks_no_trust_in_the_file(tmp_path: Path) -> None:
    """The hour-wide poll tells every file scanned meanwhile once more."""
    with staged(60) as stage, feed_of(stage, tmp_path) as feed:
        paths = [file["path"] for scene in stage.world.stash["scenes"] for file in scene["files"]]
        scan(stage, touch=paths)
        assert feed.poll() > 0
        feed.poll(WIDENED_SECONDS)
        assert feed.poll(10 * PROOF_SECONDS) == 0
        assert feed.poll(WIDENED_SECONDS) == 0
        assert feed.stash_watcher.sees_file


def test_a_file_that_does_not_tell_is_found_out(tmp_path: Path) -> None:
    with staged(20) as stage, feed_of(stage, tmp_path) as feed:
        assert feed.stash_watcher.sees_file
        feed.pass_time(5)  # a change soon after a poll proves nothing
        stage.stash.control("POST", "pause_wal", {"on": True})
        stage.edit_scene(stage.world.stash["scenes"][0]["id"], title="untold")
        assert feed.poll(PROOF_SECONDS) == 1
        assert not feed.stash_watcher.sees_file


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with staged(60) as stage:
        stage.begin()
        stage.sync_all()
        stage.wait_equal()
        yield stage


def test_a_value_that_plex_refuses_keeps_no_other_from_arriving(stage: Stage) -> None:
    """A long summary that is not ASCII makes a longer URL than a server takes."""
    scene = single(stage.world, 1)[0]
    key = stage.item_of(scene)["ratingKey"]
    stage.edit_scene(scene, title="Long story", details="ü" * 20_000, rating100=35, director="After It")
    wait_for(lambda: stage.job(scene).cause == "item_rejected", 10.0)
    item = stage.item_now(key)
    assert (item["title"], item["userRating"], item["Director"]) == ("Long story", 3.5, ["After It"])
    stage.edit_scene(scene, rating100=40, details="short again")
    stage.wait_equal()


def test_what_was_written_for_a_merged_scene_is_no_persons(stage: Stage) -> None:
    kept, merged = single(stage.world, 3)[1:]
    stage.edit_scene(merged, title="Other", details="of the other", rating100=90, tag_ids=["3", "4"], studio_id="2")
    stage.edit_scene(kept, title="Kept", details="", rating100=None, tag_ids=["5"], studio_id=None)
    stage.wait_equal()
    stage.mutate("sceneMerge", source=[merged], destination=kept)
    stage.wait_equal()


def test_a_scene_that_was_deleted_and_scanned_anew_clears_nothing(stage: Stage) -> None:
    scene = single(stage.world, 4)[3]
    stage.edit_scene(scene, title="Before", details="before", rating100=90, tag_ids=["3", "4"])
    stage.wait_equal()
    (file,) = next(one for one in stage.world.stash["scenes"] if one["id"] == scene)["files"]
    stage.ask_stash("mutation Gone($id: ID!) { sceneDestroy(input: { id: $id }) }", id=scene)
    stage.rig_idle()
    scan(stage, add=[{"path": file["path"], "size": file["size"], "duration": file["duration"]}])
    path = stage.world.belongs[scene][0]
    stage.wait_equal(besides=path)
    item = stage.items()[path]
    assert (item["title"], item["summary"], len(item["Genre"])) == ("Before", "before", 2)
    scenes = stage.stash.control("GET", "dump")["scenes"]
    scanned = next(one["id"] for one in scenes if [each["path"] for each in one["files"]] == [file["path"]])
    stage.edit_scene(scanned, title="After", details="after")
    wait_for(lambda: stage.items()[path]["title"] == "After", 10)
    stage.edit_scene(scanned, details="")
    wait_for(lambda: not stage.items()[path]["summary"], 10)
