"""No edit is lost: the whole of PlexSync against a ledger of what people did, whatever happens in between.

`scripts/prove-states` runs the same machine for as long as you like. Its findings stand below, in short.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, settings
from whole_machine import Whole
from whole_servers import servers

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def _servers() -> Iterator[None]:
    yield
    servers().close()
    servers.cache_clear()


# The same examples every time: what luck finds is for the script.
Whole.TestCase.settings = settings(
    max_examples=20,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
TestWhole = Whole.TestCase


@contextmanager
def whole() -> Iterator[Whole]:
    """A world in which all is synced; in the end all must be right, and nothing left to write."""
    state = Whole()
    state.begin(file_in_sight=True, tags="append", mapped=True, covers=False)
    state.settle()
    try:
        yield state
        state.conclude()
    finally:
        state.close()


def test_one_of_two_items_under_another_key_keeps_its_memory() -> None:
    with whole() as state:
        state.add_anew(path="/media/e.mp4", keep=True)
        state.edit_text(number=4, of="date", how="new")
        state.ordinary_life()  # the other item is there, so the scene is synced before Plex is listed


def test_two_items_under_other_keys_keep_what_was_left_on_both() -> None:
    with whole() as state:
        state.add_anew(path="/media/e.mp4", keep=True)
        state.add_anew(path="/media/e2.mp4", keep=True)
        state.edit_text(number=4, of="title", how="none")


@pytest.mark.parametrize("whose", ["agent", "both"])
def test_a_clock_set_back_by_a_day_blinds_nobody(whose: str) -> None:
    with whole() as state:
        state.clock_jumps(whose=whose, seconds=-86_403.0)
        state.merge_scenes(source=0, into=1)
        state.edit_text(number=3, of="title", how="new")


def test_what_waits_for_another_try_does_not_wait_for_a_clock_set_back() -> None:
    with whole() as state:
        state.edit_text(number=0, of="title", how="new")
        state.see()
        state.servers.plant("plex", kind="status", status=400, match={"method": "PUT"})
        state.turn("worker")
        state.clock_jumps(whose="both", seconds=-86_403.0)


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_agent_killed_at_its_write_knows_its_own_values_again(when: str) -> None:
    with whole() as state:
        state.die_while_writing(number=1, of="title", when=when, numbers=[0], rest=False)


@pytest.mark.parametrize("request_", range(3))
def test_an_edit_during_the_work_is_not_taken_for_done(request_: int) -> None:
    with whole() as state:
        state.edit_meanwhile(number=1, of="details", how="new", server="plex", when="after", skip=request_, rest=False)


@pytest.mark.parametrize("write", range(1, 6))
def test_what_the_feed_saw_is_not_lost_with_it(write: int) -> None:
    with whole() as state:
        state.die_while_noting(kind="tag", number=1, write=write, rest=False)


def test_a_name_changed_after_its_scene_was_read_is_not_missed() -> None:
    with whole() as state:
        state.edit_text(number=0, of="title", how="new")
        state.see()
        state.rename_entity(kind="performer", number=1)
        state.see()
        state.turn("worker")


def test_scenes_whose_item_is_in_doubt_are_left_alone() -> None:
    with whole() as state:
        state.merge_in_plex(path="/media/a.mp4", other="/media/b.mp4")
        state.edit_text(number=0, of="title", how="new")
        state.edit_text(number=1, of="title", how="new")
        before = state.items()["/media/a.mp4"]
        state.settle()
        assert state.items()["/media/a.mp4"] == before


def test_a_scene_that_plex_had_not_scanned_comes_with_its_file() -> None:
    with whole() as state:
        assert state.items()["/media/new/f.mp4"]["summary"] == "S6 details"


def test_a_name_of_ours_that_a_person_took_away_comes_back() -> None:
    with whole() as state:
        state.remove_in_plex(path="/media/a.mp4", of="Director", number=0)


def test_stash_wins_over_a_persons_text_when_it_says_something_new() -> None:
    with whole() as state:
        state.type_in_plex(path="/media/c.mp4", of="summary", how="new")
        state.settle()
        state.edit_text(number=2, of="details", how="new")


def test_a_write_that_was_answered_and_never_made_is_made_again() -> None:
    with whole() as state:
        state.servers.plant("plex", kind="status", status=200, when="before", match={"method": "PUT"})
        state.edit_text(number=0, of="title", how="new")
        state.see()
        state.turn("worker")


def test_a_scene_that_was_cleaned_away_and_scanned_again_takes_nothing_along() -> None:
    with whole() as state:
        state.vanish_and_return(number=0)
        state.edit_text(number=6, of="title", how="new")
