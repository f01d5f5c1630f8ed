"""Events in the life of libraries and the server, told by Plex or found by a listing: the end is the same."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest
from inside import Inside, item
from plex_life import ClientGone, Life, file_name, life_world, lived, path_of

from plexsync_simulators.shared.json_type import Json

WAYS = ["told", "unnoticed"]
OTHER = {"key": "2", "title": "Other", "type": "movie", "agent": "tv.plex.agents.movie", "language": "en-US"}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def life(way: str) -> Iterator[Life]:
    with lived(way, life_world(3), settings={"plex_libraries": "Movies"}) as life:
        life.rest()
        yield life


def words(life: Life, caplog: pytest.LogCaptureFixture) -> str:
    return caplog.text if isinstance(life, ClientGone) else life.stage.log()


def test_a_renamed_library_goes_on_under_its_old_name(life: Life, caplog: pytest.LogCaptureFixture) -> None:
    began = time.time()
    with caplog.at_level(logging.WARNING, "plexsync"):
        life.control("POST", "sections/1", {"title": "Films"})
        life.edit(1, set={"Genre": ["Alpha"]}, lock=True)
        life.control("POST", "sections/1/scan")
        life.see(lambda: life.is_right(1) and "library Movies" in words(life, caplog))
        life.rest()
    assert words(life, caplog).count("library Movies is called Films now") == 1
    edits = life.control("GET", f"edits?after={began}")
    assert [[str(key) for key in edit["ids"]] for edit in edits] == [[life.key(1)]], "nothing else was written"


def test_a_folder_taken_out_and_put_in_again(life: Life) -> None:
    life.control("POST", "sections/1", {"locations": ["/elsewhere"]})
    life.see(lambda: [life.cause(one) for one in (1, 2, 3)] == ["unmapped"] * 3)
    life.rest()
    life.control("POST", "sections/1", {"locations": ["/elsewhere", "/media"]})
    life.control("POST", "sections/1/scan")
    life.see(lambda: all(map(life.is_right, (1, 2, 3))))
    life.see(lambda: life.tied(1) == {life.key(1)})


@pytest.mark.parametrize(("way", "removal_events"), [("told", True), ("unnoticed", True), ("unnoticed", False)])
def test_a_library_removed_and_made_anew(way: str, *, removal_events: bool) -> None:
    world = life_world(3)
    world.plex["sections"].append({**OTHER, "locations": ["/other"], "items": []})
    with lived(way, world) as life:
        life.rest()
        life.switch(removal_events=removal_events)
        life.control("DELETE", "sections/1")
        life.see(lambda: [life.cause(one) for one in (1, 2, 3)] == ["unmapped"] * 3)
        anew = {**OTHER, "key": "3", "title": "Movies", "locations": ["/media"]}
        items = [item(file_name(one)) for one in (1, 2, 3)]
        life.control("POST", "library", {"sections": [{**anew, "items": items}]})
        life.control("POST", "sections/3/scan")
        life.see(lambda: all(map(life.is_right, (1, 2, 3))))


def owned(life: Life) -> Json:
    """A value of a person on each item of another server: a genre, and on one a title, both locked."""
    document: Json = life.control("GET", "dump")
    items = document["sections"][0]["items"]
    keys = [one["ratingKey"] for one in items]
    other: list[Json] = []
    for one, key in zip(items, keys[1:] + keys[:1], strict=True):
        media = [{"parts": [{"path": part["path"], "size": part["size"]}]} for part in one["media"][0]["parts"]]
        other.append({"ratingKey": key, "media": media, "Genre": ["Beta", "Mine"], "locked": ["genre"]})
    other[0] |= {"title": "Mine", "locked": ["genre", "title"]}
    return {"sections": [{**document["sections"][0], "items": other}]}


def test_another_server_at_the_address_is_given_what_is_its_own(way: str) -> None:
    """The old keys name other films there, and the values of its own people stand where ours were."""
    with lived(way, life_world(4)) as life:
        life.stage.edit_scene("2", tag_ids=["1"])
        life.see(lambda: life.cause(2) == "" and (life.item(2) or {})["Genre"] == ["Alpha"])
        life.rest()
        keys = {one: life.key(one) for one in (1, 2, 3, 4)}
        document = owned(life)
        life.control("POST", "replace", {"machine_id": "f" * 40, "library": document})
        assert all(life.key(one) != keys[one] for one in keys)
        life.stage.reset_counts()
        life.stage.edit_scene("2", details="About 2, edited.")
        life.see(lambda: (life.item(2) or {})["summary"] == "About 2, edited.")
        shown = life.item(2)
        assert shown is not None
        assert set(shown["Genre"]) == {"Alpha", "Beta", "Mine"}, "Beta is a person's here, whatever we left elsewhere"
        life.rest()
        for one in (1, 3, 4):
            assert life.stage.job(one).origin != "plex", "another server is filled when somebody asks for it"
        sync_all(life)
        for one in (1, 2, 3, 4):
            shown = life.item(one)
            assert shown is not None
            assert set(shown["Genre"]) == {"Alpha", "Beta", "Mine"}
            assert shown["title"] == ("Mine" if one == 1 else f"Scene {one}")
            assert shown["thumb"]["sha1"] == life.posters[one]


def sync_all(life: Life) -> None:
    if isinstance(life.stage, Inside):
        life.stage.sync()
    else:
        life.stage.sync_all()
        life.stage.rig_idle()


def test_the_right_server_is_known_again_after_a_wrong_one() -> None:
    with lived("unnoticed", life_world(3)) as life, lived("unnoticed", life_world(3)) as wrong:
        stage = life.stage
        assert isinstance(stage, Inside)
        wrong.control("POST", "replace", {"machine_id": "f" * 40})
        before = {one: life.key(one) for one in (1, 2, 3)}
        stage.reload(plex_url=wrong.stage.plex.url)
        life.settle()
        stage.edit_scene("1", tag_ids=["1"])
        stage.edit_scene("2", title="Edited meanwhile")
        stage.poll()
        life.settle()
        assert wrong.stage.items()[path_of(2)]["title"] == "Edited meanwhile", (
            "this one was asked for at the wrong time"
        )
        stage.reload()
        life.settle()
        assert {one: life.key(one) for one in (1, 2, 3)} == before
        assert genres(life, 1) == ["Alpha"], "what Stash dropped meanwhile is taken away"
        assert (life.item(2) or {})["title"] == "Edited meanwhile"
        stage.edit_scene("3", tag_ids=["2"])
        stage.poll()
        life.settle()
        assert genres(life, 3) == ["Beta"], "it is still known that Alpha was ours"
        life.stage.reset_counts()
        assert stage.reconcile().gaps == {}


def genres(life: Life, one: int) -> Any:
    return (life.item(one) or {})["Genre"]
