"""Posters and art follow the rules of fields: a picture that a person chose in Plex stays."""

from __future__ import annotations

import hashlib
import threading
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from inside import Inside, inside, item, scene, small_world

from plexsync.usecases.needs_you import choosing
from plexsync_simulators.rig import TOKEN

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@pytest.fixture
def stage(request: pytest.FixtureRequest) -> Iterator[Inside]:
    world = small_world(scene(1, "a.mp4", cover={"seed": 1}), items=[item("a.mp4")])
    with inside(world, settings=getattr(request, "param", {})) as stage:
        yield stage


def key(stage: Inside) -> str:
    return str(stage.item_of_file("a.mp4")["ratingKey"])


def choose_in_plex(stage: Inside, picture: bytes) -> str:
    """A person uploads a poster in Plex, which selects and locks it; returns what Plex shows then."""
    path = f"{stage.plex.url}/library/metadata/{key(stage)}/posters?X-Plex-Token={TOKEN}"
    DIRECT.open(urllib.request.Request(path, data=picture, method="POST"), timeout=10).close()
    stage.plex.control("POST", f"items/{key(stage)}", {"lock": ["thumb"]})
    return shown(stage)


def shown(stage: Inside) -> str:
    return str(stage.item_of_file("a.mp4")["thumb"]["sha1"])


def other_cover(stage: Inside, seed: int) -> None:
    time.sleep(1.1)  # stamps have whole seconds
    stage.stash.control("POST", "raw_scene", {"id": 1, "cover": {"seed": seed}})
    stage.edit_scene("1", rating100=seed)
    stage.poll()
    stage.work()


def test_a_poster_that_a_person_chose_before_stays_on_the_first_sync(stage: Inside) -> None:
    mine = choose_in_plex(stage, b"mine")
    stage.sync()
    assert shown(stage) == mine
    assert stage.item_of_file("a.mp4")["title"] == "Scene 1"


def test_a_poster_that_a_person_chose_stays_when_the_cover_changes(stage: Inside) -> None:
    stage.sync()
    ours = shown(stage)
    mine = choose_in_plex(stage, b"mine")
    other_cover(stage, 7)
    assert shown(stage) == mine != ours
    stage.plex.control("POST", f"items/{key(stage)}", {"unlock": ["thumb"]})
    other_cover(stage, 8)
    assert shown(stage) not in {mine, ours}, "unlocked, it gives way"
    other_cover(stage, 9)
    entries = [one for one in stage.store.journal.of_scene(1) if one.field.value == "poster"]
    assert [one.state for one in entries] == ["written"] * 3
    assert str(entries[1].before).endswith(mine), "what was selected before"


def test_a_poster_that_a_person_unlocks_gives_way_to_the_same_cover_by_itself(stage: Inside) -> None:
    mine = choose_in_plex(stage, b"mine")
    stage.sync()
    assert shown(stage) == mine
    time.sleep(1.1)  # stamps have whole seconds
    stage.plex.control("POST", f"items/{key(stage)}", {"unlock": ["thumb"]})
    assert not stage.reconcile().gaps
    stage.work()
    assert shown(stage) != mine
    assert "thumb" in stage.item_of_file("a.mp4")["locked"]
    stage.reset_counts()
    stage.reconcile()
    stage.work()
    assert (stage.plex_counts()["POST"], stage.plex_counts()["PUT"]) == (0, 0)


def test_the_second_of_two_covers_under_one_stamp_arrives(stage: Inside) -> None:
    """Stamps have whole seconds, and the first cover may be read in between."""
    stage.sync()
    other_cover(stage, 7)
    first = shown(stage)
    stage.stash.control("POST", "raw_scene", {"id": 1, "cover": {"seed": 8}})
    stage.poll()
    stage.work()
    assert shown(stage) != first


