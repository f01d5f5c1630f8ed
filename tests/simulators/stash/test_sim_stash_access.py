"""Logins, keys and pictures of the simulated Stash, each held against its recording."""

from __future__ import annotations

import hashlib
import json
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
import urllib3
from sim_stash_client import BareStash, StashAnswer
from sim_stash_library import DEVELOP, OWN_PICTURE, library, recorded
from sim_stash_plugin import write_plugin

from plexsync_simulators.process import Process, start_stash
from plexsync_simulators.shared.json_type import Json

LOGIN = {"username": "admin", "password": "secret123"}
VERSION_QUERY = {"query": "query{version{version}}"}


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    """A server with a password."""
    folder = tmp_path_factory.mktemp("closed")
    write_plugin(folder / "plugins", "recorder")
    with start_stash(dir=folder, library=library(), version=DEVELOP, **LOGIN) as process:
        yield process


@pytest.fixture(scope="module")
def open_(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BareStash]:
    """A server without one, and with a plugin that has a script and assets."""
    folder = tmp_path_factory.mktemp("open")
    write_plugin(folder / "plugins", "recorder")
    own = write_plugin(
        folder / "plugins", "uiprobe", ui={"javascript": ["a.js", "b.js"], "assets": {"/": "dist", "/more": "other"}}
    )
    (own / "a.js").write_text("one();", "utf-8")
    (own / "b.js").write_text("two();", "utf-8")
    (own / "secret.txt").write_text("s", "utf-8")
    (own / "dist" / "sub").mkdir(parents=True)
    (own / "dist" / "sub" / "hello.txt").write_text("hello\n", "utf-8")
    with start_stash(dir=folder, library=library(), version=DEVELOP) as process:
        yield BareStash(process)


def log_in(process: Process) -> BareStash:
    answer = BareStash(process).send("POST", "/login", fields=LOGIN, encode_multipart=False)
    return BareStash(process, {"Cookie": answer.headers["Set-Cookie"].split(";")[0]})


def make_key(process: Process) -> str:
    key: str = log_in(process).data("mutation{generateAPIKey(input:{})}")["generateAPIKey"]
    return key


def agrees(own: StashAnswer, recording: Json) -> None:
    """Same status, and the headers that mean something alike."""
    expected = recording["response"]
    assert own.status == expected["status"], own.body
    for name in ("Cache-Control", "Www-Authenticate", "Location", "Accept-Ranges", "Allow", "X-Content-Type-Options"):
        assert own.headers.get(name) == expected["headers"].get(name), name


@pytest.mark.parametrize("name", ["auth_none", "auth_wrong_cookie", "auth_wrong_key", "auth_stale_key"])
def test_graphql_is_refused_with_an_empty_401(closed: Process, name: str) -> None:
    recording = recorded("graphql", name)
    answer = BareStash(closed).post(VERSION_QUERY, **recording["request"]["headers"])
    agrees(answer, recording)
    assert answer.body == b""


def test_a_wrong_key_is_401_even_without_a_password(open_: BareStash) -> None:
    answer = open_.post(VERSION_QUERY, ApiKey="wrong")
    agrees(answer, recorded("graphql", "auth_wrong_key_no_password_server"))


def test_a_garbled_cookie_is_not_looked_at_without_a_password(open_: BareStash) -> None:
    answer = open_.post(VERSION_QUERY, Cookie="session=garbage")
    assert answer.status == 200
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("way", ["header", "query"])
def test_a_key_opens_and_sets_no_cookie(closed: Process, way: str) -> None:
    key = make_key(closed)
    headers, path = ({"ApiKey": key}, "/graphql") if way == "header" else ({}, f"/graphql?apikey={key}")
    answer = BareStash(closed).send("POST", path, json=VERSION_QUERY, headers=headers)
    assert (answer.status, "Set-Cookie" in answer.headers) == (200, False)


def test_each_answer_to_a_cookie_brings_a_fresh_one(closed: Process) -> None:
    client = log_in(closed)
    answer = client.post(VERSION_QUERY)
    recording = recorded("graphql", "auth_cookie")["response"]["headers"]["Set-Cookie"]
    own = answer.headers["Set-Cookie"]
    assert {part.split("=")[0].lower() for part in own.split("; ")} == {
        part.split("=")[0].lower() for part in recording.split("; ")
    }
    assert "SameSite=Lax" in answer.headers["Set-Cookie"]
    assert "Max-Age=3600" in answer.headers["Set-Cookie"]


