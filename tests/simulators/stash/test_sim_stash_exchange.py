"""Exports and imports: the times that stand in the JSON, other ids after a full import, and no hook ever."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3
from sim_stash_client import BareStash
from sim_stash_library import DEVELOP, library, recorded
from sim_stash_plugin import Recorder
from sim_stash_replay import Bench, Effect, moves

from plexsync_simulators.process import start_stash
from plexsync_simulators.shared.json_type import Json
from plexsync_simulators.world import make_world

EXPORT = "mutation($i:ExportObjectsInput!){exportObjects(input:$i)}"
IMPORT = "mutation($i:ImportObjectsInput!){importObjects(input:$i)}"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    recorder = Recorder(tmp_path / "plugins")
    with start_stash(dir=tmp_path, library=library(), version=DEVELOP) as process:
        yield Bench(BareStash(process), recorder, tmp_path)


def export(bench: Bench, **wanted: Any) -> Json:
    """Return an export as its JSON documents by path."""
    done = bench.do(EXPORT, i=wanted)
    assert (done.moves, done.events, done.file_moved) == ({}, [], False)
    content = bench.stash.send("GET", done.answer.removeprefix(bench.stash.process.url)).body
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: json.loads(archive.read(name)) for name in archive.namelist()}


def upload(bench: Bench, documents: Json, duplicate: str = "OVERWRITE", missing: str = "CREATE") -> Effect:
    """Import documents as the user interface does: a form with the zip in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, document in documents.items():
            archive.writestr(name, json.dumps(document))
    variables = {"i": {"file": None, "duplicateBehaviour": duplicate, "missingRefBehaviour": missing}}
    form = {
        "operations": json.dumps({"query": IMPORT, "variables": variables}),
        "map": json.dumps({"0": ["variables.i.file"]}),
        "0": ("export.zip", buffer.getvalue(), "application/zip"),
    }
    bench.now += 10
    bench.control("clock_offset", {"seconds": bench.now})
    bench.recorder.take()
    before = bench.times()
    job = bench.stash.send("POST", "/graphql", fields=form).body["data"]["importObjects"]
    recording = recorded("hooks", "import_objects_overwrite")["trigger"]["job"]
    assert bench.wait(job) == {name: recording[name] for name in ("status", "description", "progress", "error")}
    hooks = [call["args"]["hookContext"] for call in bench.recorder.take()]
    return Effect(job, moves(before, bench.times()), hooks, file_moved=True)


SCENE = (
    "query($i:ID!){findScene(id:$i){title code details director date urls rating100 organized created_at updated_at"
    " studio{id} performers{id} tags{id} groups{group{id} scene_index} files{id path} galleries{id} stash_ids{stash_id}"
    " scene_markers{title seconds end_seconds primary_tag{id}}}}"
)


def scene(bench: Bench, id_: Any) -> Any:
    return bench.stash.data(SCENE, i=id_)["findScene"]


def only_scene(documents: Json) -> tuple[str, Json]:
    ((name, document),) = [(name, one) for name, one in documents.items() if name.startswith("scenes/")]
    return name, document


def test_what_was_exported_comes_back_without_a_sign(bench: Bench) -> None:
    before = scene(bench, 4)
    documents = export(bench, scenes={"ids": ["4"]}, includeDependencies=True)
    bench.stash.data('mutation{sceneUpdate(input:{id:4,title:"other",tag_ids:[],groups:[],rating100:1}){id}}')
    assert scene(bench, 4) != before
    done = upload(bench, documents)
    assert not done.events
    assert scene(bench, 4) == before


def test_overwriting_takes_the_time_of_the_json(bench: Bench) -> None:
    documents = export(bench, scenes={"ids": ["4"]})
    name, document = only_scene(documents)
    changed = {**document, "title": "From JSON", "updated_at": "2001-02-03T04:05:06Z", "tags": ["Quite New"]}
    done = upload(bench, {name: changed})
    assert done.events == []
    assert done.moves == {"scenes": {"4": "moved"}, "tags": {"4": "new"}}
    own = scene(bench, 4)
    assert (own["title"], own["updated_at"], own["tags"]) == ("From JSON", "2001-02-03T04:05:06Z", [{"id": "4"}])


def test_an_import_leaves_alone_or_refuses_what_is_there(bench: Bench) -> None:
    name, document = only_scene(export(bench, scenes={"ids": ["4"]}))
    for behaviour in ("IGNORE", "FAIL"):
        done = upload(bench, {name: {**document, "title": "From JSON"}}, behaviour)
        assert not done.moves
    assert not upload(bench, {name: {**document, "tags": ["Unknown"]}}, missing="FAIL").moves
    upload(bench, {name: {**document, "tags": ["Unknown"]}}, missing="IGNORE")
    assert scene(bench, 4)["tags"] == []


