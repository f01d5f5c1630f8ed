"""How things stand, from what is remembered alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from plexsync.agent.lock import AgentLock
from plexsync.domain.advice import CAUSES, explain
from plexsync.domain.person.lanes import Lane
from plexsync.store import Store
from plexsync.store.jobs import PARKED, Job, Priority, Setback, State
from plexsync.store.state import AGENT_STATUS, PATH_MAP, AgentStatus, KeptOutage, KeptPathMap
from plexsync.sync.retry_policy import held
from plexsync.usecases.queue import changes, dead_letters, pages
from plexsync.usecases.status.lines import lines_of
from plexsync.usecases.status.report import Status, status

NOW = 1_800_000_000.0
OWN_WORDS = {"missing", "ambiguous", "brake", "dry_run", "stopped"}
"""Codes that are words or the name of a setting."""

TRIP = KeptOutage("unreachable", {"server": "plex", "url": "http://p:1", "detail": "refused"}, NOW - 90)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "data")
    yield store
    store.close()


@pytest.fixture
def lock(store: Store) -> Iterator[AgentLock]:
    lock = AgentLock(store.folder)
    assert lock.take()
    yield lock
    lock.release()


def enqueue(store: Store, *scenes: int, at: float = NOW) -> None:
    store.jobs.enqueue(scenes, priority=Priority.BULK, origin="test", now=at)


def job(store: Store, scene: int) -> Job:
    found = store.jobs.get(scene)
    assert found is not None
    return found


def give_up(store: Store, scene: int, code: str, at: float = NOW, **detail: str) -> None:
    store.jobs.defer(job(store, scene), Setback(State.DEAD, code, {"code": code, **detail}, at), at)


def park(store: Store, scene: int, cause: str, **detail: str) -> None:
    store.jobs.defer(job(store, scene), Setback(State.WAITING, cause, {"code": cause, **detail}, NOW + 600), NOW)


def shown_by(store: Store, now: float = NOW) -> Status:
    return status(store.folder, now)


def test_a_fresh_folder(store: Store) -> None:
    shown = shown_by(store)
    assert not shown.agent.alive
    assert (shown.left, shown.parked, shown.dead, shown.runs) == (0, (), (), ())
    assert lines_of(shown)[0] == "Bring your Stash titles, performers, tags and covers to Plex."
    assert "not running" in lines_of(shown)[1]
    assert "The queue is empty." in lines_of(shown)


def test_every_state_is_counted_where_it_belongs(store: Store) -> None:
    enqueue(store, 1, 2, 3, 4, 5, 6, at=NOW - 7200)
    park(store, 2, "missing", path="/data/a.mp4")
    park(store, 3, "missing", path="/data/b.mp4")
    give_up(store, 4, "item_rejected", rating_key="77", status="400", detail="bad date")
    store.jobs.defer(job(store, 5), Setback(State.WAITING, "item_gone", {}, NOW + 10), NOW)
    shown = shown_by(store)
    assert (shown.queued, shown.retrying, shown.left) == (2, 1, 3)
    assert shown.oldest_queued == 7200
    assert [(group.cause, group.number) for group in shown.parked] == [("missing", 2)]
    assert "/data/a.mp4" in shown.parked[0].advice.text
    assert [(group.cause, group.scene_id) for group in shown.dead] == [("item_rejected", 4)]
    text = "\n".join(lines_of(shown))
    assert "2 scenes queued, the oldest for 2 hours, 0 done per minute; 1 to be tried again, the oldest for" in text
    assert "1 scene given up (with a value refused), like scene 4" in text
    assert "bad date" in text


@pytest.mark.parametrize("cause", sorted(CAUSES.keys() - {"cleared"}))
def test_a_cause_stands_in_words_wherever_a_person_reads_it(store: Store, cause: str) -> None:
    run = store.runs.start("sync", "task", "weighed", NOW)
    store.jobs.enqueue([1], priority=Priority.BULK, origin="test", now=NOW, run_id=run)
    put = park if cause in PARKED else give_up
    put(store, 1, cause)
    store.runs.add(run, 1)
    store.runs.end(run, "done", store.jobs.result_of_run(run), NOW)
    text = "\n".join(lines_of(shown_by(store)))
    assert f"({CAUSES[cause]}), like scene 1" in text
    assert f"what was held and let pass, 0 seconds ago, done): 1 scene: 1 {CAUSES[cause]}." in text
    assert cause in OWN_WORDS or not re.search(rf"\b{cause}\b", text)
    assert shown_by(store).runs[0].result == {cause: 1}


def test_what_a_person_must_end_is_not_looked_at_in_a_year(store: Store) -> None:
    enqueue(store, 1, 2, 3)
    for scene, cause in ((1, "dry_run"), (2, "brake")):
        store.jobs.defer(job(store, scene), held(cause, {"fields": "title"}, NOW), NOW)
    park(store, 3, "missing")
    rows = {one.row.job.scene_id: one.row.until(NOW).text for one in pages.listed(store.folder).rows}
    assert rows[1] == "It waits until dry run is switched off: title would change."
    assert rows[2].startswith("It is held back for safety: ")
    assert rows[3] == "The agent looks at it again in 10 minutes at the latest."


def test_a_rare_cause_has_an_example_however_many_others_there_are(store: Store) -> None:
    enqueue(store, *range(1, 603))
    for scene in range(1, 602):
        give_up(store, scene, "item_gone", rating_key="5")
    give_up(store, 602, "item_rejected", status="400", detail="bad date")
    shown = shown_by(store)
    assert {group.cause: group.scene_id for group in shown.dead}["item_rejected"] == 602
    assert "582 more given up: `plexsync queue list --state dead` lists them." in lines_of(shown)


def test_an_outage_is_told_as_long_as_the_agent_lives(store: Store, lock: AgentLock) -> None:
    store.state.put(AGENT_STATUS, AgentStatus(pid=5, version="1", started_at=NOW - 200, outages={"worker": TRIP}))
    (outage,) = shown_by(store).outages
    assert (outage.part, outage.code) == ("worker", "unreachable")
    assert any(
        line.startswith("Waiting for 1 minute: Plex does not answer at http://p:1")
        for line in lines_of(shown_by(store))
    )
    lock.release()
    assert shown_by(store).outages == ()


def test_settings_that_are_not_understood_are_told(store: Store) -> None:
    (store.folder / "settings.toml").write_text('read_timeout = "soon"\npaused = true\n', encoding="utf-8")
    shown = shown_by(store)
    assert shown.paused
    assert [problem.text for problem in shown.problems if "read_timeout" in problem.text] != []
    assert [key for key in ("plex_url", "plex_token") if any(key in one.text for one in shown.problems)] == [
        "plex_url",
        "plex_token",
    ]
    assert any("paused" in line for line in lines_of(shown))


def test_it_is_json(store: Store) -> None:
    enqueue(store, 1)
    give_up(store, 1, "bug")
    run = store.runs.start("sync", "task", "all", NOW)
    store.runs.end(run, "done", {"done": 3}, NOW)
    store.state.put(PATH_MAP, KeptPathMap((("/data", "/media"),), "inferred", {"/data => /media": 9}, keyed=True))
    shown = json.loads(json.dumps(shown_by(store).to_json()))
    assert shown["path_map"] == [{"stash": "/data", "plex": "/media", "support": 9}]
    assert shown["runs"][0]["state"] == "done"
    assert shown["dead"][0]["cause"] == "bug"
    assert any("Last run (all" in line and "3 done" in line for line in lines_of(shown_by(store)))


def test_the_queue_in_words(store: Store) -> None:
    enqueue(store, 1, 2)
    give_up(store, 2, "image_rejected", detail="too big")
    rows = {one.row.job.scene_id: one.row for one in pages.listed(store.folder).rows}
    assert rows[1].advice is None
    assert rows[2].advice is not None
    assert "too big" in rows[2].advice.text
    assert [one.row.job.scene_id for one in pages.listed(store.folder, [Lane.DEAD]).rows] == [2]


def test_dead_letters_are_retried_or_forgotten(store: Store) -> None:
    month = 31 * dead_letters.DAY
    enqueue(store, 1, 2, 3)
    give_up(store, 1, "bug", at=NOW - month)
    give_up(store, 2, "bug")
    assert dead_letters.clear(store.folder, NOW, 30) == 1
    assert job(store, 1).state is State.DONE
    assert job(store, 2).state is State.DEAD
    assert dead_letters.retry(store.folder, NOW) == 1
    assert job(store, 2).state is State.QUEUED
    assert changes.clear(store.folder, NOW).removed == 2
    give_up(store, 3, "bug")
    assert dead_letters.clear(store.folder, NOW) == 1
    assert store.jobs.counts() == ()


@pytest.mark.parametrize("state", ["braked", "failed"])
def test_a_reconcile_that_did_not_go_through_needs_a_person(store: Store, state: str) -> None:
    (store.folder / "settings.toml").write_text('plex_url = "http://p:1"\nplex_token = "t"\n', encoding="utf-8")
    assert not shown_by(store).needs_person
    store.runs.end(store.runs.start("reconcile", "task", "all", NOW), state, {"code": "unreachable"}, NOW)
    assert shown_by(store).needs_person


def test_a_doubt_and_a_contested_field_need_a_person_and_a_file_that_is_not_there_yet_does_not(store: Store) -> None:
    (store.folder / "settings.toml").write_text('plex_url = "http://p:1"\nplex_token = "t"\n', encoding="utf-8")
    enqueue(store, 1, 2)
    park(store, 1, "missing")
    found = shown_by(store)
    assert not found.needs_person
    assert replace(found, contested=(explain("field_contested", {}),)).needs_person
    park(store, 2, "ambiguous")
    assert shown_by(store).needs_person


def test_a_dead_letter_needs_a_person_and_one_that_is_tried_again_does_not(store: Store) -> None:
    (store.folder / "settings.toml").write_text('plex_url = "http://p:1"\nplex_token = "t"\n', encoding="utf-8")
    enqueue(store, 1, 2)
    store.jobs.defer(job(store, 1), Setback(State.WAITING, "item_rejected", {}, NOW + 10), NOW)
    assert not shown_by(store).needs_person
    give_up(store, 2, "bug")
    assert shown_by(store).needs_person
