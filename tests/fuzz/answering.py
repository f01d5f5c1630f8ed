"""A small, fast HTTP server on loopback that gives whatever answer it was told last."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass

_DATE = b"Date: Mon, 01 Jan 2024 00:00:00 GMT\r\n"


@dataclass
class Answering:
    """``reply`` is the next whole answer, ``writes`` counts the requests that are no questions."""

    url: str = ""
    reply: bytes = b""
    writes: int = 0

    def say(self, status: int, body: bytes, content_type: str = "application/json", *, date: bytes = _DATE) -> None:
        """Set the answer to all requests from now on."""
        head = f"HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n".encode()
        self.reply = head + date + b"\r\n" + body

    def say_until_closed(self, body: bytes) -> None:
        """Answer with a body that ends with the connection."""
        self.reply = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n" + body


def _serve(connection: socket.socket, told: Answering) -> None:
    with contextlib.suppress(OSError), connection, connection.makefile("rb") as stream:
        while line := stream.readline():
            length = 0
            told.writes += line.startswith((b"PUT", b"DELETE"))
            while (header := stream.readline()) not in (b"\r\n", b""):
                if header.lower().startswith(b"content-length:"):
                    length = int(header.split(b":")[1])
            stream.read(length)
            connection.sendall(told.reply)
            if b"Connection: close" in told.reply[:200]:
                return


@contextlib.contextmanager
def answering() -> Iterator[Answering]:
    """Serve until the block is left."""
    listening = socket.create_server(("127.0.0.1", 0))
    told = Answering(f"http://127.0.0.1:{listening.getsockname()[1]}")

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listening.accept()
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=_serve, args=(connection, told), daemon=True).start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)