@pytest.mark.parametrize("is_kept", [False, True], ids=["never looked at", "kept once"])
def test_a_poster_that_a_person_puts_over_ours_and_unlocks_gives_way(stage: Inside, *, is_kept: bool) -> None:
    stage.sync()
    mine = choose_in_plex(stage, b"mine")
    if is_kept:
        other_cover(stage, 7)
    assert shown(stage) == mine
    time.sleep(1.1)  # stamps have whole seconds
    stage.plex.control("POST", f"items/{key(stage)}", {"unlock": ["thumb"]})
    stage.reconcile()
    stage.work()
    assert shown(stage) != mine
    assert "thumb" in stage.item_of_file("a.mp4")["locked"]


@pytest.mark.parametrize("was_ours", [False, True], ids=["kept at first", "put over ours"])
def test_the_cover_wins_once_the_policy_is_stash(stage: Inside, *, was_ours: bool) -> None:
    """Nothing is new in Stash then: what was dealt with by another policy is looked at again."""
    if was_ours:
        stage.sync()
    mine = choose_in_plex(stage, b"mine")
    stage.sync()
    assert shown(stage) == mine
    stage.reload(image_poster="stash")
    stage.sync()
    assert shown(stage) != mine


def test_a_cover_that_came_while_the_policy_was_fill_arrives_afterwards(stage: Inside) -> None:
    stage.sync()
    ours = shown(stage)
    stage.reload(image_poster="fill")
    other_cover(stage, 7)
    assert shown(stage) == ours
    stage.reload()
    stage.sync()
    assert shown(stage) != ours


@pytest.mark.parametrize("stage", [{"image_poster": "stash"}], indirect=True)
def test_with_the_policy_stash_the_cover_wins(stage: Inside) -> None:
    mine = choose_in_plex(stage, b"mine")
    stage.sync()
    assert shown(stage) != mine


@pytest.mark.parametrize("stage", [{"image_poster": "fill"}], indirect=True)
def test_with_the_policy_fill_only_a_frame_of_the_video_gives_way(stage: Inside) -> None:
    stage.sync()
    ours = shown(stage)
    other_cover(stage, 7)
    assert shown(stage) == ours


@pytest.mark.parametrize("cover", [None, ""], ids=["null", "empty"])
@pytest.mark.parametrize("policy", ["on", "stash", "fill"])
def test_a_cover_that_is_deleted_in_stash_takes_no_picture_away(policy: str, cover: str | None) -> None:
    """Stash v0.31 has a button for it (recorded scene_cover_null, scene_cover_empty)."""
    world = small_world(scene(1, "a.mp4", cover={"seed": 1}), items=[item("a.mp4")])
    options = {"version": "develop-2026-02"}
    with inside(world, settings={"image_poster": policy}, stash_options=options) as stage:
        stage.sync()
        ours = shown(stage)
        delete_cover(stage, cover)
        assert shown(stage) == ours
        mine = choose_in_plex(stage, b"mine")
        delete_cover(stage, cover)
        assert shown(stage) == mine, "nor a person's"
        other_cover(stage, 7)
        assert (shown(stage) == mine) == (policy != "stash")


def delete_cover(stage: Inside, cover: str | None) -> None:
    time.sleep(1.1)  # stamps have whole seconds
    stage.edit_scene("1", cover_image=cover)
    assert stage.stash.control("GET", "dump")["scenes"][0]["cover"] is None
    before = len(stage.plex.control("GET", "edits"))
    stage.poll()
    stage.work()
    assert len(stage.plex.control("GET", "edits")) == before


def test_a_cover_that_is_deleted_and_set_again_arrives() -> None:
    world = small_world(scene(1, "a.mp4", cover={"seed": 1}), items=[item("a.mp4")])
    with inside(world, stash_options={"version": "develop-2026-02"}) as stage:
        stage.sync()
        ours = shown(stage)
        delete_cover(stage, None)
        other_cover(stage, 7)
        assert shown(stage) != ours


@pytest.mark.parametrize("stage", [{"leave_unlocked": True}], indirect=True)
def test_the_lock_that_plex_sets_itself_is_taken_off(stage: Inside) -> None:
    stage.plex.control("POST", "switches", {"upload_locks": True})
    stage.sync()
    assert "thumb" not in stage.item_of_file("a.mp4")["locked"]
    stage.enqueue(1)
    stage.work()


