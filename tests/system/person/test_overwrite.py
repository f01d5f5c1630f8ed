"""Stash's value over one that stays in Plex: once, for one field of one scene, and taken back by an undo."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from command_line import plexsync
from inside import item, scene, small_world
from undo_stage import Undos, past

from plexsync.store.history.undo import UndoState
from plexsync.usecases.opening import Opened, open_data
from plexsync.usecases.queue.changes import remove
from plexsync.usecases.refusal import Refused
from plexsync.usecases.scene_tab.overwrite import overwrite, staying
from plexsync.usecases.scene_tab.tab import tab_of
from plexsync.usecases.scene_tab.view import OverwriteRequest


@pytest.fixture
def stage() -> Iterator[Undos]:
    """Two scenes in Plex, of which a person has given both another title, and the first a genre of their own."""
    with past(2) as stage:
        stage.first_sync()
        for number in (1, 2):
            stage.in_plex(number, title=f"A person's {number}")
        stage.in_plex(1, Genre=["Agent's", "Both", "Stash's", "A person's"])
        stage.sync()
        assert stage.snapshot()["/media/1.mp4"]["title"] == "A person's 1"
        yield stage


@contextmanager
def opened(stage: Undos) -> Iterator[Opened]:
    with open_data(stage.data, {}) as found:
        yield found


def wish(*fields: str, scene: int = 1, item: str = "") -> OverwriteRequest:
    return OverwriteRequest(scene, fields, item, "test")


def ask(stage: Undos, *fields: str, item: str = "") -> int:
    """Ask for Stash's value in some fields of the first scene; returns the run."""
    with opened(stage) as found:
        return overwrite(found, wish(*fields, item=item), stage.now()).run


def title(stage: Undos, number: int = 1) -> str:
    return str(stage.snapshot()[f"/media/{number}.mp4"]["title"])


def genres(stage: Undos) -> set[str]:
    return set(stage.snapshot()["/media/1.mp4"]["Genre"])


def test_a_wish_about_one_server_is_none_about_another_that_takes_its_place(stage: Undos) -> None:
    """There the same key is another item, and a person has seen no value of it."""
    run = ask(stage, "title")
    stage.plex.control("POST", "machine_id", {"machine_id": "f" * 40})
    stage.worker.index.forget_readiness()
    stage.work()
    assert title(stage) == "A person's 1"
    assert {row.reason for row in stage.rows(run)} == {"undo_other_server"}


def test_one_field_of_one_scene_becomes_as_stash_says_and_an_undo_brings_it_back(stage: Undos) -> None:
    before = stage.snapshot()
    run = ask(stage, "title")
    stage.work()
    assert (title(stage), title(stage, 2)) == ("Harbour 1", "A person's 2")
    assert genres(stage) == {"Agent's", "Both", "Stash's", "A person's"}, "nobody asked for that"
    stage.sync_again()
    assert title(stage) == "Harbour 1"
    assert set(stage.store.writes.summary(run).fields) == {"title"}
    stage.undo(run)
    assert stage.snapshot() == before
    stage.sync_again()
    assert stage.snapshot() == before, "a person's value again, it stays"


def test_a_list_becomes_exactly_stash_s(stage: Undos) -> None:
    ask(stage, "genres")
    stage.work()
    assert genres(stage) == {"Both", "Stash's"}
    assert title(stage) == "A person's 1"


def test_all_that_stays_is_meant_where_no_field_is_named(stage: Undos) -> None:
    with opened(stage) as found:
        assert {one.field for one in staying(found, wish())} == {"title", "actors", "genres"}
    ask(stage)
    stage.work()
    assert (title(stage), genres(stage)) == ("Harbour 1", {"Both", "Stash's"})
    with opened(stage) as found:
        assert staying(found, wish()) == ()
        with pytest.raises(Refused) as refused:
            overwrite(found, wish(), stage.now())
    assert refused.value.code == "overwrite_nothing"


def test_where_stash_says_nothing_the_value_goes(stage: Undos) -> None:
    stage.edit_scene("1", details="")
    stage.sync()
    stage.in_plex(1, summary="A person's words.")
    ask(stage, "summary")
    stage.work()
    assert stage.snapshot()["/media/1.mp4"]["summary"] == ""


