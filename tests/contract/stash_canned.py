"""A real HTTP server on loopback that gives a Stash client the answers a test hands it, recorded ones above all."""

from __future__ import annotations

import contextlib
import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from plexsync.stash.client import StashClient
from plexsync.stash.connection import Connection

RECORDINGS = Path(__file__).parent.parent / "recordings" / "stash"
_FRAMING = {"content-length", "transfer-encoding", "content-encoding", "date"}


@dataclass(frozen=True)
class Reply:
    """An answer; ``missing`` bytes are promised and not sent, ``reset`` ends the connection without a word."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    missing: int = 0
    reset: bool = False


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Canned:
    url: str
    asked: list[Asked] = field(default_factory=list)


def recording(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RECORDINGS / name).read_text(encoding="utf-8"))
    return found


def recorded(name: str, body: bytes | None = None) -> Reply:
    """The recorded answer; a body that was recorded by its length and first bytes only has to be given."""
    answer = recording(name)["response"]
    if body is None:
        told = answer.get("body", "")
        body = (told if isinstance(told, str) else json.dumps(told)).encode()
    headers = {name: value for name, value in answer["headers"].items() if name.lower() not in _FRAMING}
    return Reply(answer["status"], body, headers)


def data(content: object) -> Reply:
    return Reply(body=json.dumps({"data": content}).encode(), headers={"Content-Type": "application/json"})


@contextlib.contextmanager
def canned(
    answer: Callable[[Asked], Reply] | Reply, context: ssl.SSLContext | None = None, *, date: bool = True
) -> Iterator[Canned]:
    """Serve until the block is left, with or without a Date header."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            with contextlib.suppress(OSError):
                super().handle_one_request()
                return
            self.close_connection = True

        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            asked = Asked(self.command, self.path, dict(self.headers.items()), body)
            told.asked.append(asked)
            reply = answer(asked) if callable(answer) else answer
            if reply.reset:
                self.close_connection = True
                return
            self.send_response_only(reply.status)
            if date:
                self.send_header("Date", self.date_time_string())
            for name, value in {**reply.headers, "Content-Length": str(len(reply.body) + reply.missing)}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)
            self.close_connection = reply.missing > 0

        do_GET = do_POST = _any  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    told = Canned(f"{'https' if context else 'http'}://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextlib.contextmanager
def client_of(
    url: str,
    *,
    cookie: str = "",
    api_key: str = "",
    read_timeout: float = 10.0,
) -> Iterator[StashClient]:
    connection = Connection(url, cookie=cookie, api_key=api_key)
    client = StashClient(connection, connect_timeout=5, read_timeout=read_timeout)
    with contextlib.closing(client):
        yield client
