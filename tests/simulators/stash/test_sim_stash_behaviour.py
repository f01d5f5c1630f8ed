"""The simulated Stash beyond single recordings: its database file, its refusals, its filters, its faults."""

from __future__ import annotations

import base64
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest
import urllib3
from sim_stash_client import BareStash
from sim_stash_library import DEVELOP, library

from plexsync_simulators.process import Process, start_stash
from plexsync_simulators.world import make_world, to_plex


@pytest.fixture
def stash(tmp_path: Path) -> Iterator[BareStash]:
    with start_stash(dir=tmp_path, library=library(), version=DEVELOP) as process:
        yield BareStash(process)


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BareStash]:
    """A server for tests that change nothing."""
    with start_stash(dir=tmp_path_factory.mktemp("unchanged"), library=library(), version=DEVELOP) as process:
        yield BareStash(process)


def stat(process: BareStash) -> tuple[int, int]:
    path = process.data("{configuration{general{databasePath}}}")["configuration"]["general"]["databasePath"]
    found = Path(f"{path}-wal").stat()
    return found.st_mtime_ns, found.st_size


WRITES = [
    'mutation{sceneUpdate(input:{id:3,title:"t"}){id}}',
    "mutation{bulkSceneUpdate(input:{ids:[1,2,3],rating100:20}){id}}",
    "mutation{sceneAddO(id:3){count}}",
    "mutation{sceneSaveActivity(id:3,resume_time:1)}",
    "mutation{sceneGenerateScreenshot(id:3)}",
    'mutation{performerUpdate(input:{id:1,name:"N"}){id}}',
    'mutation{tagUpdate(input:{id:1,name:"N"}){id}}',
    "mutation{tagsMerge(input:{source:[2],destination:1}){id}}",
    "mutation{performerMerge(input:{source:[3],destination:1}){id}}",
    "mutation{studioDestroy(input:{id:2})}",
    "mutation{groupDestroy(input:{id:1})}",
    "mutation{sceneMerge(input:{source:[2],destination:1}){id}}",
    'mutation{moveFiles(input:{ids:[3],destination_folder:"/data/x"})}',
    "mutation{sceneDestroy(input:{id:5})}",
]
READS_ONLY = [
    "{findScenes{count scenes{id}}}",
    "{jobQueue{id}}",
    'mutation{sceneUpdate(input:{id:999,title:"x"}){id}}',
    'mutation{sceneUpdate(input:{id:7,title:""}){id}}',
    'mutation{sceneUpdate(input:{id:3,date:"soon"}){id}}',
    'mutation{bulkSceneUpdate(input:{ids:[1,999],title:"x"}){id}}',
    "mutation{sceneUpdate(input:{id:3,tag_ids:[999]}){id}}",
    'mutation{tagCreate(input:{name:"child TWO"}){id}}',
    'mutation{performerCreate(input:{name:"Same Name",disambiguation:"2"}){id}}',
]


def test_the_file_moves_with_each_write_and_with_nothing_else(stash: BareStash) -> None:
    for query in WRITES:
        before = stat(stash)
        time.sleep(0.005)
        stash.data(query)
        assert stat(stash) != before, query
    for query in READS_ONLY:
        before = stat(stash)
        time.sleep(0.005)
        answer = stash.ask(query)
        assert query.startswith("{") or "errors" in answer, query
        assert stat(stash) == before, query
    stash.send("GET", "/scene/1/screenshot")


def test_the_file_can_be_told_to_be_silent_or_to_move_alone(stash: BareStash) -> None:
    before = stat(stash)
    stash.process.control("POST", "pause_wal", {"on": True})
    stash.data(WRITES[0])
    assert stat(stash) == before
    stash.process.control("POST", "pause_wal", {"on": False})
    time.sleep(0.005)
    stash.process.control("POST", "silent_write")
    assert stat(stash) != before


def test_a_refused_bulk_change_changes_nothing(unchanged: BareStash) -> None:
    before = unchanged.process.control("GET", "dump")["scenes"]
    for query in READS_ONLY[2:]:
        unchanged.ask(query)
    assert unchanged.process.control("GET", "dump")["scenes"] == before


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ('mutation{sceneUpdate(input:{id:999,title:"x"}){id}}', "scene with id 999 not found"),
        ('mutation{sceneUpdate(input:{id:7,title:""}){id}}', "title must be set if scene has no files"),
        ('mutation{sceneUpdate(input:{id:3,date:"soon"}){id}}', 'converting date: failed to parse date "soon"'),
        ("mutation{sceneUpdate(input:{id:3,primary_file_id:1}){id}}", "file with id 1 not associated with scene"),
        ('mutation{tagCreate(input:{name:"child ONE"}){id}}', "tag with name 'child ONE' already exists"),
        ('mutation{performerCreate(input:{name:""}){id}}', "performer name must not be blank"),
        (
            'mutation{performerCreate(input:{name:"Same Name",disambiguation:"1"}){id}}',
            "performer with name 'Same Name' and disambiguation '1' already exists",
        ),
        ("mutation{deleteFiles(ids:[3])}", "cannot delete primary file /data/media/lib/green.mp4"),
        (
            'mutation{moveFiles(input:{ids:[3],destination_folder:"/other"})}',
            "folder path /other must be within a stash library path",
        ),
    ],
)
def test_a_refusal_is_worded_as_the_servers(unchanged: BareStash, query: str, message: str) -> None:
    assert unchanged.ask(query)["errors"][0]["message"] == message


