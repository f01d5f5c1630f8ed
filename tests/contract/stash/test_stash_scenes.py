"""Reading scenes: recorded answers, and the traps on a simulated server that has them all."""

from __future__ import annotations

import json
from itertools import islice

import pytest
from canned import Asked, Reply, canned
from stash_canned import client_of, data, recorded, recording

from plexsync.domain.errors import BadAnswer, Unsupported
from plexsync.domain.model import Entity, EntityKind, SceneFile
from plexsync.stash import capabilities, parsing, scenes
from plexsync.stash.changes import file_watch
from plexsync.stash.client import QueryFailed
from plexsync_simulators.shared.json_type import Json

FULL = recording("graphql/find_scenes_full.json")["response"]["body"]["data"]["findScenes"]["scenes"]


def test_the_recorded_scenes_become_scenes() -> None:
    found = {scene.id: scene for scene in map(parsing.scene, FULL)}
    rows = {int(row["id"]): row for row in FULL}
    assert found.keys() == rows.keys()
    for id_, scene in found.items():
        row = rows[id_]
        assert (scene.title, scene.date, scene.rating100) == (row["title"], row["date"] or "", row["rating100"])
        assert [one.name for one in scene.performers] == [one["name"] for one in row["performers"]]
        assert [one.name for one in scene.groups] == [one["group"]["name"] for one in row["groups"]]
        assert [one.path for one in scene.files] == [one["path"] for one in row["files"]]
        assert (scene.created_at, scene.updated_at) == (row["created_at"], row["updated_at"])


def test_the_recordings_hold_what_is_hard() -> None:
    found = {scene.id: scene for scene in map(parsing.scene, FULL)}
    assert {scene.date for scene in found.values()} >= {"2024", ""}
    assert any(not scene.files for scene in found.values())
    assert any(not scene.title for scene in found.values())
    assert found[1].files == (SceneFile("/data/media/lib/blue.mp4", 1959, 1.4),)


def test_a_studio_has_its_parent() -> None:
    with_studio = next(row for row in FULL if row["studio"] and row["studio"]["parent_studio"])
    studio, parent = with_studio["studio"], with_studio["studio"]["parent_studio"]
    expected = Entity(int(studio["id"]), studio["name"], Entity(int(parent["id"]), parent["name"]))
    assert parsing.scene(with_studio).studio == expected


def test_texts_that_are_null_are_empty() -> None:
    bare = {**FULL[0], "title": None, "details": None, "date": None, "director": None, "studio": None}
    scene = parsing.scene(bare)
    assert (scene.title, scene.details, scene.date, scene.director, scene.studio) == ("", "", "", "", None)


def test_no_ids_no_question() -> None:
    with canned(data({})) as server, client_of(server.url) as client:
        assert scenes.read(client, []) == scenes.Read({}, frozenset(), {})
    assert server.asked == []


def test_a_scene_that_stash_fails_at_is_told_and_stops_no_other() -> None:
    """Asked for with others it fails them all; the batch is halved until it stands alone."""
    row = json.loads(recorded("graphql/find_scenes_full.json").body)["data"]["findScenes"]["scenes"][0]

    def answer(asked: Asked) -> Reply:
        if b"Readiness" in asked.body:
            return data({"systemStatus": {"status": "OK"}})
        ids = json.loads(asked.body)["variables"]["ids"]
        if 4 in ids:
            return Reply(body=b'{"errors": [{"message": "converting NULL to string"}], "data": null}')
        return data({"findScenes": {"scenes": [{**row, "id": str(id_)} for id_ in ids]}})

    with canned(answer) as server, client_of(server.url) as client:
        read = scenes.read(client, [1, 2, 3, 4, 5, 6, 7, 8])
    assert sorted(read.scenes) == [1, 2, 3, 5, 6, 7, 8]
    assert (read.gone, read.unreadable) == (frozenset(), {4: "converting NULL to string"})
    assert sum(b"Readiness" not in asked.body for asked in server.asked) == 7


def test_something_else_that_is_not_found_ends_in_an_error_and_not_in_a_loop() -> None:
    def answer(asked: Asked) -> Reply:
        if b"Existing" in asked.body:
            return data({"s4": {"id": "4"}})
        return Reply(body=b'{"errors": [{"message": "file with id 9 not found"}], "data": null}')

    with canned(answer) as server, client_of(server.url) as client, pytest.raises(QueryFailed, match="file with id 9"):
        scenes.read(client, [4])
    assert len(server.asked) == 2


def test_a_listing_whose_ids_do_not_rise_is_a_bad_answer() -> None:
    columns = dict.fromkeys(("title", "date", "director", "rating100", "studio"))
    row: Json = {"id": "3", "created_at": "", "updated_at": "", "files": [], "organized": False, **columns}
    with canned(data({"findScenes": {"scenes": [row]}})) as server, client_of(server.url) as client:
        pages = scenes.listing(client, page=1)
        assert [scene.id for scene in next(pages).scenes] == [3]
        with pytest.raises(BadAnswer):
            next(pages)


def test_a_page_whose_ids_fall_is_a_bad_answer_and_no_endless_listing() -> None:
    """Found by fuzzing: what follows the last id of such a page is the page itself."""
    columns = dict.fromkeys(("title", "date", "director", "rating100", "studio"))
    stamps = {"created_at": "", "updated_at": "", "files": [], "organized": False}
    rows: list[Json] = [{"id": id_, **stamps, **columns} for id_ in ("3", "2")]
    with canned(data({"findScenes": {"scenes": rows}})) as server, client_of(server.url) as client:
        with pytest.raises(BadAnswer):
            list(islice(scenes.listing(client, page=2), 9))
        assert len(server.asked) == 1


