"""Plex's event stream: what is made of it and how it ends, against the simulated Plex and against raw answers."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from plex_canned import client_of
from sim_plex_client import OWNER, RECORDED_LIBRARY, BarePlex

from plexsync.detect import plex_events as agent_listener
from plexsync.domain.errors import BadAnswer, TokenRefused, Unreachable
from plexsync.plex.client import PlexClient
from plexsync.plex.listening import event_stream
from plexsync.plex.listening.events import Event, ItemEvent, ScanEnded
from plexsync.runtime.context import Context
from plexsync.runtime.listening.hearing import PATIENCE, HearingState
from plexsync.runtime.target import Target, targets_of
from plexsync.store import Store
from plexsync_simulators.process import start_plex

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n"
ENTRY = {"type": 1, "itemID": 7, "state": 5, "updatedAt": 12}


@contextlib.contextmanager
def telling(*pieces: bytes | float, head: bytes = HEAD + b"\r\n") -> Iterator[str]:
    """A server that sends these bytes, waits these seconds, and hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, contextlib.suppress(OSError):
            connection.recv(65_536)
            connection.sendall(head)
            for piece in pieces:
                if isinstance(piece, bytes):
                    connection.sendall(piece)
                else:
                    time.sleep(piece)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()
        thread.join(10)


def heard(*pieces: bytes | float, head: bytes = HEAD + b"\r\n") -> list[Event | None]:
    """All that is made of an answer, after the word that the server has begun to tell."""
    with telling(*pieces, head=head) as url, client_of(url) as client:
        first, *rest = event_stream.listen(client)
    assert first is None
    return rest


def data(content: object) -> bytes:
    return b"event: timeline\ndata: " + json.dumps(content).encode() + b"\n\n"


@pytest.fixture(scope="module")
def plex() -> Iterator[BarePlex]:
    with start_plex(library=RECORDED_LIBRARY, token=OWNER, read_latency_ms=0, write_latency_ms=0, scan_ms=20) as sim:
        client = BarePlex(sim)
        yield client
        client.close()


@pytest.fixture
def client(plex: BarePlex) -> Iterator[PlexClient]:
    with client_of(plex.sim.url, OWNER) as client:
        yield client


@pytest.mark.parametrize("form", ["bare", "container"])
def test_what_befalls_an_item_and_the_end_of_a_scan_are_told_in_both_forms(
    plex: BarePlex, client: PlexClient, form: str
) -> None:
    plex.sim.control("POST", "switches", {"event_stream": form})
    stream = event_stream.listen(client)
    assert next(stream) is None
    key = plex.add(title=f"told {form}")
    stamp = plex.dump(key)["updatedAt"]
    assert next(stream) == ItemEvent(key, stamp)
    plex.sim.control("DELETE", f"items/{key}")
    plex.ask("GET", "/library/sections/1/refresh")
    told = [event for event in iter(lambda: next(stream), ScanEnded()) if event is not None]
    assert told
    assert all(isinstance(event, ItemEvent) and event.rating_key == key for event in told)
    plex.sim.control("POST", "hang_up")
    assert [event for event in stream if event is not None] == []


def test_a_quiet_server_still_begins_to_tell(plex: BarePlex, client: PlexClient) -> None:
    plex.sim.control("POST", "switches", {"events": "silent", "ping_ms": 50})
    stream = event_stream.listen(client)
    assert [next(stream) for _ in range(3)] == [None] * 3, "the beginning, and a ping or two"
    plex.sim.control("POST", "switches", {"events": "on", "ping_ms": 10_000})


def test_a_dead_stream_is_given_up_after_a_silence(plex: BarePlex, client: PlexClient) -> None:
    plex.sim.control("POST", "switches", {"events": "dead", "ping_ms": 100})
    began = time.monotonic()
    assert list(event_stream.listen(client, silence=0.3)) == [None]
    assert time.monotonic() - began < 5
    plex.sim.control("POST", "switches", {"events": "on", "ping_ms": 10_000})


