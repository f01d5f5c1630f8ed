"""A cover costs one upload where the server shows what it is given; on any other server it arrives all the same."""

from __future__ import annotations

import base64
import hashlib
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from inside import Inside, inside, item, scene, small_world

from plexsync.store.jobs import State
from plexsync_simulators.rig import TOKEN
from plexsync_simulators.shared.json_type import Json
from plexsync_simulators.world import World

SCENES = 200
FEW = 12
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def jpeg(number: int) -> bytes:
    return b"\xff\xd8\xff" + f"cover {number} ".encode() * 40


def world_of(scenes: int) -> World:
    names = [f"{number}.mp4" for number in range(1, scenes + 1)]
    covers = [base64.b64encode(jpeg(number)).decode() for number in range(1, scenes + 1)]
    return small_world(
        *(scene(number, name, cover=cover) for number, (name, cover) in enumerate(zip(names, covers, strict=True), 1)),
        items=[item(name) for name in names],
    )


@pytest.fixture
def stage(request: pytest.FixtureRequest) -> Iterator[Inside]:
    with inside(world_of(FEW), settings=getattr(request, "param", {})) as stage:
        yield stage


def switch(stage: Inside, **switches: Any) -> None:
    stage.plex.control("POST", "switches", switches)


def shown(stage: Inside, number: int) -> str:
    return str(stage.item_of_file(f"{number}.mp4")["thumb"]["sha1"])


def wanted(number: int, *, recoded: bool = False) -> str:
    return hashlib.sha1(jpeg(number) + (b"encoded anew" if recoded else b"")).hexdigest()


def all_arrived(stage: Inside, *, recoded: bool = False, locked: bool = True) -> None:
    for number in range(1, FEW + 1):
        assert shown(stage, number) == wanted(number, recoded=recoded), number
        assert ("thumb" in stage.item_of_file(f"{number}.mp4")["locked"]) is locked, number
        assert stage.job(number).state is State.DONE
    written = [one.state for number in range(1, FEW + 1) for one in stage.store.journal.of_scene(number)]
    assert set(written) == {"written"}


def nothing_more(stage: Inside) -> None:
    """A second run, and covers that are looked at anew, send nothing."""
    time.sleep(0.3)  # a list may lack what has just come
    stage.reset_counts()
    stage.sync()
    stage.store.links.doubt_covers(range(1, FEW + 1))
    stage.sync()
    assert Counter(stage.plex_counts())["POST pictures"] == 0
    assert Counter(stage.plex_counts())["PUT"] == 0


def another_cover(stage: Inside, number: int, by: int) -> None:
    cover = base64.b64encode(jpeg(by)).decode()
    stage.stash.control(
        "POST", "raw_scene", {"id": number, "cover": cover, "updated_at": f"20{30 + by % 60}-01-01T00:00:00Z"}
    )
    stage.enqueue(number)
    stage.work()


@pytest.mark.parametrize("locks", [False, True])
def test_what_a_first_sync_with_covers_costs(*, locks: bool) -> None:
    with inside(world_of(SCENES)) as stage:
        switch(stage, upload_locks=locks, write_ms=5)
        stage.reset_counts()
        stage.sync()
        counts = Counter(stage.plex_counts())
        assert counts["POST"] == SCENES
        assert counts["GET"] + counts["POST"] + counts["PUT"] <= 2.2 * SCENES, counts
        assert all(shown(stage, number) == wanted(number) for number in range(1, SCENES + 1))
        assert all("thumb" in one["locked"] for one in stage.items().values())


READINGS = [
    {},
    {"upload_locks": True},
    {"upload_selects": False},
    {"upload_selects": False, "upload_locks": True},
    {"poster_recode": True},
    {"poster_recode": True, "upload_locks": True},
    {"poster_recode": True, "upload_selects": False},
    {"poster_delay_ms": 200.0},
    {"poster_recode": True, "poster_delay_ms": 200.0},
    {"poster_moves_updated": False},
    {"poster_moves_updated": False, "upload_selects": False},
]


