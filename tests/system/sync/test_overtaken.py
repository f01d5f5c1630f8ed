"""A scene edited again while its batch is at work, at each step of the batch there is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial

import pytest
from inside import Inside, inside, item, scene, small_world
from worker_moment import Moment

from plexsync.store.jobs import State
from plexsync.sync.applier import READ_HOLDS
from plexsync.sync.batch_sizes import ONE_READ

SETTINGS = {"image_poster": "off"}
SCENES = ONE_READ + 5
FIRST, LAST = "1", str(SCENES)


@pytest.fixture(scope="module")
def stage() -> Iterator[Inside]:
    numbers = range(1, SCENES + 1)
    world = small_world(*(scene(n, f"{n}.mp4") for n in numbers), items=[item(f"{n}.mp4") for n in numbers])
    with inside(world, settings=SETTINGS) as stage:
        stage.sync()
        yield stage


def edit_all(stage: Inside, words: str) -> None:
    body = "mutation Do($input: [SceneUpdateInput!]!) { scenesUpdate(input: $input) { id } }"
    stage.ask_stash(body, input=[{"id": str(n), "details": f"{words} {n}"} for n in range(1, SCENES + 1)])
    stage.poll()


def steps_of_a_batch(stage: Inside) -> int:
    edit_all(stage, "counted")
    moment = Moment(0, lambda: None)
    stage.worker.turn(moment)
    stage.work()
    return -moment.left


def sample(steps: int) -> list[int]:
    """All steps but those between one write and the next, which are alike."""
    return [*range(1, 9), steps // 2, *range(steps - 3, steps + 1)]


def save(stage: Inside, words: str) -> None:
    for which in (FIRST, LAST):
        stage.edit_scene(which, details=words)
    stage.poll()


def test_at_whatever_step_the_newest_words_arrive_and_count_as_ours(stage: Inside) -> None:
    for number, step in enumerate(sample(steps_of_a_batch(stage))):
        save(stage, "at rest")
        stage.work()
        edit_all(stage, f"step {step}")
        moment = Moment(step, partial(save, stage, f"newest at {step}"))
        stage.worker.turn(moment)
        stage.work()
        if moment.left > 0:
            assert number > 6, "this batch had fewer steps"
            break
        for which in (FIRST, LAST):
            assert stage.item_of_file(f"{which}.mp4")["summary"] == f"newest at {step}"
            assert stage.job(which).state is State.DONE
        save(stage, "at rest")
        stage.work()
        for which in (FIRST, LAST):
            now = stage.item_of_file(f"{which}.mp4")["summary"]
            assert now == "at rest", f"what came at step {step} counts as a person's"
    assert stage.differences() == {}


def test_what_an_overtaken_scene_came_to_is_not_undone_by_the_batch(stage: Inside) -> None:
    """It is refused once: that attempt and its wait stay."""
    for step in sample(steps_of_a_batch(stage)):
        edit_all(stage, f"before {step}")

        def edit(words: str = f"refused {step}") -> None:
            refuse = {"match": {"method": "PUT", "query_regex": "refused"}, "kind": "status", "status": 400, "times": 1}
            stage.plex.control("POST", "faults", [refuse])
            stage.edit_scene(FIRST, details=words)
            stage.poll()

        moment = Moment(step, edit)
        stage.worker.turn(moment)
        if moment.left > 0:
            break  # this batch had fewer steps
        job = stage.job(FIRST)
        if job.state is State.WAITING:
            assert (job.attempts, job.cause) == (1, "item_rejected")
        stage.work()
        stage.later += 60
        stage.work()
        assert stage.item_of_file(f"{FIRST}.mp4")["summary"] == f"refused {step}"


def test_a_pause_takes_effect_between_two_steps(stage: Inside) -> None:
    edit_all(stage, "paused in the middle")
    stage.reset_counts()
    stage.worker.turn(Moment(20, lambda: stage.reload(paused=True, **SETTINGS)))
    written = stage.plex_counts()["PUT"]
    assert written < SCENES // 2
    stage.work()
    assert stage.plex_counts()["PUT"] == written
    stage.reload(paused=False, **SETTINGS)
    stage.work()
    assert stage.differences() == {}


def test_another_server_in_the_middle_of_a_long_batch_is_written_on_no_other_film(stage: Inside) -> None:
    """Items that were read a while ago are read again: a key may name another film by then."""

    class AfterSomeWrites(threading.Event):
        is_replaced = False

        def is_set(self) -> bool:
            if not self.is_replaced and stage.plex_counts()["PUT"] > 9:
                self.is_replaced = True
                stage.plex.control("POST", "replace", {"keys": "rotated"})
                stage.later += READ_HOLDS + 1
            return False

    edit_all(stage, "in the middle")
    stage.reset_counts()
    moment = AfterSomeWrites()
    stage.worker.turn(moment)
    assert moment.is_replaced
    said = {path: str(row.get("summary") or "") for path, row in stage.items().items()}
    own = {f"/media/{number}.mp4": f"in the middle {number}" for number in range(1, SCENES + 1)}
    assert {path for path, words in said.items() if words not in {"", own[path]}} == set()
