"""A switch that a person turns while PlexSync is at work takes effect at once and loses nothing."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from inside import Inside, inside, item, scene, small_world

from plexsync_simulators.process import PLEX, Process
from plexsync_simulators.rig import TOKEN
from plexsync_simulators.world import World


def world(count: int = 3, prefix: str = "f") -> World:
    scenes = [scene(number, f"{prefix}{number}.mp4", cover={"seed": number}) for number in range(1, count + 1)]
    return small_world(*scenes, items=[item(f"{prefix}{number}.mp4") for number in range(1, count + 1)])


def plant(stage: Inside, name: str, method: str, **fault: Any) -> None:
    """Let every request of one method that names an item fail."""
    key = stage.item_of_file(name)["ratingKey"]
    where = {"path_regex": rf"metadata/.*\b{key}\b"} if method == "GET" else {"query_regex": rf"id={key}\b"}
    stage.plex.control("POST", "faults", [{"match": {"method": method, **where}, "times": -1, **fault}])


def uploads(stage: Inside) -> int:
    return sum(len(item["thumb"]["uploads"]) for item in stage.items().values())


def test_a_dry_run_sends_no_cover_that_was_queued_before() -> None:
    with inside(world()) as stage:
        stage.enqueue(1, 2, 3)
        stage.worker.turn()
        assert {stage.job(scene).work for scene in (1, 2, 3)} == {"image"}
        stage.reload(dry_run=True)
        stage.reset_counts()
        stage.work()
        assert uploads(stage) == stage.plex_counts()["PUT"] == 0
        stage.reload(dry_run=False)
        stage.work()
        assert uploads(stage) == 3


def test_a_cover_found_in_a_dry_run_is_sent_afterwards() -> None:
    with inside(world()) as stage:
        stage.reload(image_poster="off")
        stage.sync()
        stage.reload(dry_run=True)
        stage.sync()
        stage.reload(dry_run=False)
        stage.work()
        assert uploads(stage) == 3


def test_a_server_set_while_another_is_written_gets_nothing_of_its_plans() -> None:
    with inside(world(20)) as stage, Process(PLEX, library=world(20, "other").plex, token=TOKEN) as other:
        stage.plex.control("POST", "latency", {"write_ms": 50})
        stage.enqueue(*range(1, 21))
        work = threading.Thread(target=stage.worker.turn)
        work.start()
        time.sleep(0.4)
        stage.reload(plex_url=other.url)
        work.join()
        assert other.control("GET", "requests?counts=1")["methods"].get("PUT", 0) == 0
        stage.work()
        assert other.control("GET", "requests?counts=1")["methods"].get("PUT", 0) == 0


def test_settings_read_again_amid_a_batch_are_no_failure_of_its_scenes() -> None:
    with inside(world(20)) as stage:
        stage.reload(leave_unlocked=True)
        stage.plex.control("POST", "latency", {"write_ms": 50})
        stage.enqueue(*range(1, 21))
        work = threading.Thread(target=stage.worker.turn)
        work.start()
        time.sleep(0.4)
        stage.reload(leave_unlocked=False)
        work.join()
        assert not [scene for scene in range(1, 21) if stage.job(scene).attempts]


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_what_plex_refuses_of_one_item_stops_no_other(method: str) -> None:
    with inside(world()) as stage:
        plant(stage, "f2.mp4", method, kind="status", status=400)
        stage.enqueue(1, 2, 3)
        stage.work()
        assert stage.item_of_file("f1.mp4")["title"] == "Scene 1"
        assert stage.item_of_file("f3.mp4")["title"] == "Scene 3"
        assert stage.job(2).cause == "item_rejected"


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_an_item_on_which_plex_hangs_stops_no_other(method: str) -> None:
    with inside(world(), settings={"read_timeout": 0.4}) as stage:
        plant(stage, "f2.mp4", method, kind="hang", delay_ms=1000)
        stage.enqueue(1, 2, 3)
        for _ in range(12):
            stage.worker.turn()
            stage.later += 5
        assert stage.item_of_file("f1.mp4")["title"] == "Scene 1"
        assert stage.item_of_file("f3.mp4")["title"] == "Scene 3"
        stage.plex.control("POST", "faults", [])
        stage.later += 3600
        stage.work()
        assert stage.item_of_file("f2.mp4")["title"] == "Scene 2"