@pytest.mark.parametrize("reading", READINGS, ids=lambda reading: ",".join(reading) or "plain")
def test_covers_arrive_on_every_kind_of_server_once(stage: Inside, reading: Json) -> None:
    switch(stage, **reading)
    stage.sync()
    recoded = "poster_recode" in reading
    all_arrived(stage, recoded=recoded)
    assert Counter(stage.plex_counts())["POST"] == FEW
    nothing_more(stage)
    another_cover(stage, 3, 33)
    assert shown(stage, 3) == wanted(33, recoded=recoded), "what Plex shows is known as ours, whatever it calls it"
    another_cover(stage, 3, 3)
    assert shown(stage, 3) == wanted(3, recoded=recoded)


@pytest.mark.parametrize(
    ("reading", "each"),
    [({}, 1), ({"upload_selects": False}, 2), ({"poster_recode": True}, 3), ({"poster_moves_updated": False}, 2)],
    ids=str,
)
def test_what_a_server_does_is_found_out_once(stage: Inside, reading: Json, each: int) -> None:
    """One or two more requests for each cover at most, and a few for the first of them and for all together."""
    switch(stage, **reading)
    stage.enqueue(*range(1, FEW + 1))
    assert stage.worker.turn()
    time.sleep(1.1)  # an address that tells of another picture has another second in it
    stage.work()
    asked = stage.plex.control("GET", "requests")["requests"]
    own = [one for one in asked if one["kind"] in {"pictures", "picture"}]
    assert len(own) <= each * FEW + 4, Counter(one["method"] for one in own)
    all_arrived(stage, recoded="poster_recode" in reading)


@pytest.mark.parametrize("stage", [{"leave_unlocked": True}], indirect=True)
def test_locks_that_the_server_sets_itself_are_taken_off_together(stage: Inside) -> None:
    switch(stage, upload_locks=True)
    stage.sync()
    all_arrived(stage, locked=False)
    puts = stage.plex.control("GET", "edits?after=0")
    assert sum(("thumb.locked", "0") in map(tuple, one["params"]) for one in puts) == 1


def kill_at_pictures(stage: Inside, number: int) -> None:
    """Work until so many pictures of a batch are sent, and begin another life: the batch is never gone on with."""
    stop = SentPictures(stage, number)
    stage.worker.turn(stop)
    assert stop.is_set()
    stage.begin_life()


class SentPictures(threading.Event):
    """A stop that comes once so many pictures were sent."""

    def __init__(self, stage: Inside, number: int) -> None:
        super().__init__()
        self._stage = stage
        self._number = number

    def is_set(self) -> bool:
        return Counter(self._stage.plex_counts())["POST"] >= self._number


KILLED = [
    {},
    {"upload_locks": True},
    {"upload_selects": False},
    {"poster_recode": True, "upload_locks": True},
]


@pytest.mark.parametrize("reading", KILLED, ids=lambda reading: ",".join(reading) or "plain")
def test_a_kill_between_upload_and_note_sends_nothing_twice_and_disowns_nothing(stage: Inside, reading: Json) -> None:
    switch(stage, **reading)
    stage.enqueue(*range(1, FEW + 1))
    assert stage.worker.turn()
    stage.reset_counts()
    kill_at_pictures(stage, 5)
    stage.work()
    recoded = "poster_recode" in reading
    all_arrived(stage, recoded=recoded)
    assert Counter(stage.plex_counts())["POST"] == FEW
    nothing_more(stage)
    for number in (2, 4):
        another_cover(stage, number, 30 + number)
        assert shown(stage, number) == wanted(30 + number, recoded=recoded), "it is known as ours"


@pytest.mark.parametrize("stage", [{"leave_unlocked": True}], indirect=True)
def test_a_kill_leaves_no_lock_that_the_server_set_itself(stage: Inside) -> None:
    switch(stage, upload_locks=True)
    stage.enqueue(*range(1, FEW + 1))
    assert stage.worker.turn()
    kill_at_pictures(stage, 5)
    stage.work()
    all_arrived(stage, locked=False)


