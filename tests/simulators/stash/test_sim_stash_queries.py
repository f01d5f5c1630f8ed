"""Queries the recordings hold little of: folders, files, sums, the job queue, ranges of ids, pages of nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sim_stash_client import BareStash
from sim_stash_library import DEVELOP, body_of, library
from sim_stash_plugin import write_plugin

from plexsync_simulators.process import Process, start_stash
from plexsync_simulators.shared.json_type import Json
from plexsync_simulators.world import make_world


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BareStash]:
    """A server for tests that change nothing."""
    with start_stash(dir=tmp_path_factory.mktemp("queries"), library=library(), version=DEVELOP) as process:
        yield BareStash(process)


@pytest.fixture
def stash(tmp_path: Path) -> Iterator[BareStash]:
    write_plugin(
        tmp_path / "plugins",
        "sleeper",
        "import sys,time; sys.stdin.read(); time.sleep(0.6); print('{}')",
        tasks=[{"name": "Sleep", "description": ""}],
    )
    with start_stash(dir=tmp_path, library=library(), version=DEVELOP) as process:
        yield BareStash(process)


FOLDERS = (
    "query($f:FolderFilterType,$p:FindFilterType){findFolders(folder_filter:$f,filter:$p){count folders{id path"
    " mod_time created_at updated_at parent_folder{path}}}}"
)


def folders(stash: BareStash, given: Any = None, **paging: Any) -> Json:
    found: Json = stash.data(FOLDERS, f=given, p=paging)["findFolders"]
    return found


def test_folders_are_found_by_path_time_and_parent(unchanged: BareStash) -> None:
    every = folders(unchanged, per_page=-1)
    paths = [folder["path"] for folder in every["folders"]]
    assert every["count"] == len(paths) > 2
    assert "/data/media/lib" in paths
    assert all(folder["mod_time"] and folder["created_at"] and folder["updated_at"] for folder in every["folders"])
    one = folders(unchanged, {"path": {"value": "/data/media/lib", "modifier": "EQUALS"}})["folders"][0]
    assert one["parent_folder"]["path"] == "/data/media"
    later = {"updated_at": {"value": "2999", "modifier": "GREATER_THAN"}}
    assert folders(unchanged, later) == {"count": 0, "folders": []}
    earlier = {"updated_at": {"value": "2999", "modifier": "LESS_THAN"}}
    assert folders(unchanged, earlier, per_page=0) == {"count": len(paths), "folders": []}
    assert [one["path"] for one in folders(unchanged, sort="path", per_page=2)["folders"]] == sorted(paths)[:2]


def test_a_renamed_folder_is_seen_by_its_path_only(stash: BareStash) -> None:
    before = {one["id"]: one for one in folders(stash, per_page=-1)["folders"]}
    stash.process.control("POST", "clock_offset", {"seconds": 100})
    stash.process.control("POST", "rename_folder", {"from": "/data/media/lib", "to": "/data/media/films"})
    after = {one["id"]: one for one in folders(stash, per_page=-1)["folders"]}
    assert {id_ for id_, one in after.items() if one["path"] != before[id_]["path"]}
    assert {id_: {**one, "path": "", "parent_folder": 0} for id_, one in after.items()} == {
        id_: {**one, "path": "", "parent_folder": 0} for id_, one in before.items()
    }


def test_files_are_found_and_summed(unchanged: BareStash) -> None:
    query = (
        "query($f:FileFilterType,$p:FindFilterType){findFiles(file_filter:$f,filter:$p){count size duration"
        " files{id path basename updated_at ... on VideoFile{duration}}}}"
    )
    every = unchanged.data(query, p={"per_page": -1})["findFiles"]
    scenes = body_of("find_scenes_full")["data"]["findScenes"]["scenes"]
    files = [file for scene in scenes for file in scene["files"]]
    assert every["count"] == len(files)
    assert every["size"] == sum(file["size"] for file in files)
    assert every["duration"] == pytest.approx(sum(file["duration"] for file in files))
    path = {"path": {"value": "/data/media/lib/green.mp4", "modifier": "EQUALS"}}
    found = unchanged.data(query, f=path)["findFiles"]
    assert [(one["path"], found["count"]) for one in found["files"]] == [("/data/media/lib/green.mp4", 1)]
    by_ids = unchanged.data("query($i:[ID!]){findFiles(ids:$i){count files{id}}}", i=["3", "1"])["findFiles"]
    assert by_ids == {"count": 2, "files": [{"id": "3"}, {"id": "1"}]}


def test_sums_are_those_of_the_library(stash: BareStash) -> None:
    query = (
        "{stats{scene_count scenes_size scenes_duration image_count gallery_count performer_count studio_count"
        " group_count tag_count total_o_count total_play_duration total_play_count scenes_played}}"
    )
    scenes = body_of("find_scenes_full")["data"]["findScenes"]["scenes"]
    files = [file for scene in scenes for file in scene["files"]]
    stash.data(
        "mutation{sceneSaveActivity(id:3,playDuration:2.5) a:sceneAddPlay(id:3){count} b:sceneAddO(id:4){count}}"
    )
    stats = stash.data(query)["stats"]
    assert stats == {
        "scene_count": 7,
        "performer_count": 4,
        "tag_count": 3,
        "studio_count": 2,
        "group_count": 1,
        "gallery_count": 1,
        "image_count": 0,
        "total_o_count": 1,
        "total_play_count": 1,
        "scenes_played": 1,
        "total_play_duration": 2.5,
        "scenes_size": sum(file["size"] for file in files),
        "scenes_duration": pytest.approx(sum(file["duration"] for file in files)),
    }
    stash.data("mutation{sceneDestroy(input:{id:4})}")
    assert stash.data(query)["stats"]["scenes_size"] < stats["scenes_size"], "a file of no scene does not count"


def ids(stash: BareStash, criterion: Json | None, **paging: Any) -> tuple[int, list[int]]:
    query = "query($s:SceneFilterType,$f:FindFilterType){findScenes(scene_filter:$s,filter:$f){count scenes{id}}}"
    given = None if criterion is None else {"id": criterion}
    found = stash.data(query, s=given, f={"sort": "id", **paging})["findScenes"]
    return found["count"], [int(scene["id"]) for scene in found["scenes"]]


RANGES = [
    ({"modifier": "GREATER_THAN", "value": 5}, [6, 7]),
    ({"modifier": "LESS_THAN", "value": 3}, [1, 2]),
    ({"modifier": "EQUALS", "value": 3}, [3]),
    ({"modifier": "NOT_EQUALS", "value": 3}, [1, 2, 4, 5, 6, 7]),
    ({"modifier": "BETWEEN", "value": 3, "value2": 5}, [3, 4, 5]),
    ({"modifier": "BETWEEN", "value": 3}, []),
    ({"modifier": "NOT_BETWEEN", "value": 3, "value2": 5}, [1, 2, 6, 7]),
    ({"modifier": "NOT_NULL", "value": 0}, [1, 2, 3, 4, 5, 6, 7]),
    ({"modifier": "IS_NULL", "value": 0}, []),
]


@pytest.mark.parametrize(("criterion", "expected"), RANGES)
def test_ids_are_found_by_range(unchanged: BareStash, criterion: Json, expected: list[int]) -> None:
    count = len(expected)
    assert ids(unchanged, criterion) == (count, expected)
    assert ids(unchanged, criterion, direction="DESC") == (count, expected[::-1])
    assert ids(unchanged, criterion, sort="updated_at", per_page=-1)[0] == count
    assert ids(unchanged, criterion, per_page=0) == (count, [])
    assert ids(unchanged, criterion, per_page=1) == (count, expected[:1])
    assert ids(unchanged, criterion, per_page=2, page=2) == (count, expected[2:4])
    assert ids(unchanged, criterion, per_page=-1) == (count, expected)


def test_a_page_of_nothing_only_counts(unchanged: BareStash) -> None:
    assert ids(unchanged, None, per_page=0) == (7, [])
    assert ids(unchanged, None, per_page=1, direction="DESC") == (7, [7])


def test_the_order_of_ids_holds_when_rows_go_and_come_out_of_turn(stash: BareStash) -> None:
    stash.data("mutation{sceneDestroy(input:{id:3})}")
    stash.process.control("POST", "scene", {"id": 3, "title": "again"})
    stash.process.control("POST", "scene", {"id": 20, "title": "far"})
    stash.data('mutation{sceneCreate(input:{title:"next"}){id}}')
    stash.data("mutation{sceneDestroy(input:{id:5})}")
    assert ids(stash, None) == (8, [1, 2, 3, 4, 6, 7, 20, 21])
    assert ids(stash, {"modifier": "GREATER_THAN", "value": 2}, per_page=3) == (6, [3, 4, 6])


def test_the_job_queue_tells_what_runs_and_what_waits(stash: BareStash) -> None:
    assert stash.data("{jobQueue{id}}")["jobQueue"] is None
    task = 'mutation{runPluginTask(plugin_id:"sleeper",task_name:"Sleep")}'
    first, second = (stash.data(task)["runPluginTask"] for _ in range(2))
    time.sleep(0.2)
    queue = stash.data("{jobQueue{id status startTime endTime}}")["jobQueue"]
    assert [(job["id"], job["status"]) for job in queue] == [(first, "RUNNING"), (second, "READY")]
    assert queue[0]["startTime"]
    assert queue[1]["startTime"] is None
    stash.data("mutation($i:ID!){stopJob(job_id:$i)}", i=second)
    find = "query($i:ID!){findJob(input:{id:$i}){status}}"
    assert stash.data(find, i=second)["findJob"]["status"] == "CANCELLED"
    deadline = time.monotonic() + 10
    while stash.data("{jobQueue{id}}")["jobQueue"] and time.monotonic() < deadline:
        time.sleep(0.05)
    assert stash.data(find, i=first)["findJob"]["status"] == "FINISHED"


SCAN = "mutation($i:ScanMetadataInput!){metadataScan(input:$i)}"


def test_a_scan_keeps_to_its_paths(stash: BareStash) -> None:
    added = [{"path": f"/data/media/{name}/x.mp4", "size": 5, "duration": 1} for name in ("one", "two")]
    stash.process.control("POST", "files", {"add": added, "gallery": ["/data/media/lib/green.zip"]})
    stash.data(SCAN, i={"paths": ["/data/media/two"], "scanGeneratePhashes": True})
    query = '{findScenes(filter:{sort:"id",direction:DESC,per_page:1}){count scenes{files{path fingerprints{type}}}}}'
    deadline = time.monotonic() + 10
    while (found := stash.data(query)["findScenes"])["count"] < 8 and time.monotonic() < deadline:
        time.sleep(0.02)
    (file,) = found["scenes"][0]["files"]
    assert file["path"] == "/data/media/two/x.mp4"
    assert {"type": "phash"} in file["fingerprints"]
    times = stash.process.control("GET", "times")["scenes"]
    stash.data(SCAN, i={})
    while stash.data("{findScenes{count}}")["findScenes"]["count"] < 9 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert {"id": "2"} in stash.data("{findScene(id:3){galleries{id}}}")["findScene"]["galleries"]
    own = stash.process.control("GET", "times")["scenes"]
    assert {id_: own[id_] for id_ in times} == times


LISTING = (
    "query Listing($after:Int!,$rows:Int!){findScenes(scene_filter:{id:{value:$after,modifier:GREATER_THAN}}"
    ' filter:{sort:"id",direction:ASC,per_page:$rows}){scenes{id created_at updated_at files{path size}}}}'
)


def test_a_page_costs_as_little_in_a_large_library_as_in_a_small_one(tmp_path: Path) -> None:
    spent = []
    for count in (1_000, 10_000):
        folder = tmp_path / str(count)
        with start_stash(dir=folder, library=make_world(count, 1).stash, start_timeout=120) as process:
            stash = BareStash(process)
            stash.data(LISTING, after=0, rows=500)
            before = processor_seconds(process)
            for after in range(0, count - 500, (count - 500) // 20):
                stash.data(LISTING, after=after, rows=500)
            spent.append(processor_seconds(process) - before)
    assert spent[1] < 2 * spent[0] + 0.1, spent


def processor_seconds(process: Process) -> float:
    fields = Path(f"/proc/{process.pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100
