"""A real HTTP server on loopback that gives the answers a test hands it, recorded ones above all."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Reply:
    """An answer, of JSON unless a header says otherwise.

    ``missing`` bytes are promised and not sent, ``reset`` ends the connection without a word.
    """

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


Answer = Callable[[Asked], Reply]


@dataclass
class Canned:
    url: str
    asked: list[Asked] = field(default_factory=list)


def as_json(content: object) -> Reply:
    return Reply(body=json.dumps(content).encode())


def html(status: int, page: str) -> Reply:
    return Reply(status, page.encode(), {"Content-Type": "text/html"})


@contextlib.contextmanager
def canned(answer: Answer | Reply, context: ssl.SSLContext | None = None, *, date: bool = True) -> Iterator[Canned]:
    """Serve until the block is left, with or without a Date header."""

    class CannedHandler(BaseHTTPRequestHandler):
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
            reply = answer if isinstance(answer, Reply) else answer(asked)
            if reply.reset:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
                self.connection.close()
            else:
                self._send(reply)

        def _send(self, reply: Reply) -> None:
            length = str(len(reply.body) + reply.missing)
            self.send_response_only(reply.status)
            if date:
                self.send_header("Date", self.date_time_string())
            for name, value in {"Content-Type": "application/json", **reply.headers, "Content-Length": length}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)
            self.close_connection |= reply.missing > 0

        do_GET = do_PUT = do_POST = _any

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), CannedHandler)
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
