"""Undo: Plex gets back what it had before, a person's later value stays, and nothing is written again by itself."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from inside import item, scene, small_world
from undo_stage import Undos, past

from plexsync.domain.advice import explain
from plexsync.store.history.runs import UNDO
from plexsync.store.history.undo import LIFT, UndoState
from plexsync.store.state import MACHINE_ID
from plexsync.usecases.needs_you import choosing, ignoring
from plexsync.usecases.queue.changes import clear
from plexsync_simulators.shared.json_type import Json


def differ(one: dict[str, dict[str, object]], other: dict[str, dict[str, object]]) -> dict[str, object]:
    """The values in which two snapshots differ."""
    return {
        f"{path} {name}": (value, other[path][name])
        for path, found in one.items()
        for name, value in found.items()
        if value != other[path][name]
    }


@pytest.fixture(params=[None, {}, {"lag_ms": 0.0}], ids=["as assumed", "hostile", "hostile at once"])
def stage(request: pytest.FixtureRequest) -> Iterator[Undos]:
    with past(3, cover=True) as stage:
        if request.param is not None:
            stage.plex.control("POST", "hostile", {"odd_items": False})
            stage.plex.control("POST", "switches", request.param)
        yield stage


def test_an_undo_gives_plex_back_all_that_it_had(stage: Undos) -> None:
    before = stage.snapshot()
    run = stage.first_sync()
    synced = stage.snapshot()
    assert synced != before
    undo = stage.undo(run)
    assert differ(stage.snapshot(), before) == {}
    stage.sync_again()
    assert differ(stage.snapshot(), before) == {}, "nothing is written again by itself"
    stage.undo(undo)
    assert differ(stage.snapshot(), synced) == {}, "an undo can be undone"
    time.sleep(0.4)  # a hostile Plex shows locks late
    stage.reset_counts()
    stage.sync_again()
    assert (stage.plex_counts()["POST"], stage.plex_counts()["PUT"]) == (0, 0)


@pytest.fixture
def two() -> Iterator[Undos]:
    with past(2) as stage:
        yield stage


def shown(stage: Undos, number: int = 1) -> Json:
    return stage.snapshot()[f"/media/{number}.mp4"]


def reasons(stage: Undos, undo: int) -> dict[str, str]:
    return {row.field.value: row.reason for row in stage.rows(undo) if row.scene_id == 1}


def test_what_a_person_changed_since_stays_and_is_listed(two: Undos) -> None:
    before, run = two.snapshot(), two.first_sync()
    two.in_plex(1, title="A person's", Genre=["Agent's", "Both", "Stash's", "A person's"])
    two.in_plex(1, lock=None, summary="An agent's newest")
    undo = two.undo(run)
    assert shown(two)["title"] == "A person's"
    assert shown(two)["summary"] == "An agent's newest"
    assert set(shown(two)["Genre"]) == {"Agent's", "Both", "A person's"}, "the name that the run added goes"
    assert "genre" in shown(two)["locked"], "a person has edited the list"
    assert shown(two)["Role"] == before["/media/1.mp4"]["Role"]
    assert reasons(two, undo) == dict.fromkeys(("title", "sort_title", "summary"), "undo_changed")
    assert differ({"2": shown(two, 2)}, {"2": before["/media/2.mp4"]}) == {}


def test_a_picture_that_a_person_chose_since_stays_and_is_listed() -> None:
    with past(cover=True) as stage:
        run = stage.first_sync()
        synced = shown(stage)["picture"]
        stage.ask_plex("POST", f"/library/metadata/{stage.key()}/posters", b"mine")
        mine = shown(stage)["picture"]
        undo = stage.undo(run)
        assert shown(stage)["picture"] == mine != synced
        assert reasons(stage, undo)["poster"] == "undo_changed"
        assert shown(stage)["title"] == "harbour.at.dawn.1080p"


def test_a_later_write_is_named_and_stays(two: Undos) -> None:
    run = two.first_sync()
    two.edit_scene("1", title="Newer")
    two.sync("1")
    undo = two.undo(run)
    assert shown(two)["title"] == "Newer"
    assert reasons(two, undo)["title"] == "undo_written_again"
    (row,) = [row for row in two.rows(undo) if row.field.value == "title"]
    assert row.detail["run"] == str(two.title_run())


def test_an_edit_in_stash_that_has_not_arrived_goes_before_the_undo(two: Undos) -> None:
    run = two.first_sync()
    two.edit_scene("1", title="Newer", details="Of Stash 1.")
    undo = two.undo(run)
    assert shown(two)["title"] == "Newer"
    assert shown(two)["summary"] == "What an agent says."
    assert reasons(two, undo)["title"] == "undo_edited"


def test_a_new_value_in_stash_ends_what_was_taken_back(two: Undos) -> None:
    two.undo(two.first_sync())
    assert two.store.links.number_taken_back() == 2
    two.edit_scene("1", title="Newer")
    two.sync_again()
    assert shown(two)["title"] == "Newer"
    assert shown(two)["summary"] == "What an agent says.", "only the field that changed is written"
    assert shown(two, 2)["title"] == "harbour.at.dawn.1080p"


def test_a_person_may_let_go_of_what_was_taken_back(two: Undos) -> None:
    run = two.first_sync()
    synced = two.snapshot()
    two.undo(run)
    two.undo(LIFT, scene=1, fields=["genres"])
    assert set(shown(two)["Genre"]) == {"Agent's", "Both", "Stash's"}
    assert shown(two)["summary"] == "What an agent says."
    two.undo(LIFT)
    assert differ(two.snapshot(), synced) == {}
    assert two.store.links.number_taken_back() == 0


def test_one_field_of_one_scene_goes_back_alone(two: Undos) -> None:
    run = two.first_sync()
    synced = two.snapshot()
    two.undo(run, scene=1, fields=["title"])
    assert differ(two.snapshot(), synced).keys() <= {"/media/1.mp4 title", "/media/1.mp4 locked"}
    assert shown(two)["title"] == "harbour.at.dawn.1080p"


def test_a_stopped_undo_leaves_the_rest(two: Undos) -> None:
    run = two.first_sync()
    synced = two.snapshot()
    undo = two.ask_undo(run)
    two.store.commands.ask("undo_stop", {"run": undo, "origin": "test"}, two.now())
    two.commands.turn()
    two.work()
    assert two.snapshot() == synced
    stopped = two.store.runs.get(undo)
    assert stopped is not None
    assert stopped.state == "stopped"
    assert {row.state.value for row in two.rows(undo, UndoState.STOPPED)} == {"stopped"}


def test_an_agent_that_was_killed_goes_on_with_an_undo(two: Undos) -> None:
    before, run = two.snapshot(), two.first_sync()
    undo = two.ask_undo(run)
    two.begin_life()
    two.commands.tidy_up()
    two.work()
    two.commands.turn()
    assert differ(two.snapshot(), before) == {}
    ended = two.store.runs.get(undo)
    assert ended is not None
    assert (ended.state, ended.result) == ("done", {"back": 2})


def test_an_undo_that_was_cut_off_while_it_was_noted_is_given_up(two: Undos) -> None:
    run = two.first_sync()
    synced = two.snapshot()
    undo = two.ask_undo(run)
    two.store.runs.show(undo, {})
    two.begin_life()
    two.commands.tidy_up()
    two.work()
    ended = two.store.runs.get(undo)
    assert ended is not None
    assert ended.state == "stopped"
    assert two.snapshot() == synced


def test_what_is_gone_or_elsewhere_stays_with_a_reason(two: Undos) -> None:
    run = two.first_sync()
    key = two.key()
    two.plex.control("DELETE", f"items/{key}")
    two.stash.control("POST", "raw_scene", {"id": 2, "title": "Other"})
    two.ask_stash("mutation($id: ID!) { sceneDestroy(input: {id: $id}) }", id="2")
    two.poll()
    undo = two.undo(run)
    told = {row.scene_id: row.reason for row in two.rows(undo)}
    assert told[1] in {"undo_missing", "undo_item_gone"}
    assert told[2] == "undo_scene_gone"


def test_of_another_server_nothing_goes_back(two: Undos) -> None:
    run = two.first_sync()
    synced = two.snapshot()
    with two.store.transaction():
        two.store.change_plex(str(two.store.state.get(MACHINE_ID)), "another")
        two.store.state.put(MACHINE_ID, "another")
    undo = two.ask_undo(run)
    assert {row.reason for row in two.rows(undo)} == {"undo_other_server"}
    assert two.snapshot() == synced


@pytest.mark.parametrize("is_met_before", [False, True], ids=["while it waits", "before it"])
def test_a_server_that_takes_the_place_is_not_touched(*, is_met_before: bool) -> None:
    """Its items have the same keys, and show what the undo would take back: a picture, too."""
    with past(cover=True) as stage:
        run = stage.first_sync()
        synced = stage.snapshot()
        undo = 0 if is_met_before else stage.ask_undo(run)
        stage.plex.control("POST", "machine_id", {"machine_id": "f" * 40})
        stage.worker.index.forget_readiness()
        stage.sync_again()
        undo = undo or stage.ask_undo(run)
        stage.work_on()
        stage.commands.turn()
        assert differ(stage.snapshot(), synced) == {}
        told = {row.field.value: row.reason for row in stage.rows(undo)}
        assert {"title", "poster"} <= told.keys()
        assert set(told.values()) == {"undo_other_server"}
        assert not stage.store.runs.running(UNDO)


def test_no_brake_holds_an_undo(two: Undos) -> None:
    before, run = two.snapshot(), two.first_sync()
    two.reload(brake_items=1, brake_percent=1)
    for number in (1, 2):  # as in an older Stash: what it takes away is nobody's edit
        two.stash.control("POST", "raw_scene", {"id": number, "updated_at": "2020-01-01T00:00:00Z"})
    two.undo(run)
    assert differ(two.snapshot(), before) == {}
    assert two.store.jobs.number_held() == 0


def test_fields_that_are_off_and_locks_go_back_all_the_same(two: Undos) -> None:
    two.in_plex(1, studio="A person's")
    before, run = two.snapshot(), two.first_sync()
    two.reload(policy_title="off", leave_unlocked=True)
    two.undo(run)
    assert differ(two.snapshot(), before) == {}
    two.reload(policy_title="merge", leave_unlocked=False)
    two.sync_again()
    assert differ(two.snapshot(), before) == {}, "switched on again, it is still taken back"


def test_rows_of_a_killed_attempt_that_never_arrived_are_not_undone(two: Undos) -> None:
    two.first_sync()
    synced = two.snapshot()
    run = two.store.runs.note("", {}, two.now())
    two.store.connection.execute(
        """INSERT INTO journal (attempt, run_id, at, scene_id, rating_key, section_id, field, before, after, why, state,
               locked, base, photos)
           VALUES (99, ?, ?, 1, ?, '1', 'title', '"Elsewhere"', '"Never arrived"', 'update', 'planned', 1, '', '')""",
        (run, two.now(), two.key()),
    )
    assert two.store.writes.summary(run).scenes == 0, "history does not call it written"
    undo = two.undo(run)
    assert reasons(two, undo) == {"title": "undo_not_written"}
    assert two.snapshot() == synced


def test_a_queue_that_is_cleared_ends_an_undo(two: Undos) -> None:
    run = two.first_sync()
    synced = two.snapshot()
    undo = two.ask_undo(run)
    clear(two.data, two.now())
    two.commands.turn()
    ended = two.store.runs.get(undo)
    assert ended is not None
    assert (ended.state, ended.result) == ("stopped", {"stopped": 2})
    two.sync()
    assert two.snapshot() == synced


def test_an_item_that_a_person_unlinked_stays_and_is_called_so(two: Undos) -> None:
    run = two.first_sync()
    synced = two.snapshot()
    choosing.unlink(two.data, 1, two.key(), two.now())
    undo = two.undo(run)
    assert {row.reason for row in two.rows(undo)} == {"undo_declined"}
    assert shown(two) == synced["/media/1.mp4"]
    assert "choose --undo 1" in explain("undo_declined", {"scene": "1"}).next_step


def test_of_two_items_the_unlinked_one_stays_and_is_not_called_gone() -> None:
    world = small_world(scene(1, "hd.mp4", "uhd.mp4"), items=[item("hd.mp4"), item("uhd.mp4")])
    stage = Undos(world, settings={"no_startup_reconcile": True, "image_poster": "off"})
    try:
        stage.poll()
        run = stage.first_sync()
        unlinked = str(stage.item_of_file("uhd.mp4")["ratingKey"])
        choosing.unlink(stage.data, 1, unlinked, stage.now())
        undo = stage.undo(run)
        assert {(row.rating_key, row.reason) for row in stage.rows(undo)} == {(unlinked, "undo_declined")}
    finally:
        stage.close()


def test_the_undo_of_a_scene_ends_with_ignoring_it(two: Undos) -> None:
    run = two.first_sync()
    synced = two.snapshot()
    undo = two.ask_undo(run)
    ignoring.ignore(two.data, [1, 2], two.now())
    two.commands.turn()
    ended = two.store.runs.get(undo)
    assert ended is not None
    assert ended.state == "stopped"
    ignoring.heed(two.data, [1, 2], two.now())
    two.work()
    assert two.snapshot() == synced, "nothing goes back later"