@pytest.mark.parametrize(("version", "known"), [("v0.29.3", False), ("v0.30.1", True)])
def test_partial_dates_came_with_v0_30(tmp_path: Path, version: str, *, known: bool) -> None:
    with start_stash(dir=tmp_path, library=library(), version=version) as process:
        client = BareStash(process)
        for text in ("2024", "2024-05"):
            answer = client.ask("mutation($d:String){sceneUpdate(input:{id:3,date:$d}){date}}", d=text)
            assert (answer["data"]["sceneUpdate"] == {"date": text}) is known
        answer = client.ask("{findScenes(scene_filter:{files_filter:{}}){count}}")
        assert ("errors" not in answer) is known


def test_a_bulk_change_adds_removes_and_sets(stash: BareStash) -> None:
    query = "mutation($t:BulkUpdateIds){bulkSceneUpdate(input:{ids:[4],tag_ids:$t}){tags{id}}}"

    def tags(mode: str, *ids: int) -> list[str]:
        change = {"mode": mode, "ids": list(ids)}
        return [tag["id"] for tag in stash.data(query, t=change)["bulkSceneUpdate"][0]["tags"]]

    assert tags("ADD", 1, 2) == ["2", "3", "1"]
    assert tags("REMOVE", 3) == ["2", "1"]
    assert tags("SET", 3) == ["3"]


def test_the_date_of_an_answer_is_by_the_servers_own_clock(stash: BareStash) -> None:
    stash.process.control("POST", "clock_offset", {"seconds": -86_400})
    told = parsedate_to_datetime(stash.post({"query": "{version{version}}"}).headers["Date"])
    behind = datetime.now(timezone.utc) - told
    assert timedelta(days=1) <= behind < timedelta(days=1, minutes=1)


def test_a_destroyed_entity_leaves_its_scenes_without_moving_them(stash: BareStash) -> None:
    before = stash.process.control("GET", "times")["scenes"]
    stash.process.control("POST", "clock_offset", {"seconds": 50})
    stash.data("mutation{a:tagDestroy(input:{id:2}) b:performerDestroy(input:{id:1}) c:studioDestroy(input:{id:2})}")
    stash.data("mutation{groupDestroy(input:{id:1})}")
    scene = stash.data("{findScene(id:4){tags{id} performers{id} studio{id} groups{group{id}}}}")["findScene"]
    assert scene == {"tags": [{"id": "3"}], "performers": [{"id": "3"}, {"id": "4"}], "studio": None, "groups": []}
    assert stash.process.control("GET", "times")["scenes"] == before


def found(stash: BareStash, **criteria: Any) -> set[str]:
    query = "query($s:SceneFilterType){findScenes(filter:{per_page:-1},scene_filter:$s){scenes{id}}}"
    return {scene["id"] for scene in stash.data(query, s=criteria)["findScenes"]["scenes"]}


def test_filters_find_what_the_servers_would(unchanged: BareStash) -> None:
    assert found(unchanged, tags={"value": ["1"], "modifier": "INCLUDES"}) == set()
    assert found(unchanged, tags={"value": ["1"], "modifier": "INCLUDES", "depth": -1}) == {"4"}
    assert found(unchanged, performers={"value": ["1", "3"], "modifier": "INCLUDES_ALL"}) == {"4"}
    assert found(unchanged, performers={"value": ["1", "2"], "modifier": "INCLUDES_ALL"}) == set()
    assert found(unchanged, studios={"modifier": "IS_NULL"}) == {"1", "2", "3", "5", "6", "7"}
    assert found(unchanged, path={"value": "blue green", "modifier": "INCLUDES"}) == {"1", "3"}
    assert found(unchanged, path={"value": '"blue green"', "modifier": "INCLUDES"}) == set()
    assert found(unchanged, path={"value": r"/(red|blue)\.mp4$", "modifier": "MATCHES_REGEX"}) == {"1", "4"}
    assert found(unchanged, id={"value": 2, "value2": 4, "modifier": "BETWEEN"}) == {"2", "3", "4"}
    assert found(unchanged, organized=True, OR={"title": {"value": "No file", "modifier": "EQUALS"}}) == {"4", "7"}
    assert found(unchanged, NOT={"file_count": {"value": 1, "modifier": "EQUALS"}}) == {"7"}
    assert found(unchanged, tags_filter={"name": {"value": "Child One", "modifier": "EQUALS"}}) == {"4"}
    assert found(unchanged, performers_filter={"updated_at": {"value": "2030", "modifier": "LESS_THAN"}}) == {"4"}


