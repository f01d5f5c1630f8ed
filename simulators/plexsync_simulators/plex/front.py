"""One port for plain http and for https: the first byte of a connection tells which it is, as on the real server."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable, Coroutine

_HANDSHAKE = b"\x16"


class Front:
    """Accepts connections and hands each over to the web server's protocol, with or without TLS."""

    def __init__(self, protocol: Callable[[], asyncio.Protocol], tls: ssl.SSLContext) -> None:
        self._protocol = protocol
        self._tls = tls
        self._tasks: set[asyncio.Task[None]] = set()

    def open(self, port: int) -> int:
        """Listen on loopback and return the port."""
        listening = socket.create_server(("127.0.0.1", port))
        listening.settimeout(0)
        self._start(self._accept(listening))
        return int(listening.getsockname()[1])

    async def close(self) -> None:
        """Stop listening."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _accept(self, listening: socket.socket) -> None:
        with listening:
            while True:
                connection, _ = await asyncio.get_running_loop().sock_accept(listening)
                self._start(self._hand_over(connection))

    async def _hand_over(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            tls = self._tls if await _first_byte(connection) == _HANDSHAKE else None
            await asyncio.get_running_loop().connect_accepted_socket(self._protocol, connection, ssl=tls)


async def _first_byte(connection: socket.socket) -> bytes:
    """The first byte that comes, which stays to be read."""
    connection.settimeout(0)
    loop, readable = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(connection, readable.set)
    try:
        await readable.wait()
    finally:
        loop.remove_reader(connection)
    return connection.recv(1, socket.MSG_PEEK)
