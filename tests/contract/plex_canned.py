"""A real HTTP server on loopback that gives the answers a test hands it, recorded ones above all."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from plexsync.net.tls import Address
from plexsync.plex.client import PlexClient

RECORDINGS = Path(__file__).parent.parent / "recordings" / "plex"
TOKEN = "Sup3rS3cretT0ken"  # noqa: S105 (of no server at all)


@dataclass(frozen=True)
class Reply:
    """An answer; ``missing`` bytes are promised and not sent, ``reset`` sends nothing at all, ``closes`` hangs up."""

    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    missing: int = 0
    reset: bool = False
    location: str | None = None
    closes: bool = False
    retry_after: str = ""


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Answer = Callable[[Asked], Reply]


@dataclass
class Canned:
    url: str
    asked: list[Asked] = field(default_factory=list)


def recorded(name: str) -> Any:
    return json.loads((RECORDINGS / name).read_text(encoding="utf-8"))


def as_json(content: object) -> Reply:
    return Reply(body=json.dumps(content).encode())


def html(status: int, page: str) -> Reply:
    return Reply(status, page.encode(), "text/html")


@contextlib.contextmanager
def canned(answer: Answer, context: ssl.SSLContext | None = None) -> Iterator[Canned]:
    """Serve until the block is left."""

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
            reply = answer(asked)
            if reply.reset:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
                self.connection.close()
                return
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            if reply.location is not None:
                self.send_header("Location", reply.location)
            if reply.retry_after:
                self.send_header("Retry-After", reply.retry_after)
            if reply.closes:
                self.send_header("Connection", "close")
            self.send_header("Content-Length", str(len(reply.body) + reply.missing))
            self.end_headers()
            self.wfile.write(reply.body)
            self.close_connection = reply.closes or reply.missing > 0

        do_GET = do_PUT = do_POST = _any  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
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
def client_of(url: str, token: str = TOKEN, read_timeout: float = 10.0) -> Iterator[PlexClient]:
    client = PlexClient(Address(url), token, connect_timeout=5, read_timeout=read_timeout, client_id="test-client")
    with contextlib.closing(client):
        yield client