def test_a_cover_that_changes_while_nobody_knows_whether_the_last_one_arrived_replaces_it(stage: Inside) -> None:
    switch(stage, upload_locks=True)
    stage.enqueue(*range(1, FEW + 1))
    assert stage.worker.turn()
    kill_at_pictures(stage, 5)
    for number in range(1, FEW + 1):
        cover = base64.b64encode(jpeg(50 + number)).decode()
        stage.stash.control("POST", "raw_scene", {"id": number, "cover": cover})
    stage.work()
    for number in range(1, FEW + 1):
        assert shown(stage, number) == wanted(50 + number), "our own locked picture is no person's"


def choose(stage: Inside, number: int, picture: bytes) -> str:
    """A person uploads a poster in Plex, which selects and locks it."""
    key = stage.item_of_file(f"{number}.mp4")["ratingKey"]
    path = f"{stage.plex.url}/library/metadata/{key}/posters?X-Plex-Token={TOKEN}"
    DIRECT.open(urllib.request.Request(path, data=picture, method="POST"), timeout=10).close()
    stage.plex.control("POST", f"items/{key}", {"lock": ["thumb"]})
    return shown(stage, number)


@pytest.mark.parametrize("reading", [{}, {"poster_moves_updated": False}, {"poster_recode": True}], ids=str)
def test_a_poster_that_a_person_locked_is_never_uploaded_over(stage: Inside, reading: Json) -> None:
    switch(stage, **reading)
    mine = {number: choose(stage, number, b"\xff\xd8\xff mine") for number in (1, 6, FEW)}
    stage.sync()
    assert {number: shown(stage, number) for number in mine} == mine
    assert shown(stage, 2) == wanted(2, recoded="poster_recode" in reading)


@pytest.mark.parametrize("reading", [{}, {"poster_moves_updated": False}, {"poster_recode": True}], ids=str)
def test_a_poster_that_a_person_chooses_while_covers_are_sent_stays(stage: Inside, reading: Json) -> None:
    switch(stage, **reading)
    stage.enqueue(*range(1, FEW + 1))
    assert stage.worker.turn()
    stage.reset_counts()
    chosen: list[str] = []

    class Then(SentPictures):
        def is_set(self) -> bool:
            if not chosen and super().is_set():
                chosen.append(choose(stage, 3, b"\xff\xd8\xff mine"))
            return False

    stage.worker.turn(Then(stage, 5))
    stage.work()
    assert chosen == [shown(stage, 3)]
    another_cover(stage, 3, 33)
    assert chosen == [shown(stage, 3)]


def test_another_server_that_takes_the_place_before_the_covers_gets_none_on_another_film(stage: Inside) -> None:
    stage.enqueue(*range(1, FEW + 1))
    assert stage.worker.turn()
    stage.plex.control("POST", "replace", {"keys": "rotated"})
    for _ in range(3):
        stage.worker.turn()
    assert {shown(stage, number) for number in range(1, FEW + 1)} == {"None"}
    stage.later += 60
    stage.work()
    stage.sync()
    all_arrived(stage)


def test_an_item_that_plex_refuses_to_lock_or_has_lost_costs_only_itself(stage: Inside) -> None:
    stage.enqueue(*range(1, FEW + 1))
    assert stage.worker.turn()
    switch(stage, broken_edits=stage.item_of_file("3.mp4")["ratingKey"])
    stage.reset_counts()
    lost: list[str] = []

    class Then(SentPictures):
        def is_set(self) -> bool:
            if not lost and super().is_set():
                lost.append(stage.item_of_file("4.mp4")["ratingKey"])
                stage.plex.control("DELETE", f"items/{lost[0]}")
            return False

    stage.worker.turn(Then(stage, 7))
    for number in {*range(1, FEW + 1)} - {3, 4}:
        assert shown(stage, number) == wanted(number)
        assert "thumb" in stage.item_of_file(f"{number}.mp4")["locked"]


