"""The kept preview: what a reconcile would change, row by row, as the page and the command line look at it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from agent_stage import single
from command_line import plexsync
from inside import Inside, inside

from plexsync.agent.lock import AgentLock
from plexsync.domain.model import ORDER, Artwork
from plexsync.domain.reconcile.preview import Filter, PreviewRow
from plexsync.domain.standing.phrase import spoken
from plexsync.usecases.needs_you import choosing, ignoring
from plexsync.usecases.preview.maker import ask_preview, make_preview
from plexsync.usecases.preview.scene import plex_picture, scene_detail
from plexsync.usecases.preview.show import LOCK_NAME, PreviewState, cancel_preview, preview_page, preview_state
from plexsync.usecases.refusal import Refused
from plexsync.usecases.runs.reconcile import ReconcileRequest
from plexsync_simulators.world import make_world

ALL = Filter()


@pytest.fixture(scope="module")
def stage() -> Iterator[Inside]:
    with inside(make_world(60, 5), settings={"image_poster": "off"}) as stage:
        stage.sync()
        stage.reconcile()
        stage.work()
        time.sleep(1.02 - time.time() % 1)
        plant(stage)
        yield stage


def plant(stage: Inside) -> None:
    """Make one title stale, take a studio away in Plex, and a genre in Stash."""
    documents = {scene["id"]: scene for scene in stage.stash.control("GET", "dump")["scenes"]}
    fit = [one for one in single(stage.world, 60) if documents[one]["studio_id"] and len(documents[one]["tag_ids"]) > 1]
    stale, empty, less = fit[:3]
    stage.edit_scene(stale, title="Edited while nobody looked")
    stage.plex.control("POST", f"items/{stage.item_of(empty)['ratingKey']}", {"set": {"studio": ""}, "lock": []})
    stage.edit_scene(less, tag_ids=documents[less]["tag_ids"][1:])


def request(**asked: Any) -> ReconcileRequest:
    return ReconcileRequest(**{"scope": "all", "origin": "test", **asked})


def made(stage: Inside, **asked: Any) -> PreviewState:
    ask_preview(stage.data, request(**asked).arguments(), time.time())
    make_preview(stage.data, show=lambda *_: None, now=time.time)
    return preview_state(stage.data, time.time())


def rows(folder: Path, wanted: Filter = ALL) -> tuple[PreviewRow, ...]:
    return preview_page(folder, wanted, offset=0, limit=1000).rows


def test_each_change_is_a_row_and_what_is_lost_comes_first(stage: Inside) -> None:
    state = made(stage)
    assert {(row.field, row.kind, row.why) for row in rows(stage.data)} == {
        ("genres", "stale", "newer in Stash"),
        ("title", "stale", "newer in Stash"),
        ("studio", "empty", "empty in Plex"),
    }
    *losing, last = rows(stage.data)
    assert [row.takes for row in losing] == [True, True]
    assert last.field == "studio"
    (genres,) = rows(stage.data, Filter(field="genres"))
    assert (len(genres.removed), genres.added, genres.stay > 0) == (1, (), True)
    assert (state.state, state.changes, state.taken_away, state.became["differ"]) == ("done", 3, 2, 3)
    assert state.scenes == sum(state.became.values()) == state.compared == state.total
    assert [row.after for row in rows(stage.data, Filter(field="title"))] == ["Edited while nobody looked"]
    assert (stage.data / "preview.db").stat().st_mode & 0o077 == 0
    assert not stage.store.jobs.ready(time.time() - 1), "nothing was queued"


def test_rows_are_filtered_by_kind_field_text_and_loss(stage: Inside) -> None:
    made(stage)
    for wanted, fields in (
        (Filter(kind="empty"), ["studio"]),
        (Filter(field="genres"), ["genres"]),
        (Filter(text="WHILE nobody"), ["title"]),
        (Filter(taken_away=True, field="genres"), ["genres"]),
        (Filter(taken_away=True, kind="empty"), []),
        (Filter(kind="empty", field="title"), []),
        (Filter(text="no value says this"), []),
    ):
        assert [row.field for row in rows(stage.data, wanted)] == fields, wanted
    page = preview_page(stage.data, ALL, offset=1, limit=1)
    assert (page.total, page.rows) == (3, rows(stage.data)[1:2])


def test_the_kinds_of_the_request_decide_what_is_found(stage: Inside) -> None:
    state = made(stage, kinds=("empty",))
    assert [row.field for row in rows(stage.data)] == ["studio"]
    assert (state.kinds, state.kinds_found) == (("empty",), {"empty": 1})


def test_each_scene_is_counted_once_and_what_is_not_for_plex_says_why() -> None:
    """A scene that is not compared is no equal one, and neither is one that differs in a way nobody asked for."""
    with inside(make_world(30, 5), settings={"image_poster": "off"}) as stage:
        stage.sync()
        ignored, declined, stale = single(stage.world, 30)[:3]
        bare = sum(not scene["files"] for scene in stage.world.stash["scenes"])
        ignoring.ignore(stage.data, [int(ignored)], stage.now())
        choosing.unlink(stage.data, int(declined), stage.item_of(declined)["ratingKey"], stage.now())
        stage.edit_scene(stale, title="Edited while nobody looked")
        state = made(stage)
        assert [state.became.get(one) for one in ("no_file", "ignored", "declined", "differ")] == [bare, 1, 1, 1]
        assert state.scenes == sum(state.became.values()) == 30
        said = spoken(state.found, state.ended_at)
        assert said.startswith(f"30 scenes compared in 1 s: {state.became['equal']} equal, 1 differs, ")
        assert said.endswith(f", {bare} without a file, 1 ignored by you, 1 left out by your choice.")
        of_one_kind = made(stage, kinds=("empty",))
        assert of_one_kind.became["equal"] == state.became["equal"]
        assert of_one_kind.scenes == sum(of_one_kind.became.values()) == 30
        assert "differ in other ways" in spoken(of_one_kind.found, state.ended_at)


def test_fields_come_in_one_order() -> None:
    with inside(make_world(40, 2)) as stage:
        made(stage)
        seen = rows(stage.data)
        by_item: dict[tuple[int, str], list[int]] = {}
        for row in seen:
            by_item.setdefault((row.scene_id, row.rating_key), []).append(ORDER.index(row.field))
        assert len(by_item) > 10
        assert all(places == sorted(places) for places in by_item.values())
        assert not [row for row in seen if row.field == "sort_title"], "it follows the title"
        assert [row for row in rows(stage.data, Filter(kind="missing")) if row.why == "not in Plex"]


def test_a_second_preview_is_refused_while_one_is_made(stage: Inside) -> None:
    ask_preview(stage.data, request().arguments(), time.time())
    with pytest.raises(Refused, match="preview_runs"):
        ask_preview(stage.data, request().arguments(), time.time())
    make_preview(stage.data, show=lambda *_: None, now=time.time)
    ask_preview(stage.data, request().arguments(), time.time())
    lock = AgentLock(stage.data, LOCK_NAME)
    assert lock.take()
    with pytest.raises(Refused, match="preview_runs"):
        make_preview(stage.data, show=lambda *_: None, now=time.time)
    lock.release()
    make_preview(stage.data, show=lambda *_: None, now=time.time)


def test_a_cancelled_preview_says_so(stage: Inside) -> None:
    ask_preview(stage.data, request().arguments(), time.time())
    cancel_preview(stage.data, time.time())
    with pytest.raises(Refused, match="preview_cancelled"):
        make_preview(stage.data, show=lambda *_: None, now=time.time)
    state = preview_state(stage.data, time.time())
    assert state.trouble is not None
    assert (state.state, state.trouble.text) == ("cancelled", "The preview was cancelled.")
    assert rows(stage.data) == ()


def test_a_preview_whose_process_is_gone_says_so(stage: Inside) -> None:
    ask_preview(stage.data, request().arguments(), time.time() - 50)
    state = preview_state(stage.data, time.time())
    assert state.trouble is not None
    assert (state.state, state.trouble.text) == ("failed", "The preview ended before it was done.")


def test_a_file_that_is_no_database_is_no_preview_and_is_replaced(stage: Inside) -> None:
    for name in ("preview.db-wal", "preview.db-shm"):
        (stage.data / name).unlink(missing_ok=True)
    (stage.data / "preview.db").write_bytes(os.urandom(8192))
    assert preview_state(stage.data, time.time()).state == "none"
    assert made(stage).changes == 3


def test_the_command_line_makes_and_shows_the_same_preview(stage: Inside) -> None:
    done = plexsync(stage.data, "preview", "start", "--scope", "all")
    assert done.code == 1, done
    assert "3 changes, 2 of them take something away" in done.out
    shown = plexsync(stage.data, "preview", "show", "--taken-away", "--field", "genres", "--json")
    assert [row["field"] for row in shown.document["rows"]] == ["genres"]
    assert "newer in Stash" in plexsync(stage.data, "preview", "show").out


def test_a_server_that_is_away_is_named_with_the_next_step(stage: Inside) -> None:
    stage.plex.stop()
    done = plexsync(stage.data, "preview", "start")
    assert done.code == 5, done
    state = preview_state(stage.data, time.time())
    assert state.state == "failed"
    assert state.trouble is not None
    assert "Plex" in state.trouble.text
    assert state.trouble.next_step


def test_a_scene_in_full_says_what_changes_what_stays_and_shows_plexs_picture() -> None:
    with inside(make_world(20, 4)) as stage:
        stage.sync()
        scene = single(stage.world, 20)[0]
        item = stage.item_of(scene)
        stage.edit_scene(scene, title="Another title")
        stage.plex.control("POST", f"items/{item['ratingKey']}", {"set": {"studio": "By hand"}, "lock": ["studio"]})
        detail = scene_detail(stage.data, int(scene))
        (shown,) = [one for one in detail.items if one.rating_key == item["ratingKey"]]
        fields = {one.field: one for one in shown.fields}
        assert (fields["title"].outcome, fields["title"].why, fields["title"].after) == (
            "changes",
            "newer in Stash",
            "Another title",
        )
        assert fields["studio"].why == "set by hand, stays"
        assert fields["studio"].advice.text == "A person set it in Plex, so it stays."
        assert "sort_title" not in fields
        assert shown.equal >= 5
        picture = plex_picture(stage.data, shown.rating_key, Artwork.POSTER)
        assert picture.address.startswith("data:image/")
        with pytest.raises(Refused, match="no_such_item"):
            plex_picture(stage.data, "../1", Artwork.POSTER)
