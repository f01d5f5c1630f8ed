from __future__ import annotations

from plexsync.sync.fault_isolation import MOST_SUSPECTS, Step, Suspicion


def test_less_is_tried_after_each_failure_and_more_after_each_success() -> None:
    suspicion = Suspicion(180)
    limits = []
    for _ in range(5):
        assert not suspicion.falls_on_one(set(range(suspicion.limit + 1)), Step.EDIT)
        limits.append(suspicion.limit)
    assert limits == [45, 11, 2, 1, 1]
    for _ in range(4):
        suspicion.done({1}, {Step.EDIT})
    assert suspicion.limit == 180


def test_a_scene_is_to_blame_only_if_others_do_well_in_between() -> None:
    suspicion = Suspicion(180)
    assert not suspicion.falls_on_one({1}, Step.EDIT)
    assert suspicion.suspects == {1}
    assert not suspicion.falls_on_one({2}, Step.EDIT)
    assert not suspicion.falls_on_one({1}, Step.EDIT)
    suspicion.done({3}, {Step.EDIT})
    assert suspicion.suspects == frozenset()
    assert suspicion.falls_on_one({1}, Step.EDIT)
    assert not suspicion.falls_on_one({1}, Step.EDIT), "each time anew"


def test_a_scene_that_does_well_is_no_suspect() -> None:
    suspicion = Suspicion(180)
    suspicion.falls_on_one({1}, Step.EDIT)
    suspicion.done({1}, {Step.EDIT})
    suspicion.done({2}, {Step.EDIT})
    assert not suspicion.falls_on_one({1}, Step.EDIT)


def test_an_empty_batch_proves_nothing() -> None:
    suspicion = Suspicion(180)
    suspicion.falls_on_one({1}, Step.EDIT)
    suspicion.done(set(), {Step.EDIT})
    assert suspicion.suspects == {1}


def test_a_long_outage_fills_no_memory() -> None:
    suspicion = Suspicion(180)
    for scene in range(MOST_SUSPECTS + 50):
        suspicion.falls_on_one({scene}, Step.EDIT)
    assert len(suspicion.suspects) == MOST_SUSPECTS


def test_only_who_got_past_the_same_step_speaks_for_the_server() -> None:
    suspicion = Suspicion(180)
    suspicion.falls_on_one({1}, Step.EDIT)
    suspicion.done({2}, {Step.SCENE, Step.ITEMS})
    assert suspicion.suspects == {1}
    assert not suspicion.falls_on_one({1}, Step.EDIT)
    suspicion.done({2}, {Step.SCENE, Step.ITEMS, Step.EDIT})
    assert not suspicion.falls_on_one({1}, Step.ITEMS), "another trouble than before"
    suspicion.done({2}, {Step.ITEMS})
    assert suspicion.falls_on_one({1}, Step.ITEMS)