def scan_anew(stage: Inside, *, covers: bool) -> Any:
    (file,) = stage.stash.control("GET", "dump")["scenes"][0]["files"]
    stage.ask_stash("mutation { sceneDestroy(input: {id: 1}) }")
    stage.poll()
    stage.work()
    add = {name: file[name] for name in ("path", "size", "duration")}
    stage.stash.control("POST", "files", {"add": [add]})
    wanted = str(covers).lower()
    stage.ask_stash(f"mutation {{ metadataScan(input: {{ scanGenerateCovers: {wanted} }}) }}")
    stage.wait_until(lambda: stage.stash.control("GET", "dump")["scenes"], 10)
    for _ in range(3):
        stage.poll()
        stage.work()
    return stage.stash.control("GET", "dump")["scenes"][0]["id"]


@pytest.mark.parametrize("stage", [{}, {"label_all": "From Stash", "policy_labels": "merge"}], indirect=True)
@pytest.mark.parametrize("covers", [True, False])
def test_the_picture_of_a_vanished_scene_stays_until_a_person_sets_a_cover(stage: Inside, *, covers: bool) -> None:
    stage.sync()
    ours = shown(stage)
    anew = scan_anew(stage, covers=covers)
    assert shown(stage) == ours
    stage.edit_scene(anew, title="Edited")
    stage.poll()
    stage.work()
    assert (stage.item_of_file("a.mp4")["title"], shown(stage)) == ("Edited", ours)
    time.sleep(1.1)  # stamps have whole seconds
    stage.stash.control("POST", "raw_scene", {"id": int(anew), "cover": {"seed": 77}})
    stage.edit_scene(anew, rating100=50)
    stage.poll()
    stage.work()
    assert shown(stage) != ours


def test_an_item_that_a_person_unlinked_keeps_its_poster() -> None:
    names = ("hd.mp4", "uhd.mp4")
    world = small_world(scene(1, *names, cover={"seed": 1}), items=[item(name) for name in names])
    with inside(world) as stage:
        stage.sync()
        before = [stage.item_of_file(name)["thumb"]["sha1"] for name in names]
        choosing.unlink(stage.data, 1, str(stage.item_of_file("uhd.mp4")["ratingKey"]), stage.now())
        other_cover(stage, 7)
        hd, uhd = (stage.item_of_file(name)["thumb"]["sha1"] for name in names)
        assert uhd == before[1]
        assert hd != before[0]


def test_a_poster_that_a_person_chooses_while_covers_go_one_by_one_stays() -> None:
    """Their items were read together before: what was read does not hold for long."""
    names = [f"{number}.mp4" for number in range(1, 6)]
    scenes = [scene(number, name, cover={"seed": number}) for number, name in enumerate(names, 1)]
    with inside(small_world(*scenes, items=[item(name) for name in names])) as stage:
        third, last = (stage.item_of_file(name)["ratingKey"] for name in (names[2], names[4]))
        slow = {"match": {"method": "POST", "path_regex": f"/{third}/posters"}, "kind": "slow", "delay_ms": 2500}
        stage.plex.control("POST", "faults", slow)
        person = threading.Thread(target=choose_once_slow, args=(stage, third, last))
        person.start()
        stage.sync()
        person.join()
        assert stage.item_of_file(names[4])["thumb"]["sha1"] == hashlib.sha1(b"mine", usedforsecurity=False).hexdigest()


def choose_once_slow(stage: Inside, slow: str, chosen: str) -> None:
    """Choose a poster of an item as soon as the other one's is on its way."""
    path = f"/library/metadata/{slow}/posters"
    while not any(one["method"] == "POST" and one["path"] == path for one in requests(stage)):
        time.sleep(0.05)
    stage.ask_plex("POST", f"/library/metadata/{chosen}/posters", b"mine")
    stage.plex.control("POST", f"items/{chosen}", {"lock": ["thumb"]})


def requests(stage: Inside) -> list[dict[str, Any]]:
    return list(stage.plex.control("GET", "requests")["requests"])
