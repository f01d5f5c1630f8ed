"""Every recorded change, replayed in order: the same processes with the same input, and the same rows move.

The recordings were made one after the other on one server, so they are replayed so; what was done between them and
not recorded stands in BEFORE.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sim_stash_client import BareStash
from sim_stash_library import DEVELOP, RECORDINGS, recorded
from sim_stash_plugin import Recorder
from sim_stash_replay import moves

from plexsync_simulators.process import Process, start_stash
from plexsync_simulators.shared.json_type import Json

CASES = [entry["case"] for entry in json.loads((RECORDINGS / "hooks" / "index.json").read_text("utf-8"))]
# Its recorded trigger is no request; test_sim_stash_exchange.py does what it did.
NOT_REPLAYED = {"import_objects_overwrite"}
LIB = "/data/media/lib"
OSHASHES = {8: "aa8bf2fd6af7fbff", 13: "461fcff4b1430da6"}
NAMES = {8: "olive.mp4", 12: "red.mp4", 13: "teal.mp4"}


@dataclass
class Replay:
    """The server, its recorder plugin, and a way to do things that are not looked at."""

    stash: BareStash
    recorder: Recorder

    def do(self, query: str, **variables: Any) -> None:
        self.stash.data(query, **variables)

    def lay(self, **announced: Any) -> None:
        self.stash.process.control("POST", "files", announced)

    def create(self, noun: str, *names: str) -> None:
        for name in names:
            upper = noun.capitalize()
            self.do(f"mutation($i:{upper}CreateInput!){{{noun}Create(input:$i){{id}}}}", i={"name": name})

    def scan(self) -> None:
        job = self.stash.data("mutation{metadataScan(input:{})}")["metadataScan"]
        self.wait(job)

    def wait(self, job: str) -> Json:
        query = "query($i:ID!){findJob(input:{id:$i}){status description progress error}}"
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            found: Json = self.stash.data(query, i=job)["findJob"]
            if found["status"] in ("FINISHED", "FAILED", "CANCELLED"):
                return found
            time.sleep(0.01)
        raise AssertionError(f"job {job} does not end")

    def credentials(self) -> None:
        self.do('mutation{configureGeneral(input:{username:"admin",password:"secret123"}){username}}')
        login = {"username": "admin", "password": "secret123"}
        cookie = self.stash.send("POST", "/login", fields=login, encode_multipart=False).headers["Set-Cookie"]
        self.stash.headers = {"Cookie": cookie.split(";")[0]}
        key = self.stash.data("mutation{generateAPIKey(input:{})}")["generateAPIKey"]
        self.stash.headers = {"ApiKey": key}

    def cookie(self) -> None:
        self.stash.headers = {}
        login = {"username": "admin", "password": "secret123"}
        cookie = self.stash.send("POST", "/login", fields=login, encode_multipart=False).headers["Set-Cookie"]
        self.stash.headers = {"Cookie": cookie.split(";")[0]}


def first_files() -> list[Json]:
    return [
        {
            "path": f"{LIB}/{NAMES.get(number, f'clip{number}.mp4')}",
            "size": 1000 + number,
            "duration": 1.0,
            "oshash": OSHASHES.get(number, f"{number:016x}"),
        }
        for number in range(1, 16)
    ]


def clip(number: int) -> str:
    return f"{LIB}/clip{number}.mp4"


def prepare_autotag(replay: Replay) -> None:
    replay.create("performer", "Carol Clark")
    replay.lay(add=[{"path": f"{LIB}/Carol.Clark.mp4", "size": 7, "duration": 1}])
    replay.scan()


def new_folder() -> list[Json]:
    return [{"path": f"{LIB}/new/n{number}.mp4", "size": 5, "duration": 1} for number in range(3)]


def prepare_identify(replay: Replay) -> None:
    # Of these two the recordings show only that their ids were given.
    replay.create("studio", "Between")
    replay.create("tag", "Between")
    common: Json = {
        "code": "ID-1",
        "details": "found",
        "date": "2023-01-02",
        "urls": ["https://example.org/i"],
    }
    common |= {"studio": "New Studio", "performers": ["Someone New"], "tags": ["New Tag"], "cover": {"seed": 1}}
    matches = {number: {**common, "title": f"Identified {number}"} for number in (7, 9)}
    replay.stash.process.control("POST", "identify", matches)


BEFORE: dict[str, Callable[[Replay], None]] = {
    "scan_new_files": lambda replay: replay.lay(add=first_files()),
    "performer_create": lambda replay: replay.create("performer", "Alice Adams"),
    "scene_update_full_edit": lambda replay: replay.create("tag", "Tag B", "Tag C"),
    "scenes_destroy_2": lambda replay: replay.do('mutation{sceneCreate(input:{title:"x"}){id}}'),
    "studio_update": lambda replay: replay.create("studio", "Studio Two"),
    "tag_update": lambda replay: replay.create("tag", "Tag D", "Tag E", "Tag F"),
    "performer_merge": lambda replay: replay.create("performer", "Alice Double"),
    "scan_moved_file": lambda replay: replay.lay(move=[[clip(2), "/data/media/lib2/clip2.mp4"]]),
    "scan_new_folder": lambda replay: replay.lay(add=new_folder()),
    "scan_renamed_folder": lambda replay: replay.lay(rename_folder=[[f"{LIB}/new", f"{LIB}/renamed"]]),
    "scan_duplicate_file": lambda replay: replay.lay(copy=[[clip(10), f"{LIB}/copy.mp4"]]),
    "scan_replaced_file": lambda replay: replay.lay(change=[clip(4)]),
    "scan_touched_file": lambda replay: replay.lay(touch=[clip(7)]),
    "clean_removed_file": lambda replay: replay.lay(remove=[f"{LIB}/teal.mp4"]),
    "clean_one_of_two_files": lambda replay: replay.lay(remove=[clip(10)]),
    "autotag": prepare_autotag,
    "identify": prepare_identify,
    "auth_apikey_hook": Replay.credentials,
    "auth_apikey_scan": lambda replay: replay.lay(add=[{"path": f"{LIB}/late.mp4", "size": 5, "duration": 1}]),
    "auth_cookie_hook": Replay.cookie,
}
AUTO_TAG = {
    "query": "mutation($i:AutoTagMetadataInput!){metadataAutoTag(input:$i)}",
    "variables": {"i": {"performers": ["*"], "studios": ["*"], "tags": ["*"]}},
}


@pytest.fixture(scope="module")
def replay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replay]:
    folder = tmp_path_factory.mktemp("hooks")
    recorder = Recorder(folder / "plugins")
    with start_stash(dir=folder, version=DEVELOP) as process:
        yield Replay(BareStash(process), recorder)


def advance(process: Process, seconds: int) -> None:
    """Let at least a second pass on the server, as it did between the recordings."""
    process.control("POST", "clock_offset", {"seconds": seconds})


def recorded_moves(recording: Json) -> dict[str, dict[str, str]]:
    return {
        table: {
            id_: "new" if change["before"] is None else "gone" if change["after"] is None else "moved"
            for id_, change in changes.items()
        }
        for table, changes in recording["updated_at_changes"].items()
    }


def comparable(document: Any) -> Any:
    """Leave out what cannot be equal: long pictures, and the order in which Go walks a map."""
    if isinstance(document, dict):
        return {key: _comparable_value(key, value) for key, value in document.items()}
    return [comparable(one) for one in document] if isinstance(document, list) else document


def _comparable_value(key: str, value: Any) -> Any:
    if key == "inputFields":
        return sorted(value, key=str)
    if "image" in key and value:
        return "a data URL" if value.startswith("data:image") else "bare base64"
    return comparable(value)


def shape(document: Any) -> Any:
    """Keys and types only."""
    if isinstance(document, dict):
        return {key: shape(value) for key, value in document.items()}
    return type(document).__name__


def trigger_of(case: str, recording: Json) -> Json:
    trigger = AUTO_TAG if case == "autotag" else recording["trigger"]
    body = {"query": trigger["query"], "variables": trigger.get("variables", {})}
    # The recorded pictures are cut off; any other will do.
    cut: Json = json.loads(json.dumps(body).replace("L...TRUNCATED", ""))
    return cut


def send(replay: Replay, case: str, recording: Json) -> None:
    answer = replay.stash.post(trigger_of(case, recording)).body
    assert "errors" not in answer, answer
    value = next(iter(answer["data"].values()))
    job = recording["trigger"].get("job") or recording["trigger"].get("job_after")
    if job:
        ended = replay.wait(value)
        assert ended == {name: job[name] for name in ("status", "description", "progress", "error")}
    else:
        assert answer == recording["trigger"]["response"]


def test_all_recorded_changes_move_and_fire_alike(replay: Replay) -> None:
    for number, case in enumerate(case for case in CASES if case not in NOT_REPLAYED):
        recording = recorded("hooks", case)
        advance(replay.stash.process, 2 * number)
        if case in BEFORE:
            BEFORE[case](replay)
        replay.recorder.take()
        before = replay.stash.process.control("GET", "times")
        advance(replay.stash.process, 2 * number + 2)
        send(replay, case, recording)
        calls = replay.recorder.take()
        own = moves(before, replay.stash.process.control("GET", "times"))
        expected = recorded_moves(recording)
        for found in (own, expected):
            # The recorded server had its root folder before; new folders are numbered otherwise.
            assert set(found.pop("folders", {}).values()) <= {"new"}, case
        assert own == expected, case
        assert comparable([call["args"] for call in calls]) == comparable(
            [call["stdin"]["args"] for call in recording["calls"]]
        ), case
        for call, its_recording in zip(calls, recording["calls"], strict=True):
            assert shape(call["server_connection"]) == shape(its_recording["stdin"]["server_connection"]), case


def test_the_connection_says_what_a_plugin_needs(replay: Replay) -> None:
    replay.do('mutation{runPluginOperation(plugin_id:"recorder")}')
    connection = replay.recorder.take()[0]["server_connection"]
    assert connection["Scheme"] == "http"
    assert f"http://{connection['Host']}:{connection['Port']}" == replay.stash.process.url
    assert Path(connection["PluginDir"]) == replay.recorder.folder
    assert Path(connection["Dir"]) == replay.recorder.folder.parents[2]
    assert len(connection["SessionCookie"]["Value"]) >= 384
    answer = replay.stash.pool.request(
        "POST",
        f"{replay.stash.process.url}/graphql",
        json={"query": "{version{version}}"},
        headers={"Cookie": f"session={connection['SessionCookie']['Value']}"},
    )
    assert answer.status == 200
