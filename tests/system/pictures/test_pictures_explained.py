"""The effect of a sync on poster and art stands in `why`, in a dry run and in a preview, and comes true."""

from __future__ import annotations

import base64
import re
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from command_line import plexsync
from inside import Inside, inside, item, scene, small_world

from plexsync.domain.reconcile.gaps import GapKind
from plexsync.stash_plugin.tasks.preview import in_words
from plexsync.store.jobs import State
from plexsync.usecases.dry_run.picture_view import PictureView
from plexsync.usecases.dry_run.reconcile import ReconcileDryRun
from plexsync.usecases.opening import open_data
from plexsync.usecases.runs.reconcile import ReconcileRequest
from plexsync.usecases.why import Explanation, why
from plexsync_simulators.rig import TOKEN

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
PIXEL = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\nIDATx\x9cc\x00\x01\x00\x00\x05\x00\x01\r\n-\xb4\x00\x00\x00\x00IEND\xaeB`\x82"
)
COVER = base64.b64encode(PIXEL).decode()


@pytest.fixture
def stage(request: pytest.FixtureRequest) -> Iterator[Inside]:
    world = small_world(scene(1, "a.mp4", cover=COVER), scene(2, "b.mp4"), items=[item("a.mp4"), item("b.mp4")])
    with inside(world, settings=getattr(request, "param", {})) as stage:
        yield stage


def key(stage: Inside, name: str = "a.mp4") -> str:
    return str(stage.item_of_file(name)["ratingKey"])


def ask_plex(stage: Inside, method: str, path: str, data: bytes | None = None) -> None:
    address = f"{stage.plex.url}/library/metadata/{path}?X-Plex-Token={TOKEN}"
    DIRECT.open(urllib.request.Request(address, data=data, method=method), timeout=10).close()


def upload(stage: Inside, picture: bytes, *, locked: bool) -> None:
    ask_plex(stage, "POST", f"{key(stage)}/posters", picture)
    stage.plex.control("POST", f"items/{key(stage)}", {"lock" if locked else "unlock": ["thumb"]})


def other_cover(stage: Inside) -> None:
    time.sleep(1.1)  # stamps have whole seconds
    stage.stash.control("POST", "raw_scene", {"id": 1, "cover": {"seed": 7}})
    stage.edit_scene("1", title="Scene 1")
    stage.poll()


def touch(stage: Inside) -> None:
    """Edit a scene, but neither its cover nor what Plex shows of it."""
    time.sleep(1.1)  # stamps have whole seconds
    stage.edit_scene("1", organized=True)
    stage.poll()


def explained(stage: Inside, scene_id: int = 1) -> Explanation:
    with open_data(stage.data) as opened:
        return why(opened, scene_id)


def poster(explanation: Explanation) -> PictureView:
    (shown,) = explanation.items
    return next(view for view in shown.pictures if view.field == "poster")


def state(stage: Inside) -> Any:
    shown = stage.item_of_file("a.mp4")
    return shown["thumb"], "thumb" in shown["locked"]


def first(stage: Inside) -> None:
    """Leave everything as it is before the first sync."""


def emptied(stage: Inside) -> None:
    ask_plex(stage, "DELETE", f"{key(stage)}/thumb")


def chosen(stage: Inside) -> None:
    upload(stage, b"mine", locked=True)


def unlocked_again(stage: Inside) -> None:
    upload(stage, b"mine", locked=True)
    stage.sync()
    stage.plex.control("POST", f"items/{key(stage)}", {"unlock": ["thumb"]})


def found(stage: Inside) -> None:
    upload(stage, b"an agent's", locked=False)


def same(stage: Inside) -> None:
    upload(stage, PIXEL, locked=False)


def synced(stage: Inside) -> None:
    stage.sync()


def changed(stage: Inside) -> None:
    stage.sync()
    other_cover(stage)


def touched(stage: Inside) -> None:
    stage.sync()
    touch(stage)


def chosen_later(stage: Inside) -> None:
    stage.sync()
    upload(stage, b"mine", locked=True)
    other_cover(stage)


def replaced_unseen(stage: Inside) -> None:
    stage.sync()
    upload(stage, b"mine", locked=True)


CASES: list[tuple[dict[str, Any], Callable[[Inside], None], str, str, str]] = [
    ({}, first, "frame", "changes", "overwrite_unlocked"),
    ({}, emptied, "none", "changes", "fill"),
    ({}, chosen, "person", "kept", "kept_person"),
    ({}, found, "plex", "changes", "overwrite_unlocked"),
    ({}, unlocked_again, "plex", "changes", "overwrite_unlocked"),
    ({"image_poster": "fill"}, unlocked_again, "plex", "kept", "kept_filled"),
    ({}, same, "cover", "changes", "lock"),
    ({}, synced, "cover", "in sync", "in_sync"),
    ({}, changed, "ours", "changes", "update"),
    ({}, touched, "cover", "in sync", "in_sync"),
    ({}, chosen_later, "person", "kept", "kept_person"),
    ({"leave_unlocked": True}, same, "cover", "in sync", "in_sync"),
    ({"image_poster": "stash"}, chosen, "person", "changes", "policy_stash"),
    ({"image_poster": "stash"}, replaced_unseen, "person", "kept", "unnoticed"),
    ({"image_poster": "fill"}, first, "frame", "changes", "fill"),
    ({"image_poster": "fill"}, found, "plex", "kept", "kept_filled"),
    ({"image_poster": "fill"}, changed, "ours", "kept", "kept_filled"),
    ({"image_poster": "off"}, first, "unknown", "off", "off"),
]


@pytest.mark.parametrize(("stage", "prepare", "shown", "outcome", "code"), CASES, indirect=["stage"])
def test_why_foretells_what_the_sync_does(
    stage: Inside, prepare: Callable[[Inside], None], shown: str, outcome: str, code: str
) -> None:
    prepare(stage)
    before = state(stage)
    stage.reset_counts()
    view = poster(explained(stage))
    assert (view.shown.value, view.outcome, view.code) == (shown, outcome, code)
    assert view.policy == stage.context.settings.text("image_poster")
    counts = stage.plex_counts()
    assert counts["POST"] == counts["PUT"] == counts["DELETE"] == 0, "it only looks"
    assert state(stage) == before
    stage.sync()
    assert (state(stage) != before) == (outcome == "changes")


def test_it_says_when_a_picture_was_written_and_which_one_was_there(stage: Inside) -> None:
    assert (poster(explained(stage)).written_at, poster(explained(stage)).before) == (0.0, "")
    upload(stage, b"an agent's", locked=False)
    stage.sync()
    view = poster(explained(stage))
    assert abs(view.written_at - stage.now()) < 100
    assert view.before.startswith("upload://posters/")
    assert view.pushed == view.stash
    said = plexsync(stage.data, "why", "1").out
    assert "poster: policy on, last written " in said
    assert f"in place of picture {view.before.rpartition('/')[2][:8]}" in said
    assert f"poster: picture {view.before.rpartition('/')[2][:8]} -> picture {str(view.pushed)[:8]}" in said
    told = plexsync(stage.data, "why", "1", "--json").document
    (row, art) = told["items"][0]["pictures"]
    assert (row["field"], row["policy"], row["shown"], row["outcome"]) == ("poster", "on", "cover", "in sync")
    assert (row["before"], art["outcome"], art["policy"]) == (view.before, "off", "auto")


def test_a_scene_is_not_in_sync_as_long_as_its_poster_is_not(stage: Inside) -> None:
    stage.sync()
    assert explained(stage).in_sync
    other_cover(stage)
    ran = plexsync(stage.data, "why", "1")
    assert ran.code == 1
    assert "It has its place in Plex." in ran.out
    assert re.search(r"^  poster +the cover that .* the cover of", ran.out, re.MULTILINE)


def test_a_scene_without_a_cover(stage: Inside) -> None:
    stage.sync()
    view = poster(explained(stage, 2))
    assert (view.shown.value, view.outcome, view.code) == ("frame", "kept", "kept_filled")
    assert "no cover in Stash" in view.advice.text
    ask_plex(stage, "DELETE", f"{key(stage, 'b.mp4')}/thumb")
    view = poster(explained(stage, 2))
    assert (view.shown.value, view.outcome) == ("none", "in sync")


@pytest.mark.parametrize("stage", [{"image_art": "on"}], indirect=True)
def test_art_has_a_row_of_its_own(stage: Inside) -> None:
    (shown,) = explained(stage).items
    assert [(view.field, view.outcome) for view in shown.pictures] == [("poster", "changes"), ("art", "changes")]
    assert shown.pictures[1].policy == "on"


def test_an_item_of_several_scenes_gets_no_cover() -> None:
    world = small_world(
        scene(1, "a.mp4", cover=COVER, title="One"),
        scene(2, "b.mp4", cover=COVER, title="One"),
        items=[item("a.mp4", "b.mp4")],
    )
    with inside(world) as stage:
        view = poster(explained(stage))
        assert (view.outcome, view.code) == ("kept", "shared")
        stage.sync()
        assert poster(explained(stage)) == view
        assert explained(stage).in_sync


def test_a_still_of_the_scene_in_its_place_does_not_count(stage: Inside) -> None:
    stage.sync()
    (file,) = stage.stash.control("GET", "dump")["scenes"][0]["files"]
    stage.ask_stash("mutation { sceneDestroy(input: {id: 1}) }")
    stage.poll()
    stage.work()
    stage.stash.control("POST", "files", {"add": [{name: file[name] for name in ("path", "size", "duration")}]})
    stage.ask_stash("mutation { metadataScan(input: { scanGenerateCovers: true }) }")
    stage.wait_until(lambda: len(stage.stash.control("GET", "dump")["scenes"]) == 2, 10)
    for _ in range(3):
        stage.poll()
        stage.work()
    (anew,) = (int(one["id"]) for one in stage.stash.control("GET", "dump")["scenes"] if one["id"] != "2")
    view = poster(explained(stage, anew))
    assert (view.shown.value, view.outcome, view.code) == ("ours", "kept", "kept_inherited")


def test_a_cover_that_is_no_picture_is_named_in_its_row() -> None:
    world = small_world(scene(1, "a.mp4", cover=base64.b64encode(b"\x00 no picture").decode()), items=[item("a.mp4")])
    with inside(world) as stage:
        view = poster(explained(stage))
        assert (view.outcome, view.code) == ("fails", "image_rejected")
        assert "is no picture" in view.advice.text
        assert explained(stage).items[0].fields, "its text is explained all the same"
        stage.sync()
        assert explained(stage).items[0].number("changes") == 0
        assert not explained(stage).in_sync


def test_a_first_dry_run_knows_which_posters_would_change_from_one_question(stage: Inside) -> None:
    stage.reset_counts()
    ran = plexsync(stage.data, "sync", "--all", "--dry-run", "--json")
    assert (stage.plex_counts().get("pictures", 0), stage.stash_counts()["image"]) == (0, 0)
    told = {one["scene_id"]: one["items"][0]["pictures"][0] for one in ran.document["prospects"]}
    assert (told[1]["outcome"], told[1]["code"]) == ("changes", "overwrite_unlocked")
    assert told[2]["outcome"] == "may change", "Stash may still have a cover that an old version made"
    assert ran.document["fields"] == 5, "two texts each, and a poster"
    assert "poster: some picture -> the cover of Stash" in preview(stage)[0]


def preview(stage: Inside) -> list[str]:
    """Return what *Preview Reconcile* says of each scene."""
    with open_data(stage.data) as opened:
        run = ReconcileDryRun(opened, ReconcileRequest("all", "test"), stage.now())
        return [in_words(found) for found in run.found(lambda _: None)]


def test_a_dry_run_says_which_pictures_may_change_and_asks_for_none(stage: Inside) -> None:
    stage.sync()
    touch(stage)
    stage.reset_counts()
    ran = plexsync(stage.data, "sync", "--all", "--dry-run")
    assert ran.code == 1
    assert "2 scenes: 1 picture of 1 scene may change." in ran.out
    assert "Scene 1 “Scene 1”" in ran.out
    assert "Scene 2 " not in ran.out
    assert (stage.plex_counts().get("pictures", 0), stage.stash_counts()["image"]) == (0, 0)
    told = plexsync(stage.data, "sync", "--all", "--dry-run", "--json").document
    assert (told["scenes"], told["changing"], told["pictures_may_change"]) == (2, 0, 1)
    (row, _) = told["prospects"][0]["items"][0]["pictures"]
    assert (row["outcome"], row["code"]) == ("may change", "may_change")


def test_a_picture_that_stays_whatever_the_cover_is_is_told_as_kept(stage: Inside) -> None:
    chosen(stage)
    told = plexsync(stage.data, "sync", "1", "--dry-run", "--json").document
    (row, _) = told["prospects"][0]["items"][0]["pictures"]
    assert (row["outcome"], row["code"]) == ("kept", "kept_person")
    assert told["pictures_may_change"] == 0


def test_a_preview_of_reconcile_counts_no_open_picture_as_nothing_to_do(stage: Inside) -> None:
    stage.sync()
    touch(stage)
    ran = plexsync(stage.data, "reconcile", "--dry-run")
    assert ran.code == 1
    assert "Scene 1 “Scene 1”: a picture may change" in ran.out
    assert "of 2 scenes nothing to do: 1, no more than a picture may change: 1. Preview" in ran.out
    told = plexsync(stage.data, "reconcile", "--dry-run", "--json").document
    assert (told["gaps"], told["pictures"], told["nothing_to_do"]) == (0, 1, 1)
    (found,) = told["found"]
    assert found["items"][0]["pictures"][0]["outcome"] == "may change"
    stage.work()
    assert plexsync(stage.data, "reconcile", "--dry-run").code == 0


def test_a_reconcile_of_some_kinds_leaves_out_scenes_of_which_only_a_picture_would_change(stage: Inside) -> None:
    stage.sync()
    touch(stage)
    told = plexsync(stage.data, "reconcile", "--dry-run", "--kind", "stale", "--json").document
    assert (told["pictures"], told["found"]) == (0, [])
    assert stage.reconcile(kinds=frozenset({GapKind.STALE})).result["pictures"] == 0
    assert stage.reconcile().result["pictures"] == 1


def test_while_dry_run_is_on_a_scene_whose_picture_may_change_is_not_done(stage: Inside) -> None:
    stage.sync()
    stage.reload(dry_run=True)
    touch(stage)
    stage.work()
    job = stage.job(1)
    assert (job.state, job.cause, job.detail["because"]) == (State.WAITING, "dry_run", "pictures")
    said = plexsync(stage.data, "why", "1").out
    assert "the text is right already, but a picture may change" in " ".join(said.split())
    stage.reload(dry_run=False)
    stage.work()
    assert stage.job(1).state is State.DONE