def test_an_import_makes_new_scenes_with_old_times(bench: Bench) -> None:
    before = scene(bench, 4)
    documents = export(bench, scenes={"ids": ["4"]}, includeDependencies=True)
    bench.stash.data("mutation{sceneDestroy(input:{id:4})}")
    done = upload(bench, documents)
    ((new, how),) = done.moves.pop("scenes").items()
    assert (how, done.events) == ("new", [])
    assert int(new) > 7
    assert scene(bench, new) == before
    file = {"path": "/data/media/far/new.mp4", "size": 5, "duration": 2.5, "updated_at": "2000-01-01T00:00:00Z"}
    document = {"title": "Far", "files": [file["path"]], "updated_at": "2000-01-01T00:00:00Z", "studio": "Made Up"}
    done = upload(bench, {"files/f.json": file, "scenes/s.json": document})
    ((new, _),) = done.moves["scenes"].items()
    own = scene(bench, new)
    assert (own["files"][0]["path"], own["updated_at"]) == (file["path"], document["updated_at"])
    assert list(done.moves["studios"].values()) == ["new"]


LIBRARY = "{findScenes(filter:{per_page:-1}){scenes{id title updated_at files{path} tags{name} studio{name}}}}"


def by_path(bench: Bench) -> Json:
    scenes = bench.stash.data(LIBRARY)["findScenes"]["scenes"]
    return {scene["files"][0]["path"]: scene for scene in scenes if scene["files"]}


def full_import(bench: Bench) -> None:
    bench.do("mutation{metadataExport}")
    bench.do("mutation{metadataImport}")


def test_a_full_import_renumbers_everything_and_keeps_times(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path / "plugins")
    with start_stash(dir=tmp_path, library=make_world(120, 5).stash, version=DEVELOP) as process:
        bench = Bench(BareStash(process), recorder, tmp_path)
        before = by_path(bench)
        done = bench.do("mutation{metadataExport}")
        assert (done.moves, done.events, done.file_moved) == ({}, [], False)
        file = (tmp_path / "stash-go.sqlite").stat().st_ino
        done = bench.do("mutation{metadataImport}")
        assert done.events == []
        assert (tmp_path / "stash-go.sqlite").stat().st_ino != file, "the database is a new file"
        after = by_path(bench)
        assert {path: {**one, "id": "?"} for path, one in after.items()} == {
            path: {**one, "id": "?"} for path, one in before.items()
        }
        ids = sorted(int(one["id"]) for one in bench.stash.data(LIBRARY)["findScenes"]["scenes"])
        assert ids == list(range(1, 121))
        reused = [path for path, one in after.items() if one["id"] != before[path]["id"]]
        assert len(reused) > len(before) / 2
        for noun in ("performer", "studio", "tag", "group"):
            query = f"{{find{noun.capitalize()}s(filter:{{per_page:-1}}){{count}}}}"
            assert bench.stash.data(query)[f"find{noun.capitalize()}s"]["count"] > 0


def test_a_full_import_without_an_export_leaves_nothing(bench: Bench) -> None:
    bench.do("mutation{metadataImport}")
    assert bench.stash.data("{findScenes{count} findTags{count}}") == {
        "findScenes": {"count": 0},
        "findTags": {"count": 0},
    }


def test_in_the_middle_of_a_full_import_the_library_is_empty(bench: Bench) -> None:
    bench.do("mutation{metadataExport}")
    bench.control("import_seconds", {"seconds": 0.5})
    job = bench.stash.data("mutation{metadataImport}")["metadataImport"]
    time.sleep(0.2)
    answer = bench.stash.data("{findScenes{count} jobQueue{id status description}}")
    assert answer == {
        "findScenes": {"count": 0},
        "jobQueue": [{"id": job, "status": "RUNNING", "description": "Importing..."}],
    }
    bench.wait(job)
    assert bench.stash.data("{findScenes{count} jobQueue{id}}") == {"findScenes": {"count": 7}, "jobQueue": None}


def test_a_backup_is_restored_between_two_lives(bench: Bench) -> None:
    bench.do("mutation{backupDatabase(input:{})}")
    times = bench.times()
    bench.do("mutation{sceneDestroy(input:{id:4})}")
    bench.do('mutation{sceneUpdate(input:{id:3,title:"after"}){id}}')
    bench.control("restart", {"seconds": 0.05, "restore": True})
    deadline = time.monotonic() + 20
    while not answers(bench) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert bench.times() == times
    assert scene(bench, 3)["title"] == "Partial date"
    assert scene(bench, 4)["title"]


def answers(bench: Bench) -> bool:
    try:
        return bench.stash.send("GET", "/healthz").status == 200
    except urllib3.exceptions.HTTPError:
        return False