def test_a_save_overtakes_a_long_row_of_covers(stage: Inside) -> None:
    stage.enqueue(*range(1, FEW + 1))
    assert stage.worker.turn()
    stage.reset_counts()
    sent: list[int] = []

    class Then(SentPictures):
        def is_set(self) -> bool:
            count = Counter(stage.plex_counts())["POST"]
            if not sent and count >= 3:
                sent.append(count)
                stage.edit_scene("2", title="Saved meanwhile")
                stage.poll()
            elif len(sent) == 1 and stage.item_of_file("2.mp4")["title"] == "Saved meanwhile":
                sent.append(count)
            return False

    stage.worker.turn(Then(stage, 3))
    assert len(sent) == 2
    assert sent[1] - sent[0] <= 1, "before the other covers"
    stage.work()
    all_arrived(stage)
    assert Counter(stage.plex_counts())["POST"] == FEW


def test_a_cover_whose_upload_got_no_answer_is_known_as_ours(stage: Inside) -> None:
    """Plex took and locked it and the connection broke; then the cover changed in Stash."""
    switch(stage, upload_locks=True)
    stage.enqueue(*range(1, FEW + 1))
    assert stage.worker.turn()
    fault = {"match": {"method": "POST"}, "kind": "reset", "when": "after", "times": 6}
    stage.plex.control("POST", "faults", [fault])
    stage.worker.turn()
    stage.plex.control("POST", "faults", [])
    assert shown(stage, 1) == wanted(1)
    stage.begin_life()
    another_cover(stage, 1, 50)
    assert shown(stage, 1) == wanted(50), "our own locked picture is no person's"


@pytest.mark.parametrize("stage", [{"image_poster": "fill"}], indirect=True)
def test_where_only_a_frame_gives_way_the_list_is_read_for_each(stage: Inside) -> None:
    theirs = choose(stage, 6, b"\xff\xd8\xff theirs")
    stage.plex.control("POST", f"items/{stage.item_of_file('6.mp4')['ratingKey']}", {"unlock": ["thumb"]})
    stage.sync()
    assert shown(stage, 6) == theirs
    assert shown(stage, FEW) == wanted(FEW)


def test_an_item_that_plex_cannot_give_costs_only_its_own_scene(stage: Inside) -> None:
    stage.enqueue(*range(1, FEW + 1))
    assert stage.worker.turn()
    switch(stage, broken_reads=stage.item_of_file("3.mp4")["ratingKey"])
    stage.worker.turn()
    assert [number for number in range(1, FEW + 1) if shown(stage, number) != wanted(number)] == [3]
    assert [number for number in range(1, FEW + 1) if stage.job(number).state is not State.DONE] == [3]


BREAKS = {
    # The first cover takes two lists besides. A list for the broken one would fail too, and cost all others.
    "plex": {"match": {"path_regex": "/posters"}, "kind": "reset", "skip": 9, "times": 20},
    "stash": {"match": {"path_regex": "/screenshot"}, "kind": "reset", "skip": 7, "times": 3},
}


@pytest.mark.parametrize("server", BREAKS)
def test_a_server_that_fails_in_the_middle_of_a_round_costs_only_the_cover_at_which_it_did(
    stage: Inside, server: str
) -> None:
    """One read tells what Plex had taken by then, and not a list for each."""
    stage.enqueue(*range(1, FEW + 1))
    assert stage.worker.turn()
    time.sleep(1.1)  # an address that tells of another picture has another second in it
    stage.reset_counts()
    {"plex": stage.plex, "stash": stage.stash}[server].control("POST", "faults", [BREAKS[server]])
    stage.worker.turn()
    assert [number for number in range(1, FEW + 1) if stage.job(number).state is State.DONE] == list(range(1, 8))
    for one in (stage.plex, stage.stash):
        one.control("POST", "faults", [])
    stage.later += 60
    stage.work()
    assert all(shown(stage, number) == wanted(number) for number in range(1, FEW + 1))
    assert all(stage.job(number).state is State.DONE for number in range(1, FEW + 1))
    asked = stage.plex.control("GET", "requests")["requests"]
    lists = [one for one in asked if one["kind"] == "pictures" and one["method"] == "GET"]
    assert len(lists) <= 4, "two for the first one of all, and two for the broken one"
    images = [one for one in stage.stash.control("GET", "requests") if one["kind"] == "image"]
    assert len(images) <= FEW + 3