def test_logging_in_is_answered_as_recorded(closed: Process) -> None:
    good = BareStash(closed).send("POST", "/login", fields=LOGIN, encode_multipart=False)
    bad = BareStash(closed).send("POST", "/login", fields={**LOGIN, "password": "x"}, encode_multipart=False)
    agrees(good, recorded("http", "login_ok"))
    agrees(bad, recorded("http", "login_wrong"))
    assert good.headers["Set-Cookie"].startswith("session=")


def test_a_cookie_ages_and_an_adopted_one_lives_on(tmp_path: Path) -> None:
    with start_stash(dir=tmp_path, max_session_age=4, **LOGIN) as process:
        first = log_in(process)
        process.control("POST", "clock_offset", {"seconds": 3})
        adopted = BareStash(process, {"Cookie": first.post(VERSION_QUERY).headers["Set-Cookie"].split(";")[0]})
        process.control("POST", "clock_offset", {"seconds": 6})
        assert first.post(VERSION_QUERY).status == 401
        assert adopted.post(VERSION_QUERY).status == 200


def test_cookies_and_keys_survive_a_restart(tmp_path: Path) -> None:
    with start_stash(dir=tmp_path, **LOGIN) as process:
        cookie, key = log_in(process).headers, make_key(process)
    with start_stash(dir=tmp_path) as process:
        assert BareStash(process, cookie).post(VERSION_QUERY).status == 200
        assert BareStash(process, {"ApiKey": key}).post(VERSION_QUERY).status == 200
        assert BareStash(process).post(VERSION_QUERY).status == 401


def test_there_is_no_key_without_a_user_and_clearing_empties_it(open_: BareStash, closed: Process) -> None:
    assert (
        open_.ask("mutation{generateAPIKey(input:{})}")
        == recorded("graphql", "generate_api_key_without_username")["response"]["body"]
    )
    key = make_key(closed)
    form = recorded("graphql", "generate_api_key")["response"]["body"]["data"]["generateAPIKey"]
    assert [len(part) for part in key.split(".")] == [len(part) for part in form.split(".")]
    client = log_in(closed)
    assert client.data("{configuration{general{apiKey}}}")["configuration"]["general"]["apiKey"] == key
    stream = client.data("{findScene(id:4){paths{stream screenshot}}}")["findScene"]["paths"]
    assert stream["stream"].endswith(f"/scene/4/stream?apikey={key}")
    assert key not in stream["screenshot"]
    assert client.ask("mutation{generateAPIKey(input:{clear:true})}") == {"data": {"generateAPIKey": ""}}
    assert BareStash(closed, {"ApiKey": key}).post(VERSION_QUERY).status == 401


@pytest.mark.parametrize(
    "name",
    [
        "auth_none_screenshot",
        "auth_none_screenshot_with_t",
        "auth_none_performer_image",
        "auth_none_plugin_assets",
        "auth_none_plugin_javascript",
        "auth_none_root",
        "auth_none_stream",
        "auth_none_healthz",
        "auth_wrong_key_screenshot",
    ],
)
def test_other_addresses_without_a_login_are_answered_as_recorded(closed: Process, name: str) -> None:
    recording = recorded("http", name)
    answer = BareStash(closed).send("GET", recording["request"]["path"], headers=recording["request"]["headers"])
    if name != "auth_none_healthz":
        answer.headers.discard("X-Content-Type-Options")
    recording["response"]["headers"].pop("X-Content-Type-Options", None)
    answer.headers.pop("X-Content-Type-Options", None)
    agrees(answer, recording)
    assert len(answer.body) == recording["response"]["body_bytes"]


def test_one_public_address_closes_an_open_server_for_everybody(tmp_path: Path) -> None:
    with start_stash(dir=tmp_path) as process:
        client = BareStash(process)
        assert client.post(VERSION_QUERY, **{"X-Forwarded-For": "10.1.2.3"}).status == 200
        assert client.post(VERSION_QUERY, **{"X-Forwarded-For": "93.184.216.34"}).status == 403
        assert client.post(VERSION_QUERY).status == 403


def test_links_follow_a_proxys_scheme_and_prefix(open_: BareStash) -> None:
    recording = recorded("graphql", "auth_x_forwarded_proto_host")
    headers = {name: value for name, value in recording["request"]["headers"].items() if name != "ApiKey"}
    own = json.dumps(open_.post(recording["request"]["body"], **headers).body)
    address = open_.process.url.removeprefix("http://")
    shown = json.loads(own.replace(address, "127.0.0.1:9999"))["data"]["findScenes"]["scenes"][0]["paths"]["screenshot"]
    expected = recording["response"]["body"]["data"]["findScenes"]["scenes"][0]["paths"]["screenshot"]
    assert shown.split("?")[0].rsplit("/scene/", 1)[0] == expected.split("?")[0].rsplit("/scene/", 1)[0]


