"""A server that hangs in one phase of a request, on a real socket, and never comes out of it."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

PHASES = ("connect", "tls", "head", "middle", "drip")
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n"
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"


@contextmanager
def hanging(phase: str) -> Iterator[str]:
    """Hang in a phase; yields the address.

    "connect" takes no connection, "tls" says nothing to a greeting, "head" says nothing to a request, "middle" stops in
    the body of an answer, "drip" sends a byte of it now and then. Plex's event stream is opened, and silent.
    """
    if phase == "connect":
        with _full() as port:
            yield f"http://127.0.0.1:{port}"
        return
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0), backlog=100) as listener:
        taking = threading.Thread(target=_take, args=(listener, phase, over), daemon=True)
        taking.start()
        port = listener.getsockname()[1]
        yield f"{'https' if phase == 'tls' else 'http'}://127.0.0.1:{port}"
        over.set()
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
    taking.join(5)


@contextmanager
def _full() -> Iterator[int]:
    """A port whose queue of connections is full: the system answers no further one."""
    with contextlib.ExitStack() as open_ones:
        listener = open_ones.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(8):
            client = open_ones.enter_context(socket.socket())
            client.settimeout(0)
            with contextlib.suppress(BlockingIOError):
                client.connect(listener.getsockname())
        yield listener.getsockname()[1]


def _take(listener: socket.socket, phase: str, over: threading.Event) -> None:
    while not over.is_set():
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_hang, args=(connection, phase, over), daemon=True).start()


def _hang(connection: socket.socket, phase: str, over: threading.Event) -> None:
    with connection, contextlib.suppress(OSError):
        if phase in {"middle", "drip"}:
            asked = connection.recv(65536)
            connection.sendall(STREAM if b"eventsource" in asked else HEAD + b'{"data": ')
        while not over.wait(0.3):
            if phase == "drip":
                connection.sendall(b" ")
