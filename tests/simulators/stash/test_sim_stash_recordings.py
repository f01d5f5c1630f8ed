"""The simulated Stash answers recorded requests as the recorded server did."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import build_client_schema, print_schema
from sim_stash_client import BareStash
from sim_stash_library import DEVELOP, RECORDED_URL, RECORDINGS, library, recorded

from plexsync_simulators.process import start_stash
from plexsync_simulators.shared.json_type import Json
from plexsync_simulators.stash.graphql.schema import VERSIONS, load

READS = sorted(
    path.stem
    for pattern in ("find_scene*", "find_groups", "find_studios", "find_tags", "find_job_unknown", "error_*", "stats")
    for path in (RECORDINGS / "graphql").glob(f"{pattern}.json")
    # The second has raw bodies, the others are tested below.
    if path.stem not in ("error_get_query", "error_post_no_content_type", "error_post_not_json")
)
ZONES = sorted(path.stem for path in (RECORDINGS / "graphql").glob("tz_*.json"))
HEADERS = ("Cache-Control", "Content-Type", "Vary", "X-Content-Type-Options")


@pytest.fixture(scope="module")
def stash(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BareStash]:
    with start_stash(dir=tmp_path_factory.mktemp("stash"), library=library(), version=DEVELOP) as process:
        yield BareStash(process)


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BareStash]:
    """The server after its move from UTC to New York, with one scene written there."""
    with start_stash(dir=tmp_path_factory.mktemp("moved"), library=library(), version=DEVELOP) as process:
        process.control("POST", "timezone", {"zone": "America/New_York"})
        process.control("POST", "raw_scene", {"id": 2, "updated_at": "2026-11-22T20:04:40-05:00"})
        yield BareStash(process)


def replay(stash: BareStash, name: str) -> None:
    recording = recorded("graphql", name)
    request, expected = recording["request"], recording["response"]
    answer = stash.post(request["body"], **request["headers"])
    own = json.loads(json.dumps(answer.body).replace(stash.process.url, RECORDED_URL))
    assert own == expected["body"]
    assert answer.status == expected["status"]
    assert {name: answer.headers.get(name) for name in HEADERS} == {
        name: expected["headers"].get(name) for name in HEADERS
    }


@pytest.mark.parametrize("name", READS)
def test_a_read_is_answered_as_recorded(stash: BareStash, name: str) -> None:
    replay(stash, name)


@pytest.mark.parametrize("name", ZONES)
def test_times_are_compared_as_texts_after_a_move_to_another_zone(moved: BareStash, name: str) -> None:
    replay(moved, name)


def test_performers_with_equal_keys_have_no_order(stash: BareStash) -> None:
    recording = recorded("graphql", "find_performers")
    own = stash.ask(recording["request"]["body"]["query"])["data"]["findPerformers"]
    expected = recording["response"]["body"]["data"]["findPerformers"]
    assert own["count"] == expected["count"]
    by_id = {one["id"]: one for one in own["performers"]}
    assert json.loads(json.dumps(by_id).replace(stash.process.url, RECORDED_URL)) == {
        one["id"]: one for one in expected["performers"]
    }


@pytest.mark.parametrize("name", ["error_get_query", "error_post_no_content_type", "error_post_not_json"])
def test_a_request_of_another_form_is_answered_as_recorded(stash: BareStash, name: str) -> None:
    recording = recorded("graphql", name)
    request, expected = recording["request"], recording["response"]
    body = request.get("data", "").encode() or None
    url = request["url"].replace("{", "%7B").replace("}", "%7D")
    answer = stash.send(request["method"], url, body=body, headers=request.get("headers", {}))
    assert (answer.status, answer.headers["Content-Type"]) == (
        expected["status"],
        expected["headers"]["Content-Type"],
    )
    own = answer.body if isinstance(answer.body, dict) else json.loads(answer.body)
    if name == "error_get_query":
        assert own == json.loads(expected["body"])
    else:
        assert own == json.loads(expected["body"])


@pytest.mark.parametrize("name", VERSIONS)
def test_the_schema_is_the_recorded_one(name: str) -> None:
    recording = json.loads((RECORDINGS / "schema" / f"{name}.json").read_text("utf-8"))
    assert print_schema(load(name)) == print_schema(build_client_schema(recording["data"]))


@pytest.mark.parametrize("name", VERSIONS)
def test_every_version_answers_what_the_product_needs(name: str, tmp_path: Path) -> None:
    query = (
        "query($f:FindFilterType){findScenes(filter:$f){count scenes{id title date urls rating100 organized updated_at"
        " studio{id name} performers{id name image_path} tags{id name} groups{group{id name} scene_index}"
        " files{id path basename size duration} paths{screenshot}}}"
        " findPerformers{count} findStudios{count} findTags{count} findGroups{count} version{version}"
        " systemStatus{status}"
        " configuration{general{databasePath apiKey} plugins}}"
    )
    with start_stash(dir=tmp_path, library=library(), version=name) as process:
        data = BareStash(process).data(query, f={"per_page": -1})
        assert data["findScenes"]["count"] == 7
        assert data["configuration"]["general"]["databasePath"] == str(tmp_path / "stash-go.sqlite")


def test_a_client_that_wants_plain_json_gets_it_with_its_own_statuses(stash: BareStash) -> None:
    good = stash.post({"query": "{version{version}}"}, Accept="application/json")
    bad = stash.post({"query": "{nosuch}"}, Accept="application/json")
    assert (good.status, good.headers["Content-Type"]) == (200, "application/json")
    assert (bad.status, bad.headers["Content-Type"]) == (422, "application/json")


@pytest.mark.parametrize(
    ("variables", "message", "path"),
    [
        ({}, "must be defined", ["variable", "i"]),
        ({"i": None}, "cannot be null", ["variable", "i"]),
        ({"i": {"title": "x"}}, "must be defined", ["variable", "i", "id"]),
        ({"i": {"id": "1", "nosuch": 1}}, "unknown field", ["variable", "i", "nosuch"]),
        ({"i": {"id": "1", "title": 5}}, "cannot use int64 as String", ["variable", "i", "title"]),
    ],
)
def test_wrong_variables_are_refused_with_their_path(
    stash: BareStash, variables: Json, message: str, path: list[str]
) -> None:
    answer = stash.ask("mutation($i: SceneUpdateInput!){sceneUpdate(input:$i){id}}", **variables)
    assert answer["errors"] == [{"message": message, "path": path, "extensions": {"code": "GRAPHQL_VALIDATION_FAILED"}}]


def test_what_is_not_simulated_is_said_and_never_guessed(stash: BareStash) -> None:
    answer = stash.ask("{dlnaStatus{running}}")
    assert answer["errors"][0]["message"] == "the simulator does not know dlnaStatus"


def test_introspection_tells_the_recorded_types(stash: BareStash) -> None:
    data = stash.data('{__type(name:"SceneFilterType"){inputFields{name}}}')
    assert {"name": "files_filter"} in data["__type"]["inputFields"]


def test_directives_and_fragments_follow_the_variables(stash: BareStash) -> None:
    query = (
        "query($with:Boolean!){findScene(id:4){...F studio @include(if:$with){name} code @skip(if:$with)}}"
        " fragment F on Scene{id kind:__typename}"
    )
    assert stash.data(query, **{"with": True})["findScene"] == {
        "id": "4",
        "kind": "Scene",
        "studio": {"name": "Studio Child"},
    }
    assert stash.data(query, **{"with": False})["findScene"] == {"id": "4", "kind": "Scene", "code": "R-1"}
