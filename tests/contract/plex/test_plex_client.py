"""The client against a real server: headers, statuses with the recorded bodies, broken connections, secrets."""

from __future__ import annotations

import logging
import socket
import ssl
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
import trustme
from canned import Answer, Asked, Reply, as_json, canned, html
from plex_canned import TOKEN, client_of, recorded

from plexsync.domain.errors import (
    BadAnswer,
    BadSetting,
    Dropped,
    ItemGone,
    ItemRejected,
    Moved,
    NoReply,
    NoSuchHost,
    NotAllowed,
    OtherServer,
    PlexSyncError,
    Starting,
    TlsFailed,
    TokenRefused,
    TooManyRequests,
    Unreachable,
    WebPage,
)
from plexsync.net.tls import Address
from plexsync.net.too_many_requests import quiet_seconds
from plexsync.plex.client import LEAST_QUIET, MOST_QUIET, PlexClient

IDENTITY = as_json(recorded("spec_examples.json")["identity"])
_SPEC = {
    int(name.split("-> ")[1][:3]): next(iter(error["example"].values()))["value"]
    for name, error in recorded("spec_error_bodies.json").items()
}
PAGES = {
    **_SPEC,
    401: recorded("ws_sections_get_401.json")["response"]["body"],
    403: "<html><head><title>Forbidden</title></head><body><h1>403 Forbidden</h1></body></html>",
    414: "",
    498: "<html><head><title>Token Expired</title></head><body><h1>498 Token Expired</h1></body></html>",
    500: "<html><head><title>Internal Server Error</title></head></html>",
    502: "<html><title>Bad Gateway</title>",
    503: "<html><head><title>Maintenance</title></head><body>Plex Media Server is currently running startup "
    "maintenance tasks.</body></html>",
}


def refuse(status: int) -> Answer:
    return lambda asked: IDENTITY if asked.path == "/identity" else html(status, PAGES[status])


def ask(client: PlexClient, method: str, item: str) -> None:
    if method == "GET":
        client.get("/library/sections", item=item)
    elif method == "PUT":
        client.put("/library/sections/1/all", "type=1&id=7", item=item)
    else:
        client.post("/library/metadata/7/posters", None, b"image", "image/jpeg", item=item)


def raised_by(client: PlexClient, method: str, item: str = "") -> PlexSyncError:
    with pytest.raises(PlexSyncError) as caught:
        ask(client, method, item)
    return caught.value


def test_the_token_travels_in_a_header_and_never_in_the_address() -> None:
    with canned(lambda _: IDENTITY) as server, client_of(server.url) as client:
        client.get("/library/sections/1/all", {"updatedAt>>": 5, "title": "a b&c+d"})
    (asked,) = server.asked
    assert asked.path == "/library/sections/1/all?updatedAt%3E%3E=5&title=a%20b%26c%2Bd"
    assert asked.headers["X-Plex-Token"] == TOKEN
    assert asked.headers["Accept"] == "application/json"
    assert asked.headers["X-Plex-Client-Identifier"] == "test-client"
    assert asked.headers["X-Plex-Product"] == "PlexSync"
    assert asked.headers["X-Plex-Version"]


def test_an_address_with_a_folder_is_kept_before_every_path() -> None:
    with canned(lambda _: IDENTITY) as server, client_of(f"{server.url}/plex") as client:
        client.get("/identity")
    assert server.asked[0].path == "/plex/identity"


def test_a_put_keeps_its_encoding_and_a_post_carries_its_body() -> None:
    with canned(lambda _: Reply()) as server, client_of(server.url) as client:
        client.put("/library/sections/1/all", "id=1&genre%5B%5D.tag.tag-=a%252Cb,c")
        client.post("/library/metadata/1/posters", {"x": "y"}, b"\x89PNG", "image/png")
        assert client.counts == {"PUT": 1, "POST": 1}
    put, post = server.asked
    assert put.path == "/library/sections/1/all?id=1&genre%5B%5D.tag.tag-=a%252Cb,c"
    assert put.body == b""
    assert (post.path, post.body, post.headers["Content-Type"]) == (
        "/library/metadata/1/posters?x=y",
        b"\x89PNG",
        "image/png",
    )


SERVER_WIDE = [
    (401, TokenRefused),
    (498, TokenRefused),
    (403, NotAllowed),
    (503, Starting),
    (502, BadAnswer),
]


@pytest.mark.parametrize(("status", "kind"), SERVER_WIDE)
@pytest.mark.parametrize("method", ["GET", "PUT", "POST"])
@pytest.mark.parametrize("item", ["", "7"])
def test_these_statuses_concern_the_whole_server(
    status: int, kind: type[PlexSyncError], method: str, item: str
) -> None:
    with canned(refuse(status)) as server, client_of(server.url) as client:
        error = raised_by(client, method, item)
    assert type(error) is kind
    assert error.data["url"] == server.url
    assert len(server.asked) == 1  # judged by status alone, sent once


