"""The brakes on real libraries: what would take much away, or does not look right, waits for a person's word."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from agent_stage import single
from brake_stage import SETTINGS, empty_many, reasons, sync
from inside import Inside, inside

from plexsync.domain.advice import explain
from plexsync.store.jobs import Priority, State
from plexsync_simulators.world import make_world


@pytest.fixture
def stage() -> Iterator[Inside]:
    with inside(make_world(80, 7), settings=SETTINGS) as stage:
        stage.sync()
        assert stage.reconcile().state == "done", "a first sync trips no brake"
        stage.work()
        yield stage


def nothing_is_queued(stage: Inside) -> bool:
    """Whether no run has asked for anything; what was parked before may have been woken meanwhile."""
    row = stage.store.connection.execute(
        "SELECT count(*) FROM job WHERE state = 'queued' AND (origin = 'reconcile' OR work = 'clear')"
    ).fetchone()
    return not row[0]


def test_taking_away_from_much_of_the_library_waits_for_a_person(stage: Inside) -> None:
    scenes = empty_many(stage, 30)
    found = stage.reconcile()
    assert (found.state, reasons(found)) == ("braked", ["brake_mass_change"])
    assert found.result["brakes"][0]["data"]["taking"] == "30"
    assert nothing_is_queued(stage)
    assert {gap.action for gap in stage.store.gaps.seen_in(found.run, 0, 99) if gap.kind == "stale"} == {"held"}
    again = stage.reconcile()
    assert again.state == "braked", "it holds until somebody releases it"
    allowed = stage.reconcile(allowed=True)
    assert (allowed.state, allowed.result["queued_by_kind"]["stale"]) == ("done", 30)
    stage.work()
    assert not any(stage.item_of(scene)["Role"] for scene in scenes)
    assert stage.reconcile().state == "done"


def test_taking_away_from_a_few_does_not(stage: Inside) -> None:
    empty_many(stage, 10)
    found = stage.reconcile()
    assert (found.state, found.result["taking"], found.result["queued_by_kind"]["stale"]) == ("done", 10, 10)


def test_filling_a_whole_library_does_not(stage: Inside) -> None:
    stage.plex.control(
        "POST",
        "items/bulk",
        [{"ratingKey": item["ratingKey"], "studio": "", "Role": [], "Genre": []} for item in stage.items().values()],
    )
    found = stage.reconcile(deep=True)  # the items bear the stamp of the very second in which they were synced
    assert found.state == "done"
    assert found.result["queued"] > 50


def test_a_sync_takes_all_of_a_little_away_and_nothing_of_much(stage: Inside) -> None:
    few = empty_many(stage, 10)
    sync(stage)
    assert all(stage.item_of(scene)["Role"] for scene in few), "until it is known how many there are"
    stage.later += 5
    stage.work()
    assert not any(stage.item_of(scene)["Role"] for scene in few)


def test_a_sync_stops_taking_away_at_the_same_mark(stage: Inside) -> None:
    scenes = empty_many(stage, 40)
    sync(stage)
    held = {scene for scene in scenes if stage.store.jobs.get(int(scene)) and stage.job(scene).cause == "brake"}
    stage.later += 5
    stage.work()
    assert held == set(scenes), "nothing goes before a person has been asked"
    assert all(stage.item_of(scene)["Role"] for scene in held)
    stage.edit_scene(next(iter(held)), title="An edit of its own is never held")
    stage.poll()
    stage.work()
    assert stage.job(next(iter(held))).state is State.DONE
    sync(stage, allowed=True)
    assert not any(stage.item_of(scene)["Role"] for scene in scenes)


def test_what_a_brake_holds_is_not_released_by_news_of_plex(stage: Inside) -> None:
    """A nightly refresh touches every item; that is no person's word."""
    scenes = empty_many(stage, 40, updated_at=None)
    sync(stage)
    stage.store.jobs.enqueue_again(map(int, scenes), priority=Priority.MANY, origin="plex", now=stage.now())
    stage.later += 5
    stage.work()
    assert {stage.job(scene).cause for scene in scenes} == {"brake"}
    assert all(stage.item_of(scene)["Role"] for scene in scenes)


