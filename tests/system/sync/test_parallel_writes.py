"""Edits go out one after the other, unless a person lets a few go at the same time."""

from __future__ import annotations

from itertools import pairwise

import pytest
from inside import Inside, inside, item, scene, small_world

from plexsync.domain.model import Field
from plexsync.plex.edits import Edit, Piece
from plexsync.plex.items import PlexItems
from plexsync.sync.sending.sender import Sender
from plexsync_simulators.world import World

SCENES = range(1, 13)
AT_ONCE = {"image_poster": "off", "parallel_writes": 4}
SLOW = {"write_latency_ms": 80, "read_latency_ms": 0}


def world() -> World:
    return small_world(*(scene(n, f"{n}.mp4") for n in SCENES), items=[item(f"{n}.mp4") for n in SCENES])


def arrivals(stage: Inside) -> list[float]:
    """When each edit reached Plex."""
    return [one["time"] for one in stage.plex.control("GET", "requests?method=PUT")["requests"]]


def gaps(stage: Inside) -> list[float]:
    return [later - earlier for earlier, later in pairwise(arrivals(stage))]


def edit_of(parameters: str, *keys: str) -> Edit:
    return Edit("1", keys, (Piece(Field.TITLE, parameters),))


def sender_of(stage: Inside) -> Sender:
    target = stage.shared.targets[0]
    return Sender(target, PlexItems(lambda: target.client))


def synced(stage: Inside) -> Inside:
    stage.sync()
    assert stage.differences() == {}
    assert set(stage.journal_states()) == {"written"}
    return stage


@pytest.mark.parametrize("writers", [1, 4])
def test_four_at_once_where_a_person_says_so(writers: int) -> None:
    with inside(world(), settings=AT_ONCE, plex_options={**SLOW, "writers": writers}) as stage:
        synced(stage)
        assert sum(gap < 0.04 for gap in gaps(stage)) >= len(SCENES) // 2
        stage.reset_counts()
        stage.sync()
        assert stage.plex_counts()["PUT"] == 0


def test_four_at_once_also_while_plex_is_listened_to() -> None:
    """The stream of events holds a connection for good."""
    with inside(world(), settings=AT_ONCE, plex_options={"write_latency_ms": 800, "writers": 4}) as stage:
        edits = [edit_of("tagline.value=x", str(one["ratingKey"])) for one in list(stage.items().values())[:4]]
        with stage.context.plex("plex").lines("/:/eventsource/notifications", {}, silence=60):
            stage.reset_counts()
            sender_of(stage).send(edits)
            first, *_, last = arrivals(stage)
        assert last - first < 0.6, "the last waited for no other's answer"


def test_one_at_a_time_by_itself() -> None:
    with inside(world(), settings={"image_poster": "off"}, plex_options={**SLOW, "writers": 4}) as stage:
        synced(stage)
        assert min(gaps(stage)) >= 0.08


def test_one_that_is_refused_among_four_keeps_no_other_back() -> None:
    with inside(world(), settings=AT_ONCE, plex_options={**SLOW, "writers": 4}) as stage:
        key = stage.item_of_file("5.mp4")["ratingKey"]
        refuse = {"match": {"method": "PUT", "query_regex": rf"id={key}\b"}, "kind": "status", "status": 400}
        stage.plex.control("POST", "faults", [{**refuse, "times": -1}])
        stage.sync()
        assert stage.job(5).cause == "item_rejected"
        assert list(stage.differences()) == ["/media/5.mp4"]
        stage.plex.control("POST", "faults", [])
        stage.later += 60
        stage.work()
        assert stage.differences() == {}


def test_edits_of_one_item_never_go_at_the_same_time() -> None:
    """A list too long for one request is several edits of the item; what goes is taken away after what comes."""
    tags = [{"id": str(n), "name": f"A rather long name of a tag, no. {n:04}"} for n in range(1, 301)]
    few = [tag["id"] for tag in tags[:3]]
    scenes = [scene(n, f"{n}.mp4", tag_ids=few) for n in SCENES]
    crowded = small_world(*scenes, items=[item(f"{n}.mp4") for n in SCENES], tags=tags)
    with inside(crowded, settings=AT_ONCE, plex_options={**SLOW, "write_latency_ms": 20, "writers": 4}) as stage:
        stage.sync()
        stage.edit_scene("1", tag_ids=[tag["id"] for tag in tags[100:]])
        stage.edit_scene("2", tag_ids=[tag["id"] for tag in tags[:200]])
        stage.poll()
        stage.work()
        assert stage.differences() == {}
        edits = stage.plex.control("GET", "edits?after=0")
        keys = {str(stage.item_of_file(f"{n}.mp4")["ratingKey"]) for n in (1, 2)}
        long = [edit for edit in edits if set(edit["ids"]) <= keys]
        assert len(long) > 4, "each of the two took more than two requests"
        sender = sender_of(stage)
    one, two = (edit_of("title.value=x", key) for key in ("1", "2"))
    both = edit_of("title.value=y", "2", "3")
    assert list(sender.rounds([one, one, two, both, one])) == [(one,), (one, two), (both, one)]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_server_lost_in_the_middle_of_four_loses_nothing(when: str) -> None:
    with inside(world(), settings=AT_ONCE, plex_options={**SLOW, "writers": 4}) as stage:
        lost = {"match": {"method": "PUT"}, "kind": "reset", "when": when, "times": 8, "skip": 5}
        stage.plex.control("POST", "faults", [lost])
        stage.enqueue(*SCENES)
        for _ in range(30):
            stage.worker.turn()
            stage.later += 20
        assert stage.worker.breaker.trip is None
        assert stage.differences() == {}
