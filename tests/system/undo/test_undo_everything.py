"""`plexsync remove`: every item gets back what it had before PlexSync, however often it was written since."""

from __future__ import annotations

from undo_stage import past

from plexsync.store.history.journal import EVERYTHING
from plexsync.store.state import JOURNAL_SERVERS, MACHINE_ID, ServerSpan
from plexsync.usecases.opening import open_data
from plexsync.usecases.undo.preview import preview
from plexsync.usecases.undo.request import UndoRequest


def test_after_several_runs_everything_is_as_before_the_first() -> None:
    with past(3, cover=True) as stage:
        before = stage.snapshot()
        stage.first_sync()
        for number in (1, 2):
            stage.edit_scene("1", title=f"Another {number}", details=f"Of {number}.")
            stage.poll()
            stage.work_on()
        assert stage.snapshot() != before
        undo = stage.undo(EVERYTHING)
        assert stage.rows(undo) == ()
        assert stage.snapshot() == before
        stage.sync_again()
        assert stage.snapshot() == before, "nothing is written again"
        stage.undo(undo)
        assert "Another 2" in {found["title"] for found in stage.snapshot().values()}, "it can be undone"


def test_a_value_of_a_persons_that_was_overwritten_in_between_comes_back() -> None:
    with past() as stage:
        stage.first_sync()
        stage.in_plex(summary="My own words.")
        stage.edit_scene("1", details="Newer in Stash.")
        stage.poll()
        stage.work_on()
        (found,) = stage.snapshot().values()
        assert found["summary"] == "Newer in Stash."
        stage.in_plex(studio="My studio")
        undo = stage.undo(EVERYTHING)
        (found,) = stage.snapshot().values()
        assert found["summary"] == "My own words."
        assert found["studio"] == "My studio"
        assert {row.field.value for row in stage.rows(undo)} <= {"studio"}


def test_the_preview_says_what_would_go_back_and_writes_nothing() -> None:
    with past(2) as stage:
        before = stage.snapshot()
        stage.first_sync()
        synced = stage.snapshot()
        with open_data(stage.data, {}) as opened:
            found = preview(opened, UndoRequest("test", is_everything=True))
        assert (found.scenes, found.going) == (2, 2)
        assert {line.then for line in found.lines if line.field == "title"} == {
            item["title"] for item in before.values()
        }
        assert stage.snapshot() == synced


def test_of_two_servers_each_item_gets_back_what_this_one_had() -> None:
    """The other server's items have the same keys, and what they had is none of this one's business."""
    with past(cover=True) as stage:
        stage.first_sync()
        (synced,) = stage.snapshot().values()
        here = ServerSpan(str(stage.store.state.get(MACHINE_ID)), stage.store.journal.next_id())
        with stage.store.transaction():
            stage.store.state.put(JOURNAL_SERVERS, (ServerSpan("elsewhere", 0), here))
        stage.stash.control("POST", "raw_scene", {"id": 1, "cover": {"seed": 8}})
        stage.edit_scene("1", title="Newer")
        stage.poll()
        stage.work_on()
        (edited,) = stage.snapshot().values()
        assert {name for name in edited if edited[name] != synced[name]} == {"title", "picture"}
        undo = stage.undo(EVERYTHING)
        (found,) = stage.snapshot().values()
        assert found == synced
        told = {row.field.value: row.reason for row in stage.rows(undo)}
        assert told["summary"] == "undo_other_server"
        assert not {"title", "poster"} & told.keys()
