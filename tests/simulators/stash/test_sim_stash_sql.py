"""SQL through the simulated Stash: what a statement touches moves, no time stamp does, no hook fires."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sim_stash_client import BareStash
from sim_stash_library import DEVELOP, library, recorded
from sim_stash_plugin import Recorder

from plexsync_simulators.process import start_stash

EXEC = "mutation E($s:String!,$a:[Any]){execSQL(sql:$s,args:$a){rows_affected last_insert_id}}"
QUERY = "mutation Q($s:String!,$a:[Any]){querySQL(sql:$s,args:$a){columns rows}}"


@pytest.fixture
def recorder(tmp_path: Path) -> Recorder:
    return Recorder(tmp_path / "plugins")


@pytest.fixture
def stash(tmp_path: Path, recorder: Recorder) -> Iterator[BareStash]:
    with start_stash(dir=tmp_path, library=library(), version=DEVELOP) as process:
        process.control("POST", "clock_offset", {"seconds": 500})
        yield BareStash(process)
    assert recorder.take() == []


def moved(tmp_path: Path) -> int:
    return (tmp_path / "stash-go.sqlite-wal").stat().st_mtime_ns


def execute(stash: BareStash, sql: str, *args: Any) -> int:
    affected: int = stash.data(EXEC, s=sql, a=list(args))["execSQL"]["rows_affected"]
    return affected


def query(stash: BareStash, sql: str, *args: Any) -> Any:
    return stash.data(QUERY, s=sql, a=list(args))["querySQL"]


SCENE = (
    "{findScene(id:4){title date rating100 organized studio{id} tags{id} performers{id} groups{group{id} scene_index}}}"
)


@pytest.mark.parametrize(
    ("sql", "shows"),
    [
        ("UPDATE scenes SET title = 'x', rating = 15 WHERE id = 4", {"title": "x", "rating100": 15}),
        ("UPDATE scenes SET studio_id = NULL, organized = 0 WHERE id = 4", {"studio": None, "organized": False}),
        ("UPDATE scenes SET title = NULL, date = '2001-02-03' WHERE id = 4", {"title": "", "date": "2001-02-03"}),
        ("DELETE FROM scenes_tags WHERE scene_id = 4", {"tags": []}),
        (
            "DELETE FROM performers_scenes WHERE scene_id = 4 AND performer_id = 1",
            {"performers": [{"id": "3"}, {"id": "4"}]},
        ),
        ("INSERT INTO scenes_tags (scene_id, tag_id) VALUES (4, 1)", {"tags": [{"id": "2"}, {"id": "3"}, {"id": "1"}]}),
        ("DELETE FROM groups_scenes", {"groups": []}),
        (
            "UPDATE groups_scenes SET scene_index = 9 WHERE scene_id = 4",
            {"groups": [{"group": {"id": "1"}, "scene_index": 9}]},
        ),
    ],
)
def test_a_statement_changes_what_it_names_and_nothing_more(
    stash: BareStash, tmp_path: Path, sql: str, shows: dict[str, Any]
) -> None:
    before, times, file = stash.data(SCENE)["findScene"], stash.process.control("GET", "times"), moved(tmp_path)
    time.sleep(0.01)
    assert execute(stash, sql) >= 1
    own = stash.data(SCENE)["findScene"]
    assert {**own, "tags": sorted(own["tags"], key=str)} == {
        **before,
        "tags": sorted(before["tags"], key=str),
        **shows,
        **({"tags": sorted(shows["tags"], key=str)} if "tags" in shows else {}),
    }
    assert stash.process.control("GET", "times") == times
    assert moved(tmp_path) > file


@pytest.mark.parametrize("noun", ["performer", "studio", "tag", "group"])
def test_an_entity_can_be_renamed_and_deleted(stash: BareStash, noun: str) -> None:
    times = stash.process.control("GET", "times")
    assert execute(stash, "UPDATE `nouns` SET name = ? WHERE id = ?".replace("noun", noun), "Renamed", 1) == 1
    find = f"find{noun.capitalize()}"
    assert stash.data(f"{{{find}(id:1){{name}}}}")[find]["name"] == "Renamed"
    assert stash.process.control("GET", "times") == times
    assert execute(stash, "DELETE FROM `nouns` WHERE id = 1".replace("noun", noun)) == 1
    assert stash.data(f"{{{find}(id:1){{name}}}}")[find] is None
    assert stash.process.control("GET", "times")["scenes"] == times["scenes"]


def test_a_time_moves_where_it_is_named(stash: BareStash) -> None:
    execute(stash, "UPDATE scenes SET updated_at = '2001-01-01T00:00:00Z' WHERE id = 4")
    assert stash.process.control("GET", "times")["scenes"]["4"] == "2001-01-01T00:00:00Z"


def test_a_new_row_gets_the_next_id(stash: BareStash) -> None:
    sql = "INSERT INTO scenes (title, created_at, updated_at) VALUES ('raw', '2020-01-01', '2020-01-01')"
    assert stash.data(EXEC, s=sql)["execSQL"] == {"rows_affected": 1, "last_insert_id": 8}
    assert stash.data("{findScene(id:8){title files{id}}}")["findScene"] == {"title": "raw", "files": []}
    assert execute(stash, "DELETE FROM scenes WHERE id = 8") == 1
    assert stash.data(EXEC, s=sql)["execSQL"]["last_insert_id"] == 9


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("UPDATE scenes SET nosuch = 1", "no such column: nosuch"),
        ("UPDATE nosuch SET a = 1", "no such table: nosuch"),
        ("EDIT scenes", 'near "EDIT": syntax error'),
        ("INSERT INTO scenes_tags VALUES (4, 2)", "UNIQUE constraint failed: scenes_tags.scene_id, scenes_tags.tag_id"),
        ("INSERT INTO scenes_tags VALUES (4, 99)", "FOREIGN KEY constraint failed"),
        ("ATTACH DATABASE 'x' AS y", "not authorized"),
    ],
)
def test_a_bad_statement_is_refused_and_changes_nothing(stash: BareStash, tmp_path: Path, sql: str, why: str) -> None:
    before, file = stash.process.control("GET", "dump")["scenes"], moved(tmp_path)
    for document in (EXEC, QUERY):
        answer = stash.ask(document, s=sql)
        assert answer["errors"][0]["message"] == f"error executing `{sql}` [[]]: {why}"
        assert answer["data"] is None
    assert stash.process.control("GET", "dump")["scenes"] == before
    assert moved(tmp_path) == file


def test_a_query_is_answered_as_recorded_and_moves_nothing(stash: BareStash, tmp_path: Path) -> None:
    recording = recorded("graphql", "query_sql")
    file = moved(tmp_path)
    own = stash.post(recording["request"]["body"]).body["data"]["querySQL"]
    expected = recording["response"]["body"]["data"]["querySQL"]
    assert own["columns"] == expected["columns"]
    assert [row[0] for row in own["rows"]] == [row[0] for row in expected["rows"]]
    cover = stash.send("GET", "/scene/1/screenshot").body
    assert own["rows"][0][2] == hashlib.md5(cover, usedforsecurity=False).hexdigest()
    assert query(stash, "SELECT COUNT(*) FROM scenes_files WHERE scene_id < ?", 3)["rows"] == [[2]]
    assert query(stash, "SELECT id FROM tags WHERE name = 'nobody'") == {"columns": ["id"], "rows": []}
    assert execute(stash, "UPDATE scenes SET title = 'x' WHERE id = 999") == 0
    assert moved(tmp_path) == file
