"""Recordings of February 2026, shortly before v0.31, replayed in order on the simulator."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sim_stash_client import BareStash
from sim_stash_library import RECORDINGS
from sim_stash_plugin import Recorder, write_plugin
from sim_stash_replay import Bench

from plexsync_simulators.process import start_stash

CASES: dict[str, Any] = json.loads((RECORDINGS / "changes-develop-2026-02.json").read_text("utf-8"))
MEDIA = "/data/media"
SCAN = "mutation { metadataScan(input: {}) }"
ASKED_ALONE = {"destroy_files_primary", "troubleshooting_seen", "troubleshooting_task"}
# The simulator's folders have all their parents at once, and it has no library paths to refuse.
NOT_SIMULATED = {"scan_one_folder", "scan_after_one_folder", "library_path_missing"}
PNG = CASES["scene_cover_set"]["variables"]["input"]["cover_image"]
UPDATE = "mutation($input: SceneUpdateInput!) { sceneUpdate(input: $input) { id } }"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    recorder = Recorder(tmp_path / "plugins")
    write_plugin(tmp_path / "plugins", "rec", "print('{}')", tasks=[{"name": "keep"}])
    with start_stash(dir=tmp_path, version="develop-2026-02") as process:
        bench = Bench(BareStash(process), recorder, tmp_path)
        _fill(bench)
        yield bench


def _fill(bench: Bench) -> None:
    """Make what the recorded server had before the first case."""
    oshashes = {5: "scene_destroy_file_kept", 6: "scene_destroy_file_entry"}
    told = {number: CASES[case]["calls"][0]["input"]["oshash"] for number, case in oshashes.items()}
    files = [
        {"path": f"{MEDIA}/a/c{number}.mp4", "size": 10 + number, "duration": 1.0, "oshash": told.get(number, "")}
        for number in range(1, 7)
    ]
    bench.control("files", {"add": files})
    bench.do(SCAN)
    bench.control("files", {"copy": [[f"{MEDIA}/a/c1.mp4", f"{MEDIA}/b/deep/copy1.mp4"]]})
    bench.do(SCAN)
    for noun, names in (("Tag", "One Two Three Four"), ("Performer", "Ann Bea"), ("Studio", "S")):
        for name in names.split():
            create = f"{noun[0].lower()}{noun[1:]}Create"
            bench.do(f"mutation($i: {noun}CreateInput!) {{ {create}(input: $i) {{ id }} }}", i={"name": name})
    for given in ({"id": "2", "tag_ids": ["2"]}, {"id": "3", "tag_ids": ["4"]}, {"id": "4", "performer_ids": ["2"]}):
        bench.do(UPDATE, input=given)


def _bring_back(bench: Bench) -> None:
    """Find what two destroyed scenes and a destroyed file left on the disk."""
    add = [{"path": f"{MEDIA}/a/c{number}.mp4", "size": 10 + number, "duration": 1.0} for number in (5, 6)]
    bench.control("files", {"add": add})
    bench.do(SCAN)


BEFORE: dict[str, Callable[[Bench], object]] = {
    "scene_cover_empty": lambda bench: bench.do(UPDATE, input={"id": "1", "cover_image": PNG}),
    "scan_folder_renamed": lambda bench: bench.control("files", {"rename_folder": [[f"{MEDIA}/a", f"{MEDIA}/a2"]]}),
    "scan_folder_moved": lambda bench: bench.control("files", {"rename_folder": [[f"{MEDIA}/a2", f"{MEDIA}/x/y/a3"]]}),
}


def _folders(bench: Bench) -> dict[str, str]:
    rows = bench.stash.data("{ findFolders { folders { id path } } }")["findFolders"]["folders"]
    return {row["id"]: row["path"] for row in rows}


def _replayed(bench: Bench, case: str) -> tuple[Any, dict[str, str], list[Any]]:
    recording, folders = CASES[case], _folders(bench)
    effect = bench.do(recording.get("query", SCAN), **recording.get("variables", {}))
    words = {"moved": "stamp moved"}
    rows = {
        f"{table} {id_}": words.get(how, how)
        for table, found in effect.moves.items()
        for id_, how in found.items()
        if table != "folders"
    }
    now = _folders(bench)
    rows |= {f"path {path} -> {now[id_]}": "" for id_, path in folders.items() if now[id_] != path}
    return effect.answer, rows, effect.hooks


def _expected(case: str) -> tuple[dict[str, str], list[Any]]:
    """Return the recorded rows and calls; new folders are numbered otherwise."""
    rows = {}
    for row, how in CASES[case]["rows"].items():
        if row.startswith("folders"):
            if how != "new":
                rows[how.partition(", ")[2]] = ""
        else:
            rows[row] = how
    return rows, [call for call in CASES[case]["calls"] if "type" in call]


def _comparable(calls: list[Any]) -> list[Any]:
    return [{**call, "inputFields": sorted(call.get("inputFields") or ())} for call in calls]


def test_every_recorded_case_moves_fires_and_answers_alike(bench: Bench) -> None:
    for case, recording in CASES.items():
        if case in ASKED_ALONE | NOT_SIMULATED:
            continue
        if case == "scan_after_destroyed_scenes":
            _bring_back(bench)
            continue
        if case in BEFORE:
            BEFORE[case](bench)
        answer, own, calls = _replayed(bench, case)
        rows, expected = _expected(case)
        assert own == rows, case
        assert _comparable(calls) == _comparable(expected), case
        if "query" in recording:
            assert {"data": {next(iter(recording["answer"]["data"])): answer}} == recording["answer"], case


def test_a_primary_file_is_not_destroyed(bench: Bench) -> None:
    recording = CASES["destroy_files_primary"]
    answer = bench.stash.ask(recording["query"], **recording["variables"])
    assert answer["errors"][0]["message"] == recording["answer"]["errors"][0]["message"]


def test_troubleshooting_mode_leaves_plugins_enabled_and_lasts(bench: Bench) -> None:
    seen = CASES["troubleshooting_seen"]
    bench.stash.data(CASES["troubleshooting_on"]["query"], **CASES["troubleshooting_on"]["variables"])
    kept = json.loads((bench.folder / "config.yml").read_text("utf-8"))
    assert kept["disable_customizations"] is True
    told = bench.stash.data(seen["query"])
    assert told["configuration"] == seen["answer"]["data"]["configuration"]
    assert all(plugin["enabled"] for plugin in told["plugins"])
    assert "keep" in [task["name"] for task in told["pluginTasks"]]


def test_a_cover_that_is_cleared_is_the_default_drawing(bench: Bench) -> None:
    bench.do(UPDATE, input={"id": "1", "cover_image": PNG})
    assert bench.stash.send("GET", "/scene/1/screenshot").headers["Content-Type"] == "image/png"
    bench.do(UPDATE, input={"id": "1", "cover_image": None})
    answer = bench.stash.send("GET", "/scene/1/screenshot")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/svg+xml")


def test_a_merge_of_scenes_that_sends_no_cover_keeps_it(bench: Bench) -> None:
    bench.do(UPDATE, input={"id": "1", "cover_image": PNG})
    merge = "mutation($input: SceneMergeInput!) { sceneMerge(input: $input) { id } }"
    bench.do(merge, input={"source": ["2"], "destination": "1", "values": {"id": "1", "cover_image": None}})
    assert bench.stash.send("GET", "/scene/1/screenshot").headers["Content-Type"] == "image/png"


def test_an_older_stash_keeps_a_cover_that_nothing_replaces(tmp_path: Path) -> None:
    with start_stash(dir=tmp_path, version="v0.30.1") as process:
        stash = BareStash(process)
        stash.data('mutation { sceneCreate(input: { title: "x" }) { id } }')
        stash.data(UPDATE, input={"id": "1", "cover_image": PNG})
        stash.data(UPDATE, input={"id": "1", "cover_image": None})
        assert stash.send("GET", "/scene/1/screenshot").headers["Content-Type"] == "image/png"