def test_a_server_without_events_says_so(plex: BarePlex, client: PlexClient) -> None:
    plex.sim.control("POST", "switches", {"events": "missing"})
    with pytest.raises(BadAnswer) as caught:
        list(event_stream.listen(client))
    assert caught.value.data["status"] == "404"
    plex.sim.control("POST", "switches", {"events": "on"})


def test_a_wrong_token_is_refused(plex: BarePlex) -> None:
    with client_of(plex.sim.url, "wrong-token") as stranger, pytest.raises(TokenRefused):
        list(event_stream.listen(stranger))


def test_a_server_that_is_down_cannot_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with client_of(f"http://127.0.0.1:{port}") as client, pytest.raises(Unreachable):
        list(event_stream.listen(client))


def test_a_stream_cut_in_the_middle_of_a_line_ends_with_what_was_whole() -> None:
    whole, cut = data({"TimelineEntry": ENTRY}), data({"TimelineEntry": {**ENTRY, "itemID": 8}})[:-20]
    assert heard(whole + cut) == [ItemEvent("7", 12)]
    chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
    pieces = f"{len(whole):x}\r\n".encode() + whole + b"\r\n" + f"{len(cut):x}\r\n".encode() + cut[:5]
    assert heard(pieces, head=chunked) == [ItemEvent("7", 12)]


def test_lines_arrive_in_pieces_of_any_size() -> None:
    text = data({"NotificationContainer": {"TimelineEntry": [ENTRY, {**ENTRY, "itemID": "8"}]}}).replace(b"\n", b"\r\n")
    pieces: list[bytes | float] = []
    for at in range(0, len(text), 11):
        pieces += [text[at : at + 11], 0.001]
    assert heard(*pieces) == [ItemEvent("7", 12), ItemEvent("8", 12)]


NONSENSE = [
    b"\xff\xfe\x00nothing at all\n",
    b"data: {\n",
    b"data: " + b"[" * 200_000 + b"\n",
    b'data: 7\ndata: null\ndata: []\ndata: "text"\n',
    data({"NotificationContainer": 7}),
    data({"NotificationContainer": {"TimelineEntry": 7}}),
    data({"TimelineEntry": [None, [], "x", {}, {"type": 1}, {"type": {}, "itemID": 7}]}),
    data({"TimelineEntry": {**ENTRY, "itemID": {"a": 1}}}),
    data({"TimelineEntry": {**ENTRY, "itemID": "../../identity"}}),
    data({"TimelineEntry": {**ENTRY, "itemID": "²"}}),
    data({"TimelineEntry": {**ENTRY, "itemID": True}}),
    data({"ActivityNotification": [7, {"event": "ended", "Activity": 7}, {"event": "ended"}]}),
    b'data: {"TimelineEntry": {"type": 1, "itemID": ' + b"9" * 5000 + b"}}\n",
    b"<html><body>Sign in</body></html>\n",
]


@pytest.mark.parametrize("nonsense", NONSENSE, ids=[str(one[:60]) for one in NONSENSE])
def test_nonsense_is_passed_over(nonsense: bytes) -> None:
    found = heard(nonsense + data({"TimelineEntry": ENTRY}))
    assert [event for event in found if event is not None] == [ItemEvent("7", 12)]


@pytest.mark.parametrize("updated", ["²", "9" * 5000, -5, None, 1.5, "soon"])
def test_a_stamp_that_is_none_counts_as_not_told(updated: object) -> None:
    assert heard(data({"TimelineEntry": {**ENTRY, "updatedAt": updated}})) == [ItemEvent("7", 0)]


def test_collections_and_shows_are_of_no_interest() -> None:
    entries = [{**ENTRY, "type": kind} for kind in (18, 2, -1, "4")]
    assert [one for one in heard(data({"TimelineEntry": entries})) if one is not None] == []
    assert heard(data({"TimelineEntry": {**ENTRY, "type": "1"}})) == [ItemEvent("7", 12)]