PICTURES = [
    "scene_screenshot_generated_no_t",
    "scene_screenshot_generated_with_t",
    "scene_screenshot_no_cover",
    "scene_screenshot_no_such_scene",
    "scene_screenshot_not_a_number",
    "scene_screenshot_head",
    "scene_screenshot_range",
    "performer_image_own",
    "performer_image_default",
    "studio_image_own",
    "studio_image_default",
    "tag_image_default",
    "group_image_default",
    "plugin_javascript",
    "plugin_known_javascript",
    "plugin_unknown_javascript",
    "plugin_known_root",
    "plugin_deep_link",
    "plugin_asset_outside_mapped_folder",
    "plugins_deep_link",
    "root_page",
    "healthz",
]


@pytest.mark.parametrize("name", PICTURES)
def test_pictures_and_pages_are_answered_as_recorded(open_: BareStash, name: str) -> None:
    recording = recorded("http", name)
    request, expected = recording["request"], recording["response"]
    path = request["path"].replace("/ID/", "/4/")
    answer = open_.send(request["method"], path, headers=request.get("headers", {}))
    if name == "healthz":
        answer.headers.pop("X-Content-Type-Options", None)
    agrees(answer, recording)
    kind = expected["headers"].get("Content-Type", "").split(";")[0]
    assert answer.headers.get("Content-Type", "").split(";")[0] == kind or name == "scene_screenshot_head"
    if "Etag" in expected["headers"] and answer.status == 200:
        assert answer.headers["Etag"] == f'"{hashlib.md5(answer.body, usedforsecurity=False).hexdigest()}"'


def test_an_unchanged_picture_is_304(open_: BareStash) -> None:
    for path in ("/scene/4/screenshot", "/scene/4/screenshot?t=5", "/scene/7/screenshot", "/plugin/uiprobe/javascript"):
        etag = open_.send("GET", path).headers["Etag"]
        again = open_.send("GET", path, headers={"If-None-Match": etag})
        assert (again.status, again.headers["Etag"], again.body) == (304, etag, b"")
        assert open_.send("GET", path, headers={"If-None-Match": '"other"'}).status == 200


def test_an_etag_changes_with_the_cover_and_with_nothing_else(open_: BareStash) -> None:
    def etag() -> str:
        return open_.send("GET", "/scene/3/screenshot").headers["Etag"]

    def shown() -> str:
        found: str = open_.data("{findScene(id:3){paths{screenshot}}}")["findScene"]["paths"]["screenshot"]
        return found

    first, address = etag(), shown()
    open_.process.control("POST", "clock_offset", {"seconds": 100})
    open_.data("mutation{sceneUpdate(input:{id:3,rating100:20}){id}}")
    assert etag() == first
    assert shown() != address
    open_.data("mutation($c:String){sceneUpdate(input:{id:3,cover_image:$c}){id}}", c=OWN_PICTURE[:16])
    assert etag() != first


def test_plugin_files_are_served_from_mapped_folders_only(open_: BareStash) -> None:
    assert open_.send("GET", "/plugin/uiprobe/javascript").body == b"\none();\ntwo();"
    assert open_.send("GET", "/plugin/uiprobe/assets/sub/hello.txt").body == b"hello\n"
    assert b"hello.txt" in open_.send("GET", "/plugin/uiprobe/assets/sub/").body
    assert open_.send("GET", "/plugin/uiprobe/assets/%2e%2e/secret.txt").status == 404
    assert open_.send("GET", "/plugin/UIPROBE/javascript").status == 404


def test_https_with_a_certificate_of_ones_own(tmp_path: Path) -> None:
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    cert, key = tmp_path / "stash.crt", tmp_path / "stash.key"
    issued.cert_chain_pems[0].write_to_path(cert)
    issued.private_key_pem.write_to_path(key)
    with start_stash(dir=tmp_path, tls_cert=cert, tls_key=key) as process:
        context = ssl.create_default_context()
        authority.configure_trust(context)
        with urllib3.PoolManager(ssl_context=context) as pool:
            answer = pool.request("POST", f"{process.url}/graphql", json=VERSION_QUERY)
            assert process.url.startswith("https://")
            assert answer.status == 200