def test_an_unknown_filter_is_refused_and_not_ignored(unchanged: BareStash) -> None:
    answer = unchanged.ask('{findScenes(scene_filter:{captions:{value:"x",modifier:EQUALS}}){count}}')
    assert answer["errors"][0]["message"] == "the simulator does not filter scenes by captions"


def test_a_full_import_gives_scenes_the_ids_of_others_and_keeps_their_times(stash: BareStash) -> None:
    query = "{findScenes(filter:{per_page:-1}){scenes{id title updated_at files{path} tags{name}}}}"

    def by_path() -> dict[str, Any]:
        scenes = stash.data(query)["findScenes"]["scenes"]
        return {scene["files"][0]["path"]: scene for scene in scenes if scene["files"]}

    before = by_path()
    stash.process.control("POST", "clock_offset", {"seconds": 100})
    stash.process.control("POST", "import")
    after = by_path()
    assert {path: {**scene, "id": "?"} for path, scene in after.items()} == {
        path: {**scene, "id": "?"} for path, scene in before.items()
    }
    assert {scene["id"] for scene in after.values()} & {scene["id"] for scene in before.values()}
    assert all(after[path]["id"] != scene["id"] for path, scene in before.items() if scene["id"] != "4")


def test_a_raw_write_moves_the_file_and_no_time(stash: BareStash) -> None:
    cover = base64.b64encode(b"\x89PNG new").decode()
    times, before = stash.process.control("GET", "times"), stat(stash)
    time.sleep(0.005)
    stash.process.control("POST", "raw_scene", {"id": 4, "title": "raw", "tag_ids": [1], "cover": cover})
    assert stash.data("{findScene(id:4){title tags{id}}}")["findScene"] == {"title": "raw", "tags": [{"id": "1"}]}
    assert stash.send("GET", "/scene/4/screenshot").body == b"\x89PNG new"
    assert stash.process.control("GET", "times") == times
    assert stat(stash) != before


def test_a_clock_that_jumps_back_gives_older_times(stash: BareStash) -> None:
    save = 'mutation{sceneUpdate(input:{id:3,title:"t"}){updated_at}}'
    before = stash.data(save)["sceneUpdate"]
    stash.process.control("POST", "clock_offset", {"seconds": -86_400})
    assert stash.data(save)["sceneUpdate"]["updated_at"] < before["updated_at"]
    stash.process.control("POST", "timezone", {"zone": "Europe/Vienna"})
    updated = stash.data(save)["sceneUpdate"]
    assert updated["updated_at"].endswith(("+01:00", "+02:00"))


def plant(stash: BareStash, **fault: Any) -> None:
    stash.process.control("POST", "faults", [fault])


def title(stash: BareStash) -> str:
    found_title: str = stash.data("{findScene(id:3){title}}")["findScene"]["title"]
    return found_title


SAVE = {"query": 'mutation Save{sceneUpdate(input:{id:3,title:"saved"}){id}}'}
ON_SAVE = {"operation_regex": "^Save$"}


def test_a_fault_strikes_once_before_or_after_the_effect(stash: BareStash) -> None:
    plant(stash, match=ON_SAVE, kind="status", status=503)
    assert stash.post(SAVE).status == 503
    assert title(stash) == "Partial date"
    plant(stash, match=ON_SAVE, kind="reset", when="after")
    with pytest.raises(urllib3.exceptions.HTTPError):
        stash.post(SAVE)
    assert title(stash) == "saved"
    assert stash.post(SAVE).status == 200


@pytest.mark.parametrize(("when", "shown"), [("before", "Partial date"), ("after", "saved")])
def test_a_fault_can_kill_who_asks(stash: BareStash, when: str, shown: str) -> None:
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as victim:
        plant(stash, match=ON_SAVE, kind="kill", when=when, pid=victim.pid)
        with pytest.raises(urllib3.exceptions.HTTPError):
            stash.post(SAVE)
        assert victim.wait(10) == -signal.SIGKILL
    assert stash.process.control("GET", "faults") == {"planted": 0}
    assert title(stash) == shown


def test_answers_can_break_off_and_come_late(stash: BareStash) -> None:
    plant(stash, match={"path_regex": "screenshot"}, kind="truncate")
    with pytest.raises(urllib3.exceptions.HTTPError):
        stash.send("GET", "/scene/4/screenshot")
    plant(stash, kind="slow", delay_ms=300, times=1)
    start = time.monotonic()
    title(stash)
    assert time.monotonic() - start >= 0.3


