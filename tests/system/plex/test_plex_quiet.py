"""The agent's own questions to Plex: its own writes are no change, and where nothing happens it is silent."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from typing import Any

import pytest
from agent_stage import Stage, single
from inside import Inside, inside
from plex_life import Life, life_world, lived

from plexsync.plex.listening.events import ItemEvent
from plexsync.runtime.listening.plex_news import QUIET_SECONDS
from plexsync_simulators.world import make_world

STREAM = "/:/eventsource/notifications"
SETTLED = 2.5  # what our own writes make Plex tell is heard within a moment of silence, 0.7 s


@pytest.fixture(scope="module")
def life() -> Iterator[Life]:
    with lived("told", life_world(6)) as life:
        yield life


def asked(stage: Stage) -> list[tuple[str, str]]:
    """Return Plex's requests besides the stream, as (method, path)."""
    requests = stage.plex.control("GET", "requests")["requests"]
    return [(one["method"], one["path"]) for one in requests if STREAM not in one["path"]]


def test_a_warm_edit_is_one_put_and_no_second_job(life: Life) -> None:
    one = life.take()
    time.sleep(SETTLED)
    before = life.stage.job(one).revision
    life.stage.reset_counts()
    life.stage.edit_scene(str(one), title="Warm")
    life.see(lambda: (life.item(one) or {})["title"] == "Warm")
    time.sleep(SETTLED)
    sent = asked(life.stage)
    assert [method for method, _ in sent].count("PUT") == 1, sent
    assert len(sent) <= 4, sent
    assert life.stage.job(one).revision == before + 1


def test_a_new_cover_is_no_news_either(life: Life) -> None:
    one = life.take()
    time.sleep(SETTLED)
    before = life.stage.job(one).revision
    life.stage.reset_counts()
    life.stage.stash.control("POST", "raw_scene", {"id": one, "cover": {"seed": 77}})
    life.stage.edit_scene(str(one), organized=True)
    life.see(lambda: ((life.item(one) or {})["thumb"] or {})["sha1"] != life.posters[one])
    time.sleep(SETTLED)
    sent = asked(life.stage)
    assert len(sent) <= 8, sent
    assert life.stage.job(one).revision == before + 1, sent


def test_somebody_elses_change_in_the_second_of_our_own_is_seen(life: Life) -> None:
    """A stamp of whole seconds tells nothing then; that Plex told of it after we were done does."""
    one = life.take()
    life.stage.edit_scene(str(one), title="Ours")
    life.see(lambda: life.stage.is_idle() and (life.item(one) or {})["title"] == "Ours")
    life.edit(one, set={"title": "An agent's"}, unlock=["title"])
    life.see(lambda: (life.item(one) or {})["title"] == "Ours")


def ripe_in(stage: Inside) -> float | None:
    return stage.shared.targets[0].news.ripe_in


def test_a_storm_of_news_is_asked_about_where_it_concerns_us_and_an_edit_goes_before_the_rest() -> None:
    with inside(make_world(12, 1), settings={"image_poster": "off", "no_startup_reconcile": True}) as stage:
        stage.sync()
        news = stage.shared.targets[0].news
        for section, first in (("77", 90_000), ("1", 80_000)):
            for number in range(first, first + 900):
                news.tell(ItemEvent(str(number), 5, section))
        time.sleep(QUIET_SECONDS)
        (one,) = single(stage.world, 1)
        stage.edit_scene(one, title="In the storm")
        stage.enqueue(one)
        stage.reset_counts()
        assert stage.worker.turn()
        assert stage.item_of(one)["title"] == "In the storm"
        assert ripe_in(stage) == 0.0, "most of it was not looked at before"
        for _ in range(20):
            stage.worker.turn()
        assert ripe_in(stage) is None
        asked_about = stage.plex.control("GET", "requests?kind=metadata")["requests"]
        assert not [one for one in asked_about if "/90" in one["path"]]
        assert len(asked_about) < 10


def test_a_first_sync_comes_to_rest_and_a_run_then_reads_nothing_in_full() -> None:
    with inside(make_world(60, 9)) as stage:
        stage.sync()
        for _ in range(2):
            stage.later += 61
            stage.work()
        assert {state for state, _ in stage.jobs_by_state()} <= {"waiting"}
        first = stage.reconcile()
        stage.work()
        stage.reset_counts()
        found = stage.reconcile()
        assert set(found.gaps) <= {"missing", "ambiguous", "unmapped"}, first.gaps
        assert [path for _, path in asked(stage) if path.startswith("/library/metadata")] == []
        assert stage.plex_counts()["PUT"] == 0
        assert stage.stash_counts()["query"] <= 12


def test_the_first_run_after_a_sync_with_covers_reads_nothing_in_full() -> None:
    with inside(life_world(60)) as stage:
        stage.sync()
        stage.reset_counts()
        assert stage.reconcile().gaps == {}
        assert [path for _, path in asked(stage) if path.startswith("/library/metadata")] == []
        assert stage.stash_counts()["query"] <= 12
        stage.reset_counts()
        stage.later += 61
        stage.work()
        stage.later += 61
        stage.work()
        assert len(asked(stage)) <= 5, "one poll lists what we wrote, the other asks for the libraries alone"


def test_the_agent_ends_soon_while_a_stream_is_open(life: Life) -> None:
    assert life.control("GET", "requests?counts=1") is not None
    stage: Any = life.stage
    began = time.monotonic()
    stage._agent.send_signal(signal.SIGTERM)
    life.see(lambda: stage.agent_exit is not None)
    assert (stage.agent_exit, time.monotonic() - began < 3) == (0, True)


def test_idle_it_asks_once_a_minute() -> None:
    with inside(life_world(3)) as stage:
        time.sleep(1.02 - time.time() % 1)  # what is written within the second of a listing is not told apart from it
        stage.sync()
        for _ in range(3):
            stage.later += 61
            stage.work()
        stage.reset_counts()
        for _ in range(10):
            stage.later += 61
            stage.work()
        assert asked(stage) == [("GET", "/library/sections")] * 10