@pytest.mark.parametrize("status", [400, 409, 414])
def test_a_refused_edit_concerns_its_item_only(status: int) -> None:
    with canned(refuse(status)) as server, client_of(server.url) as client:
        error = raised_by(client, "PUT", "7,8")
    assert type(error) is ItemRejected
    assert (error.data["rating_key"], error.data["status"]) == ("7,8", str(status))


def test_a_status_404_means_the_item_is_gone_where_an_item_is_named() -> None:
    with canned(refuse(404)) as server, client_of(server.url) as client:
        gone, nowhere = raised_by(client, "GET", "7"), raised_by(client, "GET")
    assert type(gone) is ItemGone
    assert gone.data == {"rating_key": "7"}
    assert type(nowhere) is OtherServer, "every Plex says who it is"
    assert nowhere.data["status"] == "404"


def test_an_edit_answered_with_500_is_the_items_fault_only_while_plex_is_well() -> None:
    """F41: one 500 on a write is neither always the item nor always the server."""
    with canned(refuse(500)) as server, client_of(server.url) as client:
        well = raised_by(client, "PUT", "7")
        reading = raised_by(client, "GET", "7")
        assert client.counts == {"PUT": 1, "GET": 2}
    with canned(lambda _: html(500, PAGES[500])) as server, client_of(server.url) as client:
        ill = raised_by(client, "PUT", "7")
    assert type(well) is ItemRejected
    assert well.data["status"] == "500"
    assert type(reading) is BadAnswer
    assert type(ill) is BadAnswer


def test_an_error_page_becomes_a_line_of_text() -> None:
    with canned(refuse(401)) as server, client_of(server.url) as client:
        assert raised_by(client, "GET").data["detail"] == "Unauthorized"