def test_an_empty_plex_is_not_believed(stage: Inside) -> None:
    for section in ("1", "2"):
        stage.plex.control("POST", f"sections/{section}/empty", {})
    found = stage.reconcile()
    assert found.state == "braked"
    assert "brake_empty" in reasons(found)
    assert nothing_is_queued(stage)


def test_an_empty_stash_is_not_believed(stage: Inside) -> None:
    stage.stash.control("POST", "import", {"scenes": []})
    stage.reload(**SETTINGS, orphan_policy="clear")
    found = stage.reconcile()
    assert found.state == "braked"
    assert "brake_empty" in reasons(found)
    assert nothing_is_queued(stage), "no orphan is cleared"


def test_another_stash_at_the_same_address_is_not_believed(stage: Inside) -> None:
    other = make_world(80, 99).stash
    for scene in other["scenes"]:
        for file in scene["files"]:
            file["path"] = f"/data/elsewhere{file['path']}"
    stage.stash.control("POST", "import", other)
    found = stage.reconcile()
    assert found.state == "braked"
    assert "brake_mostly_gone" in reasons(found)
    assert nothing_is_queued(stage)


def test_another_plex_at_the_same_address_is_not_believed_until_a_person_says_so(stage: Inside) -> None:
    stage.plex.control("POST", "replace", {"machine_id": "another"})
    found = stage.reconcile()
    assert found.state == "braked"
    assert reasons(found)[0] == "brake_other_server"
    assert nothing_is_queued(stage)
    assert stage.reconcile(allowed=True).state == "done"
    stage.work()
    assert stage.reconcile().state == "done"


def test_what_was_lost_and_accepted_once_is_not_held_against_later_runs(stage: Inside) -> None:
    keys = sorted({item["ratingKey"] for item in stage.items().values()}, key=int)
    for key in keys[: len(keys) * 2 // 5]:
        stage.plex.control("DELETE", f"items/{key}")
    found = stage.reconcile()
    assert (found.state, reasons(found)) == ("braked", ["brake_mass_change"])
    assert stage.reconcile(allowed=True).state == "done"
    stage.work()
    assert stage.reconcile().state == "done"


def test_a_library_that_lost_a_folder_is_not_believed(stage: Inside) -> None:
    sections = {section["key"]: section for section in stage.plex.control("GET", "dump")["sections"]}
    folders = sections["1"]["locations"]
    stage.plex.control("POST", "sections/1", {"locations": folders[1:] or ["/media/other"]})
    found = stage.reconcile()
    assert found.state == "braked"
    assert "brake_folder_gone" in reasons(found)


def test_runs_by_themselves_never_release_a_brake(stage: Inside) -> None:
    empty_many(stage, 30)
    stage.later += 60
    stage.reconciler.turn()
    for _ in range(3):
        stage.later += 2 * 86400
        stage.reconciler.turn()
    states = [(run.origin, run.state) for run in stage.store.runs.newest_of("reconcile", 9) if run.origin == "schedule"]
    assert states
    assert {state for _, state in states} == {"braked"}
    assert nothing_is_queued(stage)


def test_what_vanished_scenes_left_is_not_cleared_in_small_portions() -> None:
    """A share that goes folder by folder, and an agent that ends in between."""
    with inside(make_world(60, 7), settings={"image_poster": "off", "orphan_policy": "clear"}) as stage:
        stage.sync()
        stage.reconcile()
        left = single(stage.world, 30)
        before = {one: stage.item_of(one) for one in left}
        states = []
        for start in range(0, 30, 10):
            body = "mutation Do($ids: [ID!]!) { scenesDestroy(input: { ids: $ids }) }"
            stage.ask_stash(body, ids=left[start : start + 10])
            stage.begin_life()
            stage.later += 7 * 3600
            stage.poll()
            stage.work()
            states.append(stage.reconcile())
            stage.work()
        assert [one.state for one in states] == ["done", "done", "braked"]
        (told,) = states[-1].result["brakes"]
        assert (told["code"], told["data"]["taken"]) == ("brake_mass_change", "20")
        assert "20 lost something within a day" in str(explain(told["code"], told["data"]))
        kept = [one for one in left if stage.item_of(one)["title"] == before[one]["title"]]
        assert set(left[20:]) <= set(kept)
