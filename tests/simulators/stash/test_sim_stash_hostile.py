"""The hostile switches of the simulated Stash, each seen by a bare client."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sim_stash_client import BareStash
from sim_stash_library import library

from plexsync_simulators.process import start_stash

STATUS = "{systemStatus{status databaseSchema appSchema}}"
SCENES = "{findScenes(filter:{per_page:-1}){count scenes{id title updated_at paths{screenshot} tags{name}}}}"
NIL = "nil pointer dereference"
AVIF = b"\x00\x00\x00\x1cftypavif and then some"


@pytest.fixture
def stash(tmp_path: Path) -> Iterator[BareStash]:
    with start_stash(dir=tmp_path, library=library()) as process:
        yield BareStash(process)


def switch(stash: BareStash, **values: object) -> None:
    stash.process.control("POST", "switches", values)


def test_waiting_for_its_migration_it_answers_about_itself_only(stash: BareStash) -> None:
    switch(stash, needs_migration=True)
    status = stash.data(STATUS)["systemStatus"]
    assert (status["status"], status["databaseSchema"] < status["appSchema"]) == ("NEEDS_MIGRATION", True)
    assert stash.data("{version{version} plugins{id} configuration{general{databasePath}}}")
    for question in (SCENES, "{findScene(id:1){id}}", 'mutation{sceneUpdate(input:{id:1,title:"t"}){id}}'):
        assert NIL in stash.ask(question)["errors"][0]["message"]
    assert stash.send("GET", "/scene/1/screenshot").status == 500
    panics = [line for line in stash.process.control("GET", "log") if NIL in line["message"]]
    assert [len(line["message"]) > 4_000 for line in panics] == [True] * 3


def test_the_migration_ends_the_waiting(stash: BareStash) -> None:
    switch(stash, needs_migration=True)
    job = stash.data('mutation{migrate(input:{backupPath:""})}')["migrate"]
    ended = {"FINISHED"}
    while stash.data(f"{{findJob(input:{{id:{job}}}){{status}}}}")["findJob"]["status"] not in ended:
        pass
    assert stash.data(STATUS)["systemStatus"]["status"] == "OK"
    assert stash.data(SCENES)["findScenes"]["count"] > 0


def test_covers_may_come_as_octets_whatever_they_are(stash: BareStash) -> None:
    stash.process.control("POST", "raw_scene", {"id": "1", "cover": {"seed": 1}})
    assert stash.send("GET", "/scene/1/screenshot").headers["Content-Type"] == "image/png"
    switch(stash, octet_stream=True)
    assert stash.send("GET", "/scene/1/screenshot").headers["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize(
    ("start", "told"),
    [
        (AVIF, "application/octet-stream"),
        (b"\xff\x0a", "application/octet-stream"),
        (b"II*\x00", "application/octet-stream"),
        (b"GIF89a", "image/gif"),
        (b"BM", "image/bmp"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
    ],
)
def test_a_cover_is_told_by_its_first_bytes_as_go_tells_them(stash: BareStash, start: bytes, told: str) -> None:
    cover = base64.b64encode(start + b"x" * 20).decode()
    stash.process.control("POST", "raw_scene", {"id": "1", "cover": cover})
    assert stash.send("GET", "/scene/1/screenshot").headers["Content-Type"] == told


def test_text_that_is_no_utf_8_leaves_as_the_bytes_it_has(stash: BareStash) -> None:
    stash.process.control("POST", "raw_scene", {"id": "1", "title": "Caf\udcc3"})
    assert stash.data("{findScene(id:1){title}}")["findScene"]["title"] == "Caf\udcc3"
    switch(stash, raw_bytes=True)
    body = json.dumps({"query": "{findScene(id:1){title}}"}).encode()
    sent = {"Content-Type": "application/json"}
    answer = stash.pool.request("POST", f"{stash.process.url}/graphql", body=body, headers=sent).data
    assert b'"Caf\xc3"' in answer


def test_one_scene_it_cannot_read_fails_every_query_that_lists_it(stash: BareStash) -> None:
    switch(stash, broken_scenes="1,999")
    for question in (SCENES, "{findScene(id:1){id}}", "{findScenes(ids:[1,2]){count}}"):
        assert NIL in stash.ask(question)["errors"][0]["message"]
    assert stash.data("{findScenes(ids:[2]){scenes{id}}}")["findScenes"]["scenes"] == [{"id": "2"}]


def test_absurd_stamps_and_odd_rows_stand_beside_the_others(tmp_path: Path) -> None:
    with start_stash(dir=tmp_path / "plain", library=library()) as process:
        before = BareStash(process).data(SCENES)["findScenes"]["count"]
    with start_stash(dir=tmp_path / "hostile", library=library(), hostile=True, raw_bytes="0") as process:
        stash = BareStash(process)
        found = stash.data(SCENES)["findScenes"]["scenes"]
        assert len(found) > before
        assert {"10000-01-01T00:00:00Z", "yesterday"} < {scene["updated_at"] for scene in found}
        assert "Odd \udcc3" in [tag["name"] for scene in found for tag in scene["tags"]]
        assert stash.data('{findScenes(filter:{q:"letter"}){count}}')["findScenes"]["count"] >= 1
        assert process.control("GET", "dump")["scenes"]
