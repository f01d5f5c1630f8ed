"""How the client deals with what Stash and the network answer."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading

import pytest
import trustme
from canned import Asked, Reply, canned
from stash_canned import client_of, data, recorded, recording

from plexsync.domain.errors import (
    BadAnswer,
    Dropped,
    ImageRejected,
    NoReply,
    NotAllowed,
    OtherServer,
    PasswordSet,
    PlexSyncError,
    SessionRefused,
    Starting,
    TlsFailed,
    TokenRefused,
    Unreachable,
    Unsupported,
    WebPage,
)
from plexsync.stash.client import QueryFailed
from plexsync.stash.connection import Connection
from plexsync_simulators.shared.json_type import Json

EVERY_ADDRESS = "0.0.0.0"  # noqa: S104 (as Stash names it; nothing is bound to it here)
COOKIE = "c00kieS3cret="
KEY = "apiK3yS3cret"
VERSION = "query { version { version } }"
JPEG = b"\xff\xd8\xff" + b"x" * 239


@pytest.mark.parametrize(
    ("name", "shown", "raised"),
    [
        ("graphql/auth_none.json", {}, PasswordSet),
        ("graphql/auth_wrong_cookie.json", {"cookie": COOKIE}, SessionRefused),
        ("graphql/auth_wrong_key_no_password_server.json", {"api_key": KEY}, TokenRefused),
        ("graphql/error_unknown_field.json", {}, Unsupported),
        ("graphql/find_scenes_ids_one_deleted.json", {}, QueryFailed),
        ("graphql/find_scenes_unknown_sort.json", {}, QueryFailed),
    ],
)
def test_recorded_refusals_are_told_apart(name: str, shown: Json, raised: type[PlexSyncError]) -> None:
    with canned(recorded(name)) as server, client_of(server.url, **shown) as client, pytest.raises(raised) as caught:
        client.query(VERSION)
    assert type(caught.value) is raised


@pytest.mark.parametrize(
    ("reply", "raised"),
    [
        (Reply(403), NotAllowed),
        (Reply(500, b"Internal Server Error"), BadAnswer),
        (Reply(502, b"<html>Bad Gateway</html>"), BadAnswer),
        (Reply(503, b"<html>Service Unavailable</html>"), Starting),
        (Reply(200, b"<html>a proxy's page</html>"), WebPage),
        (Reply(200, b'{"data": {"version"', missing=400), BadAnswer),
        (Reply(200, b'"text"'), OtherServer),
        (Reply(404, b"404 page not found"), OtherServer),
        (Reply(200, b'{"data": null}'), BadAnswer),
        (Reply(301, headers={"Location": "https://elsewhere.example/graphql"}), OtherServer),
        (Reply(302, headers={"Location": "/login?returnURL=%2F"}), SessionRefused),
        (Reply(reset=True), Dropped),
    ],
)
def test_what_is_no_proper_answer(reply: Reply, raised: type[PlexSyncError]) -> None:
    with (
        canned(reply) as server,
        client_of(server.url, cookie=COOKIE) as client,
        pytest.raises(raised) as caught,
    ):
        client.query(VERSION)
    assert type(caught.value) is raised
    assert caught.value.data["server"] == "stash"
    assert "S3cret" not in f"{caught.value} {caught.value!r}"


def test_nobody_there() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with client_of(url, api_key=KEY) as client, pytest.raises(Unreachable) as caught:
            client.query(VERSION)
    assert caught.value.data["url"] == url
    assert "S3cret" not in f"{caught.value!r} {caught.value.__context__!r}"


def test_an_answer_that_does_not_come_in_time() -> None:
    told = threading.Event()

    def late(asked: Asked) -> Reply:
        told.wait(10)
        return data({})

    with canned(late) as server, client_of(server.url, read_timeout=0.2) as client:
        with pytest.raises(NoReply):
            client.query(VERSION)
        told.set()


def test_an_answer_with_its_clock() -> None:
    dated = recorded("graphql/version.json")
    with canned(dated) as server, client_of(server.url) as client:
        answer = client.ask(VERSION)
    assert answer.data == recording("graphql/version.json")["response"]["body"]["data"]
    assert answer.clock is not None
    assert 0 <= answer.seconds < 10


def test_the_newest_cookie_is_used_and_nothing_unasked_for_is_sent() -> None:
    renewed = recorded("graphql/auth_cookie.json")
    value = renewed.headers["Set-Cookie"].partition(";")[0].removeprefix("session=")
    with canned(renewed) as server, client_of(server.url, cookie=COOKIE) as client:
        assert client.cookie == COOKIE
        client.query(VERSION)
        assert client.cookie == value
        client.query(VERSION)
    assert [asked.headers["Cookie"] for asked in server.asked] == [f"session={COOKIE}", f"session={value}"]
    assert not {name.lower() for asked in server.asked for name in asked.headers} & {"x-forwarded-for", "apikey"}


def test_an_api_key_goes_alone() -> None:
    accepted = recorded("graphql/auth_apikey_header.json")
    with canned(accepted) as server, client_of(server.url, cookie=COOKIE, api_key=KEY) as client:
        client.query(VERSION)
    assert server.asked[0].headers["ApiKey"] == KEY
    assert "Cookie" not in server.asked[0].headers


def test_a_refused_cookie_is_not_forgotten_for_what_the_refusal_sets() -> None:
    refusal = Reply(401, headers={"Set-Cookie": "session=none; Path=/"})
    with canned(refusal) as server, client_of(server.url, cookie=COOKIE) as client:
        with pytest.raises(TokenRefused):
            client.query(VERSION)
        assert client.cookie == COOKIE


def test_secrets_do_not_show_in_a_connection() -> None:
    assert "S3cret" not in repr(Connection("http://127.0.0.1:9999", cookie=COOKIE, api_key=KEY))


def test_a_path_prefix_and_the_environments_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with canned(data({})) as server, client_of(f"{server.url}/stash/") as client:
        client.query(VERSION)
    assert server.asked[0].path == "/stash/graphql"


@pytest.mark.parametrize(
    ("host", "url"),
    [
        (EVERY_ADDRESS, "http://127.0.0.1:9999"),
        ("", "http://127.0.0.1:9999"),
        ("[::]", "http://[::1]:9999"),
        ("[::1]", "http://[::1]:9999"),
        ("::1", "http://[::1]:9999"),
        ("192.168.1.5", "http://192.168.1.5:9999"),
    ],
)
def test_what_the_door_is_told_becomes_a_connection(host: str, url: str) -> None:
    told = {"Scheme": "http", "Host": host, "Port": 9999, "SessionCookie": {"Name": "session", "Value": COOKIE}}
    assert Connection.from_plugin(told) == Connection(url, cookie=COOKIE)
    assert Connection.from_plugin({**told, "SessionCookie": None}) == Connection(url)


@pytest.fixture(scope="module")
def self_signed() -> ssl.SSLContext:
    """A certificate nobody knows, made out to another name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("stash.example").configure_cert(context)
    return context