def test_what_was_taken_back_is_written_again(stage: Undos) -> None:
    ask(stage, "title")
    stage.work()
    stage.edit_scene("1", title="Newer")
    stage.sync("1")
    stage.undo(stage.last_run(), scene=1, fields=["title"])
    stage.sync("1")
    assert title(stage) == "Harbour 1"
    ask(stage, "title")
    stage.work()
    assert title(stage) == "Newer"
    assert stage.store.links.number_taken_back() == 0


def test_a_policy_that_leaves_what_plex_has_stays_in_force_and_the_tab_offers_no_other(stage: Undos) -> None:
    assert offered(stage) >= {"title", "genres"}
    stage.reload(policy_title="fill")
    assert "title" not in offered(stage)
    with pytest.raises(Refused):
        ask(stage, "title")


def offered(stage: Undos) -> set[str]:
    """The fields for which the first scene's tab has a button."""
    (shown,) = tab_of(stage.data, 1, stage.now()).items
    return {row.field for row in shown.fields if row.can_overwrite}


def test_in_a_dry_run_it_is_refused(stage: Undos) -> None:
    stage.reload(dry_run=True)
    with pytest.raises(Refused) as refused:
        ask(stage, "title")
    assert refused.value.code == "overwrite_dry_run"


def test_an_agent_that_was_killed_does_it_later(stage: Undos) -> None:
    ask(stage, "title")
    stage.begin_life()
    stage.commands.tidy_up()
    stage.work()
    assert title(stage) == "Harbour 1"


def test_a_scene_taken_out_of_the_queue_is_not_written_later(stage: Undos) -> None:
    run = ask(stage, "title")
    remove(stage.data, [1], stage.now())
    stage.sync()
    assert title(stage) == "A person's 1"
    assert {row.state for row in stage.rows(run, UndoState.STOPPED)} == {UndoState.STOPPED}


def test_an_edit_that_plex_takes_at_the_second_try_is_not_forgotten(stage: Undos) -> None:
    stage.plex.control("POST", "faults", [{"kind": "status", "status": 503, "times": 2, "match": {"method": "PUT"}}])
    ask(stage, "title")
    stage.work_on()
    assert title(stage) == "Harbour 1"


def test_of_two_items_only_the_one_that_is_named_changes() -> None:
    world = small_world(scene(1, "hd.mp4", "uhd.mp4", title="Harbour"), items=[item("hd.mp4"), item("uhd.mp4")])
    stage = Undos(world, settings={"no_startup_reconcile": True, "image_poster": "off"})
    try:
        stage.poll()
        stage.first_sync()
        keys = [str(stage.item_of_file(name)["ratingKey"]) for name in ("hd.mp4", "uhd.mp4")]
        for key in keys:
            stage.plex.control("POST", f"items/{key}", {"set": {"title": "A person's"}, "lock": True})
        ask(stage, "title", item=keys[1])
        stage.work()
        assert stage.item_of_file("hd.mp4")["title"] == "A person's"
        assert stage.item_of_file("uhd.mp4")["title"] == "Harbour"
    finally:
        stage.close()


def test_the_command_shows_it_first_and_then_asks_for_it(stage: Undos) -> None:
    looked = plexsync(stage.data, "overwrite", 1, "title", "--dry-run", "--json")
    assert looked.code == 1
    assert [(one["field"], one["plex"], one["stash"]) for one in looked.document["values"]] == [
        ("title", "A person's 1", "Harbour 1")
    ]
    assert plexsync(stage.data, "overwrite", 1, "title", "--json").code == 2, "nobody is there to say yes"
    done = plexsync(stage.data, "overwrite", 1, "title", "--yes", "--json").document
    assert done["values"] == 1
    stage.work()
    assert title(stage) == "Harbour 1"
    row = plexsync(stage.data, "history", done["run"], "--json").document["row"]
    assert "Stash's value over Plex's own" in row["about"]
    nothing = plexsync(stage.data, "overwrite", 1, "title", "--yes")
    assert nothing.code == 1
    assert "No value of scene 1 stays" in nothing.err