def test_a_server_that_is_down_cuts_connections_and_comes_back(stash: BareStash) -> None:
    stash.process.control("POST", "down", {"seconds": 60})
    with pytest.raises(urllib3.exceptions.HTTPError):
        stash.post(SAVE)
    stash.process.control("POST", "down", {"seconds": 0})
    assert stash.post(SAVE).status == 200


def test_requests_are_counted_by_kind_and_operation(stash: BareStash) -> None:
    stash.process.control("POST", "reset_counters")
    stash.post(SAVE)
    title(stash)
    stash.send("GET", "/scene/4/screenshot")
    counters = stash.process.control("GET", "counters")
    assert counters["kinds"] == {"mutation": 1, "query": 1, "image": 1}
    assert counters["operations"] == {"Save": 1, "findScene": 1}
    assert [one["operation"] for one in stash.process.control("GET", "requests")] == ["Save", "findScene", ""]


def test_scenes_and_libraries_can_be_added_and_folders_renamed(stash: BareStash) -> None:
    scene = {"title": "new", "files": [{"path": "/data/media/other/new.mp4", "size": 5, "duration": 2}]}
    (id_,) = stash.process.control("POST", "scene", scene)["ids"]
    times = stash.process.control("GET", "times")
    stash.process.control("POST", "rename_folder", {"from": "/data/media", "to": "/data/films"})
    paths = stash.data("query($i:ID){findScene(id:$i){files{path parent_folder{path}}}}", i=id_)["findScene"]["files"]
    assert paths == [{"path": "/data/films/other/new.mp4", "parent_folder": {"path": "/data/films/other"}}]
    assert stash.process.control("GET", "times") == times


def test_two_hundred_scenes_with_everything_take_little(tmp_path: Path) -> None:
    world = make_world(1000, 3)
    query = (
        "query F($f:FindFilterType){findScenes(filter:$f){count scenes{id title code details director date urls"
        " rating100 organized created_at updated_at studio{id name parent_studio{id name}} performers{id name"
        " disambiguation gender image_path favorite} tags{id name parents{id name}} groups{group{id name} scene_index}"
        " files{id path basename size duration fingerprints{type value}} paths{screenshot}}}}"
    )
    with start_stash(dir=tmp_path, library=world.stash) as process:
        client = BareStash(process)
        spent = []
        for _ in range(5):
            before = process_seconds(process)
            client.data(query, f={"per_page": 200, "sort": "id"})
            spent.append(process_seconds(process) - before)
        assert min(spent) < 0.15


def process_seconds(process: Process) -> float:
    """Seconds of processor time the simulator used so far, so that a busy machine does not fail the test."""
    fields = Path(f"/proc/{process.pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def test_a_world_is_the_same_each_time_and_both_sides_hold_the_same_files() -> None:
    world = make_world(400, 7)
    assert world == make_world(400, 7)
    assert world != make_world(400, 8)
    paths = {file["path"] for section in world.plex["sections"] for item in section["items"] for file in item["files"]}
    files = {scene["id"]: [file["path"] for file in scene["files"]] for scene in world.stash["scenes"]}
    owned = [path for own in world.belongs.values() for path in own]
    assert set(owned) <= paths
    assert len(owned) == len(set(owned))
    assert set(world.plex_only) == paths - set(owned) - ambiguous_paths(world.plex, set(owned), set(world.plex_only))
    assert any(to_plex(path) in paths for path in files["1"]) or not world.belongs.get("1", ())
    assert len(world.ambiguous) >= 1


def ambiguous_paths(plex: dict[str, Any], owned: set[str], plex_only: set[str]) -> set[str]:
    """The files of items that no scene alone owns."""
    items = [item for section in plex["sections"] for item in section["items"]]
    return {
        file["path"]
        for item in items
        for file in item["files"]
        if file["path"] not in owned and file["path"] not in plex_only
    }


def test_a_world_is_as_uneven_as_life() -> None:
    world = make_world(400, 7)
    scenes = world.stash["scenes"]
    assert any(not scene["title"] for scene in scenes)
    assert any(not scene["files"] for scene in scenes)
    assert any(len(scene["files"]) > 1 for scene in scenes)
    assert any(scene["cover"] is None for scene in scenes)
    assert any(scene["studio_id"] is None for scene in scenes)
    assert {len(scene["date"]) for scene in scenes if scene["date"]} == {4, 7, 10}
    assert any("," in tag["name"] for tag in world.stash["tags"])
    assert any(not own for own in world.belongs.values())
    names = [performer["name"] for performer in world.stash["performers"]]
    assert len(names) > len(set(names))