def test_a_certificate_of_its_own_is_taken_from_this_machine(self_signed: ssl.SSLContext) -> None:
    with canned(data({"ok": True}), self_signed) as server:
        for url in (server.url, server.url.replace("127.0.0.1", "localhost")):
            with client_of(url) as client:
                assert client.query(VERSION) == {"ok": True}


def test_and_from_no_other(self_signed: ssl.SSLContext) -> None:
    with canned(data({"ok": True}), self_signed) as server:
        elsewhere = server.url.replace("127.0.0.1", EVERY_ADDRESS)  # reaches this server by no loopback address
        with client_of(elsewhere, cookie=COOKIE) as client, pytest.raises(TlsFailed, match="certificate"):
            client.query(VERSION)
    assert server.asked == []


def test_a_new_cover_and_the_same_again() -> None:
    def answer(asked: Asked) -> Reply:
        if "If-None-Match" in asked.headers:
            return recorded("http/scene_screenshot_if_none_match.json", b"")
        return recorded("http/scene_screenshot_generated_no_t.json", JPEG)

    with canned(answer) as server, client_of(server.url) as client:
        new = client.image("/scene/4/screenshot")
        same = client.image("/scene/4/screenshot", new.etag)
    assert (new.status, new.data, new.content_type) == ("changed", JPEG, "image/jpeg")
    assert new.etag == recording("http/scene_screenshot_generated_no_t.json")["response"]["headers"]["Etag"]
    assert (same.status, same.etag, same.data) == ("same", new.etag, b"")
    assert server.asked[1].headers["If-None-Match"] == new.etag


@pytest.mark.parametrize("name", ["scene_screenshot_no_cover", "scene_screenshot_no_such_scene"])
def test_no_cover(name: str) -> None:
    told = recorded(f"http/{name}.json", gzip.compress(b"<svg/>"))
    compressed = Reply(told.status, told.body, {**told.headers, "Content-Encoding": "gzip"})
    with canned(compressed) as server, client_of(server.url) as client:
        answer = client.image("/scene/7/screenshot")
    assert (answer.status, answer.data, answer.etag) == ("none", b"", "")


@pytest.mark.parametrize(
    ("reply", "raised"),
    [
        (recorded("http/auth_none_screenshot.json", b"x" * 65), TokenRefused),
        (recorded("http/auth_wrong_key_screenshot.json", b""), TokenRefused),
        (Reply(500, b"a broken blob"), ImageRejected),
        (Reply(400, b"Bad Request"), ImageRejected),
        (Reply(503), Starting),
        (Reply(200, b"\xff\xd8", {"Content-Type": "image/jpeg"}, missing=100), BadAnswer),
    ],
)
def test_an_image_that_does_not_come(reply: Reply, raised: type[PlexSyncError]) -> None:
    with canned(reply) as server, client_of(server.url) as client, pytest.raises(raised):
        client.image("/scene/4/screenshot")


def test_threads_share_one_client() -> None:
    with canned(data({})) as server, client_of(server.url, cookie=COOKIE) as client:
        threads = [threading.Thread(target=client.query, args=(VERSION,)) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
    assert len(server.asked) == 12


def test_a_password_that_was_switched_on_is_told_from_a_session_that_expired() -> None:
    replies = [data({}), recorded("graphql/auth_wrong_cookie.json")]
    with canned(lambda _: replies.pop(0)) as server, client_of(server.url, cookie=COOKIE) as client:
        client.query(VERSION)  # an open server renews no session
        with pytest.raises(PasswordSet):
            client.query(VERSION)
