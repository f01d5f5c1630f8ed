"""Scenes handed from the feed to the worker: for exactly one revision, and not for long."""

from __future__ import annotations

from dataclasses import replace

from plexsync.domain.digest import content
from plexsync.domain.model import Entity, Scene, SceneFile
from plexsync.runtime.stash_load.prefetch import GOOD_FOR, MOST, Prefetch
from plexsync.store.jobs import Job, State, Work


def job(scene: int, revision: int) -> Job:
    return Job(scene, State.QUEUED, Work.ALL, revision, 1, 0, "", {}, "feed", 0, 0.0, 0.0)


def test_it_serves_the_revision_it_was_noted_for_and_only_once() -> None:
    prefetch, scene = Prefetch(lambda: 0.0), Scene(1, title="x")
    prefetch.keep([scene], {1: 4})
    assert prefetch.take([job(1, 4), job(2, 1)]) == {1: scene}
    assert prefetch.take([job(1, 4)]) == {}


def test_any_later_change_makes_it_void() -> None:
    prefetch = Prefetch(lambda: 0.0)
    prefetch.keep([Scene(1)], {1: 4})
    assert prefetch.take([job(1, 5)]) == {}
    assert prefetch.take([job(1, 4)]) == {}


def test_a_newer_one_replaces_an_older_one() -> None:
    prefetch = Prefetch(lambda: 0.0)
    prefetch.keep([Scene(1, title="old")], {1: 4})
    prefetch.keep([Scene(1, title="new")], {1: 5})
    assert prefetch.take([job(1, 5)])[1].title == "new"


def test_an_old_one_is_read_anew() -> None:
    clock = [0.0]
    prefetch = Prefetch(lambda: clock[0])
    prefetch.keep([Scene(1), Scene(2)], {1: 1, 2: 1})
    clock[0] = GOOD_FOR
    assert prefetch.take([job(1, 1)])
    clock[0] = GOOD_FOR + 0.001
    assert prefetch.take([job(2, 1)]) == {}


def test_no_more_than_a_batch_is_kept() -> None:
    prefetch = Prefetch(lambda: 0.0)
    scenes = [Scene(number) for number in range(MOST + 5)]
    prefetch.keep(scenes, {scene.id: 1 for scene in scenes})
    assert prefetch.take(job(scene.id, 1) for scene in scenes).keys() == set(range(5, MOST + 5))


def test_the_content_tells_every_difference_also_a_new_time_stamp() -> None:
    scene = Scene(1, title="t", tags=(Entity(1, "a"),), files=(SceneFile("/a", 1),), updated_at="1")
    others = [
        replace(scene, updated_at="2"),
        replace(scene, details="t", title=""),
        replace(scene, tags=(Entity(1, "b"),)),
        replace(scene, tags=(), performers=(Entity(1, "a"),)),
        replace(scene, files=(SceneFile("/b", 1),)),
        replace(scene, studio=Entity(1, "a", Entity(2, "p"))),
        replace(scene, rating100=1),
        replace(scene, organized=True),
    ]
    assert content(replace(scene)) == content(scene)
    assert len({content(one) for one in [scene, *others]}) == len(others) + 1