def test_a_row_that_makes_no_sense_hides_no_other() -> None:
    columns = dict.fromkeys(("title", "date", "director", "rating100", "studio"))
    row: Json = {"created_at": "", "updated_at": "", "files": [], "organized": False, **columns}
    rows = [{"id": "3", **row}, {"id": "4", **row, "title": 7, "files": [{"path": "/d/4.mp4"}]}, {"id": "5", **row}]
    with canned(data({"findScenes": {"scenes": rows}})) as server, client_of(server.url) as client:
        (page,) = scenes.listing(client)
    assert (page.ids, [scene.id for scene in page.scenes]) == ((3, 4, 5), [3, 5])
    (left_out,) = page.left_out
    assert (left_out.key, left_out.path) == ("4", "/d/4.mp4")
    assert "a number in place of a text" in left_out.problem


@pytest.mark.parametrize("ids", [("3", "7"), ("3", "3")])
def test_a_scene_that_nobody_asked_for_makes_no_other_pass_for_gone(ids: tuple[str, ...]) -> None:
    columns = dict.fromkeys(("title", "date", "director", "rating100", "studio"))
    row: Json = {"created_at": "", "updated_at": "", "files": [], "organized": False, **columns}
    rows = [{"id": id_, **row} for id_ in ids]
    answer = data({"findScenes": {"scenes": rows}})
    with canned(answer) as server, client_of(server.url) as client, pytest.raises(BadAnswer):
        scenes.read(client, [3, 4])


@pytest.mark.parametrize("wrong", [{"updated_at": 7}, {"created_at": None}, {"updated_at": "10000-01-01T00:00:00Z"}])
def test_a_stamp_that_is_none_costs_no_scene(wrong: Json) -> None:
    columns = dict.fromkeys(("title", "date", "director", "rating100", "studio"))
    row: Json = {"created_at": "", "updated_at": "", "files": [], "organized": False, **columns}
    with canned(data({"findScenes": {"scenes": [{"id": "3", **row, **wrong}]}})) as server, client_of(server.url) as c:
        (page,) = scenes.listing(c)
    assert [scene.id for scene in page.scenes] == [3]


def test_a_row_without_an_id_ends_no_listing() -> None:
    columns = dict.fromkeys(("title", "date", "director", "rating100", "studio"))
    row: Json = {"created_at": "", "updated_at": "", "files": [], "organized": False, **columns}
    rows = [{"id": "3", **row}, {"id": None, **row, "title": "Lost"}]
    with canned(data({"findScenes": {"scenes": rows}})) as server, client_of(server.url) as client:
        (page,) = scenes.listing(client)
    assert page.ids == (3,)
    assert [one.title for one in page.left_out] == ["Lost"]


def test_one_of_many_scenes_that_makes_no_sense_is_named_and_the_others_are_read() -> None:
    good = recording("graphql/find_scenes_full.json")["response"]["body"]["data"]["findScenes"]["scenes"][0]
    rows = [{**good, "id": "1"}, {**good, "id": "2", "details": [1]}]
    with canned(data({"findScenes": {"scenes": rows}})) as server, client_of(server.url) as client:
        read = scenes.read(client, [1, 2])
    assert list(read.scenes) == [1]
    assert list(read.unreadable) == [2]
    assert read.gone == frozenset()


def test_a_page_of_which_no_row_makes_sense_is_a_bad_answer() -> None:
    with (
        canned(data({"findScenes": {"scenes": [{"id": "3"}, {"id": "4"}]}})) as server,
        client_of(server.url) as client,
        pytest.raises(BadAnswer),
    ):
        list(scenes.listing(client))


@pytest.fixture(params=["studio", "tag", "group", "performer"])
def kind(request: pytest.FixtureRequest) -> EntityKind:
    return EntityKind(request.param)


def test_recorded_entities(kind: EntityKind) -> None:
    reply = recorded(f"graphql/find_{kind.value}s.json")
    with canned(reply) as server, client_of(server.url) as client:
        found = scenes.entities(client, kind)
    rows = recording(f"graphql/find_{kind.value}s.json")["response"]["body"]["data"][f"find{kind.value.title()}s"]
    assert {str(id_): one.name for id_, one in found.items()} == {
        row["id"]: row["name"] for row in rows[f"{kind.value}s"]
    }
    if kind is EntityKind.STUDIO:
        assert found[2].parent_id == 1


def test_the_recorded_database_path() -> None:
    with canned(recorded("graphql/configuration_general.json")) as server, client_of(server.url) as client:
        assert file_watch.database_path(client, "") == "/root/.stash/stash-go.sqlite"


def test_a_server_without_groups_is_too_old() -> None:
    told = {
        "version": {"version": "v0.26.2"},
        "query": {"fields": [{"name": "findScenes"}]},
        "scene": {"fields": [{"name": "movies"}]},
        "filter": {"inputFields": [{"name": "id"}, {"name": "updated_at"}]},
    }
    with canned(data(told)) as server, client_of(server.url) as client, pytest.raises(Unsupported) as old:
        capabilities.detect(client)
    assert old.value.data == {"server": "stash", "version": "v0.26.2", "missing": "findGroups, groups"}


def test_all_ids_come_without_anything_else_page_by_page() -> None:
    def answer(asked: Asked) -> Reply:
        after = json.loads(asked.body)["variables"]["after"]
        return data({"findScenes": {"scenes": [{"id": str(id_)} for id_ in range(after + 1, min(after + 3, 6))]}})

    with canned(answer) as server, client_of(server.url) as client:
        assert list(scenes.all_ids(client, page=2)) == [(1, 2), (3, 4), (5,)]
    assert all(b"files" not in asked.body and b"title" not in asked.body for asked in server.asked)
