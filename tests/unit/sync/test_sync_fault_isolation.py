from __future__ import annotations

from plexsync.sync.fault_isolation import MOST_SUSPECTS, FaultIsolation
from plexsync.sync.steps import Step


def test_less_is_tried_after_each_failure_and_more_after_each_success() -> None:
    isolation = FaultIsolation(180)
    limits = []
    for _ in range(5):
        assert not isolation.falls_on_one(set(range(isolation.limit + 1)), Step.EDIT)
        limits.append(isolation.limit)
    assert limits == [45, 11, 2, 1, 1]
    for _ in range(4):
        isolation.done({1}, {Step.EDIT})
    assert isolation.limit == 180


def test_a_scene_is_to_blame_only_if_others_do_well_in_between() -> None:
    isolation = FaultIsolation(180)
    assert not isolation.falls_on_one({1}, Step.EDIT)
    assert isolation.suspects == {1}
    assert not isolation.falls_on_one({2}, Step.EDIT)
    assert not isolation.falls_on_one({1}, Step.EDIT)
    isolation.done({3}, {Step.EDIT})
    assert isolation.suspects == frozenset()
    assert isolation.falls_on_one({1}, Step.EDIT)
    assert not isolation.falls_on_one({1}, Step.EDIT), "each time anew"


def test_a_scene_that_does_well_is_no_suspect() -> None:
    isolation = FaultIsolation(180)
    isolation.falls_on_one({1}, Step.EDIT)
    isolation.done({1}, {Step.EDIT})
    isolation.done({2}, {Step.EDIT})
    assert not isolation.falls_on_one({1}, Step.EDIT)


def test_an_empty_batch_proves_nothing() -> None:
    isolation = FaultIsolation(180)
    isolation.falls_on_one({1}, Step.EDIT)
    isolation.done(set(), {Step.EDIT})
    assert isolation.suspects == {1}


def test_a_long_outage_fills_no_memory() -> None:
    isolation = FaultIsolation(180)
    for scene in range(MOST_SUSPECTS + 50):
        isolation.falls_on_one({scene}, Step.EDIT)
    assert len(isolation.suspects) == MOST_SUSPECTS


def test_only_who_got_past_the_same_step_speaks_for_the_server() -> None:
    isolation = FaultIsolation(180)
    isolation.falls_on_one({1}, Step.EDIT)
    isolation.done({2}, {Step.SCENE, Step.ITEMS})
    assert isolation.suspects == {1}
    assert not isolation.falls_on_one({1}, Step.EDIT)
    isolation.done({2}, {Step.SCENE, Step.ITEMS, Step.EDIT})
    assert not isolation.falls_on_one({1}, Step.ITEMS), "another trouble than before"
    isolation.done({2}, {Step.ITEMS})
    assert isolation.falls_on_one({1}, Step.ITEMS)