def test_a_line_without_an_end_ends_the_stream() -> None:
    assert heard(*[b"x" * 100_000] * 40) == []


@contextlib.contextmanager
def answering(answer: bytes) -> Iterator[tuple[str, list[float]]]:
    """A server that gives every request the same answer and hangs up; notes when it was asked."""
    listener, times = socket.create_server(("127.0.0.1", 0)), []

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                with connection, contextlib.suppress(OSError):
                    times.append(time.monotonic())
                    connection.recv(65_536)
                    connection.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", times
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


@pytest.mark.parametrize("how", ["left", "refused", "hung up", "silent"])
def test_streams_that_ended_take_no_connection_with_them(plex: BarePlex, how: str) -> None:
    """The client has four connections for all threads: one kept back each time would soon stop everything."""
    plex.sim.control("POST", "switches", {"events": "missing" if how == "refused" else "dead"})
    with client_of(plex.sim.url, OWNER) as client:
        for _ in range(6):
            with contextlib.suppress(BadAnswer):
                stream = event_stream.listen(client, silence=0.1)
                assert next(stream) is None
                if how == "hung up":
                    plex.sim.control("POST", "hang_up")
                if how == "left":
                    del stream
                    continue
                assert list(stream) == []
        answer = threading.Thread(target=client.get, args=("/identity",), daemon=True)
        answer.start()
        answer.join(5)
        assert not answer.is_alive()
    plex.sim.control("POST", "switches", {"events": "on"})


@pytest.mark.parametrize(
    ("answer", "most"),
    [
        (HEAD + b"\r\n", 8),
        (b"HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", 8),
        (b"HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", 2),
    ],
    ids=["ends at once", "refused", "missing"],
)
def test_a_server_that_does_not_tell_is_asked_ever_less_often(tmp_path: Path, answer: bytes, most: int) -> None:
    stop = threading.Event()
    with answering(answer) as (url, times), contextlib.closing(Store(tmp_path)) as store:
        context = Context(tmp_path, {"PLEXSYNC_PLEX_URL": url, "PLEXSYNC_PLEX_TOKEN": OWNER})
        context.refresh(store)
        told = agent_listener.PlexEventListener(targets_of(context)[0], lambda: None, pauses=(0.05, 0.1, 0.2, 0.6))
        thread = threading.Thread(target=told.run, args=(stop,), daemon=True)
        thread.start()
        time.sleep(2)
        stop.set()
        thread.join(2)
        assert 1 <= len(times) <= most
        assert not thread.is_alive()


@dataclass
class Listening:
    """A listener at work, and what it handed on."""

    listener: agent_listener.PlexEventListener
    target: Target
    context: Context
    store: Store
    folder: Path

    def wait_for(self, condition: Callable[[], object], seconds: float = 5.0) -> float:
        """Wait, looking after the listener as the agent does."""
        began = time.monotonic()
        while not condition():
            assert time.monotonic() - began < seconds, "not in time"
            self.listener.look_after()
            time.sleep(0.02)
        return time.monotonic() - began


@contextlib.contextmanager
def listening(folder: Path, url: str, silence: float = 5.0) -> Iterator[Listening]:
    stop = threading.Event()
    with contextlib.closing(Store(folder)) as store:
        context = Context(folder, {})
        settings = folder / "settings.toml"
        settings.write_text(f'plex_url = "{url}"\nplex_token = "{OWNER}"\n')
        settings.chmod(0o600)
        context.refresh(store)
        (target,) = targets_of(context)
        listener = agent_listener.PlexEventListener(target, lambda: None, (0.05, 0.1, 0.2), silence)
        thread = threading.Thread(target=listener.run, args=(stop,), daemon=True)
        thread.start()
        try:
            yield Listening(listener, target, context, store, folder)
        finally:
            stop.set()


def told_of(at: Listening, key: str) -> bool:
    return key in at.target.news.take()[0]


@pytest.fixture
def switched(plex: BarePlex) -> Iterator[BarePlex]:
    yield plex
    plex.sim.control("POST", "switches/reset")