BROKEN = {
    "html with 200": (html(200, "<html><h1>Log in &amp; go</h1></html>"), WebPage, "Log in & go"),
    "cut-off json": (Reply(body=b'{"MediaContainer":{"size":2,"Meta'), BadAnswer, "JSON"),
    "fewer bytes than promised": (Reply(body=b'{"MediaContainer":{}}', missing=50), BadAnswer, "IncompleteRead"),
    "no container": (as_json([1]), OtherServer, "another kind"),
    "another one's json": (as_json({"status": "ok"}), OtherServer, "is missing"),
    "a list for a container": (as_json({"MediaContainer": [1]}), BadAnswer, "list"),
    "a redirect": (Reply(302), Moved, "302"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_an_answer_that_makes_no_sense_is_said_to_be_bad(name: str) -> None:
    reply, kind, words = BROKEN[name]
    with canned(lambda _: reply) as server, client_of(server.url) as client:
        error = raised_by(client, "GET", "7")
    assert type(error) is kind
    assert words in error.data["detail"]


def raised_by_raw(answer: bytes) -> PlexSyncError:
    """Ask a server that takes a request, says this and hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def talk() -> None:
            connection = listener.accept()[0]
            with connection:
                connection.recv(4096)
                connection.sendall(answer)

        thread = threading.Thread(target=talk)
        thread.start()
        with client_of(f"http://127.0.0.1:{listener.getsockname()[1]}") as client:
            error = raised_by(client, "GET")
        thread.join()
    return error


def test_a_server_that_speaks_no_http_is_a_bad_answer() -> None:
    assert type(raised_by_raw(b"SSH-2.0-OpenSSH\r\n\r\n")) is OtherServer


def test_hanging_up_without_a_word_is_no_answer() -> None:
    assert type(raised_by_raw(b"")) is Dropped


def test_no_answer_at_all_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with client_of(f"http://127.0.0.1:{port}") as client:
        refused = raised_by(client, "GET")
    with canned(lambda _: Reply(reset=True)) as server, client_of(server.url) as client:
        reset = raised_by(client, "PUT", "7")
    with client_of("http://no-such-host.invalid:32400") as client:
        nameless = raised_by(client, "GET")
    assert [type(error) for error in (refused, reset, nameless)] == [Unreachable, Dropped, NoSuchHost]
    assert "refused" in refused.data["detail"]


def test_a_server_that_keeps_silent_is_unreachable_after_the_answer_time_out() -> None:
    done = threading.Event()

    def wait(_: Asked) -> Reply:
        done.wait(10)
        return IDENTITY

    with canned(wait) as server, client_of(server.url, read_timeout=0.2) as client:
        error = raised_by(client, "GET")
        done.set()
    assert type(error) is NoReply
    assert "timed out" in error.data["detail"]


def test_an_answer_without_a_body_does_where_nothing_is_read_and_nowhere_else() -> None:
    with canned(lambda _: Reply()) as server, client_of(server.url) as client:
        client.trigger("/library/sections/1/refresh", {})
        with pytest.raises(BadAnswer, match="an answer without a body"):
            client.get("/library/sections/1/all")


def test_reading_in_four_threads_counts_every_request() -> None:
    with canned(lambda _: IDENTITY) as server, client_of(server.url) as client:
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda _: client.get("/identity"), range(40)))
        assert client.counts == {"GET": 40}
    assert len(server.asked) == 40


def test_proxies_of_the_environment_are_not_for_plex(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    with canned(lambda _: IDENTITY) as server, client_of(server.url) as client:
        assert client.get("/identity")["claimed"] is True


def whole_text(error: BaseException) -> str:
    return "".join(traceback.format_exception(error)) + repr(error) + repr(error.__cause__) + repr(error.__context__)


ECHOES: list[Reply] = [
    *(html(status, f"<p>{TOKEN}</p>") for status in (200, 302, 400, 401, 403, 404, 409, 498, 500, 502, 503)),
    Reply(body=b"{", missing=3),
    Reply(reset=True),
]


@pytest.mark.parametrize("reply", ECHOES, ids=str)
def test_no_error_and_no_log_holds_the_token(reply: Reply, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    answer: Answer = lambda asked: IDENTITY if asked.path == "/identity" else reply  # noqa: E731
    with canned(answer) as server, client_of(server.url) as client:
        for item in ("", "7"):
            error = raised_by(client, "GET", item)
            assert TOKEN not in whole_text(error).replace(repr(reply), "")
        assert TOKEN not in repr(client) + str(vars(client)["url"])
    assert TOKEN not in caplog.text


@pytest.mark.parametrize("token", [f"{TOKEN}\n", f"{TOKEN} x", f"“{TOKEN}”"])
def test_a_token_no_header_can_carry_is_a_setting_to_mend(token: str) -> None:
    with pytest.raises(BadSetting) as caught:
        PlexClient(Address("http://127.0.0.1:1"), token, connect_timeout=1, read_timeout=1, client_id="x")
    assert caught.value.data["setting"] == "plex_token"
    assert TOKEN not in whole_text(caught.value)


def test_an_address_that_is_none_is_a_setting_to_mend() -> None:
    with pytest.raises(BadSetting):
        PlexClient(Address("http://[::1"), TOKEN, connect_timeout=1, read_timeout=1, client_id="x")


@pytest.fixture
def self_signed() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("nobody.example").configure_cert(context)
    return context


def test_a_self_signed_certificate_will_do_on_loopback_only(self_signed: ssl.SSLContext) -> None:
    with canned(lambda _: IDENTITY, self_signed) as server:
        with client_of(server.url) as client:
            assert client.get("/identity")["claimed"] is True
        # The same server under a name that is not known to be this machine.
        with client_of(server.url.replace("127.0.0.1", "127.1")) as client:
            error = raised_by(client, "GET")
    assert type(error) is TlsFailed
    assert error.data["detail"] == "nobody this machine trusts has signed its certificate"
    assert len(server.asked) == 1


def test_an_edit_is_sent_once_whatever_becomes_of_it() -> None:
    """Names that are added twice may stand there twice: whoever sends an edit again has looked before."""
    answers = {"reset": Reply(reset=True), "500": html(500, PAGES[500]), "502": html(502, PAGES[502])}
    for name, reply in answers.items():
        with canned(partial(_answer_edits, reply)) as server, client_of(server.url) as client:
            for _ in range(10):
                client.get("/identity")
            with pytest.raises((Dropped, BadAnswer)):
                client.edit("/library/sections/1/all", "type=1&id=7", item="7")
            assert client.counts["PUT"] == 1, name
            assert client.may_try_again()


def _answer_edits(reply: Reply, asked: Asked) -> Reply:
    return reply if asked.method == "PUT" else IDENTITY


def _slowly(_: Asked) -> Reply:
    time.sleep(0.5)
    return Reply()


def test_an_edit_of_many_items_may_take_longer() -> None:
    with canned(_slowly) as server, client_of(server.url, read_timeout=0.2) as client:
        with pytest.raises(NoReply):
            client.edit("/library/sections/1/all", "type=1&id=7", item="7")
        client.edit("/library/sections/1/all", "type=1&id=7,8", item="7,8", patience=5.0)


def test_who_asks_for_quiet_gets_it_from_all_threads() -> None:
    reply = Reply(429, b"slow down", {"Content-Type": "text/html", "Retry-After": "60"})
    with canned(lambda _: reply) as server, client_of(server.url) as client:
        for method in ("GET", "PUT", "POST"):
            error = raised_by(client, method, "7")
            assert isinstance(error, TooManyRequests)
            assert 55 <= int(error.data["retry_after"]) <= 60
        assert len(server.asked) == 1, "what comes after it is not even sent"


@pytest.mark.parametrize(
    ("header", "least", "most"),
    [
        ("", 3, 3),
        ("120", 120, 120),
        ("soon", 3, 3),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0, 0),
        ("-5", 3, 3),
        ("99999", 3600, 3600),
    ],
)
def test_how_long_quiet_is_asked_for(header: str, least: float, most: float) -> None:
    assert least <= quiet_seconds(header, LEAST_QUIET, MOST_QUIET) <= most