@pytest.mark.parametrize("switch", ["on", "websocket"])
def test_events_arrive_by_the_transport_that_there_is(tmp_path: Path, switched: BarePlex, switch: str) -> None:
    switched.sim.control("POST", "switches", {"events": switch})
    with listening(tmp_path, switched.sim.url) as at:
        at.wait_for(lambda: at.target.hearing.state is HearingState.UNTRIED)
        key = switched.add(title=f"over {switch}")
        at.wait_for(lambda: told_of(at, key))
        assert at.target.hearing.state is HearingState.HEARD


def test_a_stream_that_only_pings_gives_way_to_the_websocket_once_our_writes_are_not_told(
    tmp_path: Path, switched: BarePlex
) -> None:
    switched.sim.control("POST", "switches", {"events": "pings", "ping_ms": 100})
    with listening(tmp_path, switched.sim.url) as at:
        at.wait_for(lambda: at.target.hearing.state is HearingState.UNTRIED)
        at.target.hearing.wrote(3)
        at.target.hearing._first_write_at -= PATIENCE
        key = "0"

        def is_told() -> bool:
            nonlocal key
            key = key if told_of(at, key) else switched.add(title="told at last")
            return at.target.hearing.state is HearingState.HEARD

        at.wait_for(is_told)


def test_a_stream_without_a_ping_gives_way_to_the_other_transport(tmp_path: Path, switched: BarePlex) -> None:
    switched.sim.control("POST", "switches", {"events": "dead"})
    with listening(tmp_path, switched.sim.url, silence=0.3):
        time.sleep(1.5)
    paths = {asked["path"] for asked in switched.sim.control("GET", "requests?since=0")["requests"]}
    assert {event_stream.PATH, event_stream.WEBSOCKET_PATH} <= paths


def test_another_address_is_listened_to_at_once(tmp_path: Path, switched: BarePlex) -> None:
    with (
        start_plex(library=RECORDED_LIBRARY, token=OWNER, read_latency_ms=0) as other,
        listening(tmp_path, switched.sim.url, silence=35.0) as at,
    ):
        at.wait_for(lambda: at.target.hearing.state is HearingState.UNTRIED)
        (at.folder / "settings.toml").write_text(f'plex_url = "{other.url}"\nplex_token = "{OWNER}"\n')
        at.context.refresh(at.store)
        took = at.wait_for(lambda: other.control("POST", "hang_up")["listening"], 3.0)
        assert took < 2.0
        at.wait_for(lambda: not switched.sim.control("POST", "hang_up")["listening"])


def test_a_websocket_ends_with_its_server_and_after_a_silence(switched: BarePlex) -> None:
    with client_of(switched.sim.url, OWNER) as client:
        stream = event_stream.listen_by_websocket(client)
        assert next(stream) is None
        key = switched.add(title="by websocket")
        assert next(event for event in stream if event is not None) == ItemEvent(key, switched.dump(key)["updatedAt"])
        switched.sim.control("POST", "hang_up")
        assert all(event is None or isinstance(event, ItemEvent) for event in stream)
        switched.sim.control("POST", "switches", {"events": "dead"})
        began = time.monotonic()
        assert list(event_stream.listen_by_websocket(client, 0.3)) == [None]
        assert time.monotonic() - began < 5


def test_a_websocket_that_is_refused_says_why(switched: BarePlex) -> None:
    switched.sim.control("POST", "switches", {"events": "missing"})
    with client_of(switched.sim.url, OWNER) as client, pytest.raises(BadAnswer) as caught:
        list(event_stream.listen_by_websocket(client))
    assert caught.value.data["status"] == "404"
    with client_of(switched.sim.url, "wrong-token") as stranger, pytest.raises(TokenRefused):
        list(event_stream.listen_by_websocket(stranger))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with client_of(f"http://127.0.0.1:{port}", OWNER) as nobody, pytest.raises(Unreachable):
        list(event_stream.listen_by_websocket(nobody))
