"""Plex's notifications over a websocket: the messages of one connection, as they come."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import websocket

from plexsync.domain.errors import Dropped
from plexsync.plex.client import SERVER, PlexClient, Query


class MessageStream:
    """The messages of a websocket; any thread may stop it."""

    def __init__(self, channel: websocket.WebSocket, opened: socket.socket) -> None:
        self._channel = channel
        self._socket = opened

    def __iter__(self) -> Iterator[bytes]:
        """Yield what comes, nothing for a ping; ends with the connection or after a silence."""
        with suppress(websocket.WebSocketException, OSError, ValueError):  # whoever listens opens another one
            while True:
                kind, data = self._channel.recv_data(control_frame=True)
                if kind == websocket.ABNF.OPCODE_CLOSE:
                    return
                yield data if kind == websocket.ABNF.OPCODE_TEXT else b""

    def stop(self) -> None:
        """End it, also for a thread that waits for the next message."""
        with suppress(OSError, ValueError):  # it has ended meanwhile
            self._socket.shutdown(socket.SHUT_RDWR)


@contextmanager
def messages(client: PlexClient, path: str, query: Query, silence: float) -> Iterator[MessageStream]:
    """Open a websocket; its messages end after ``silence`` seconds without a byte. Raises :class:`ServerError`."""
    begun = client.handshake(path, query)
    scheme, _, rest = begun.url.partition("://")
    address = f"{'wss' if scheme == 'https' else 'ws'}://{rest}"
    with begun.socket:
        try:
            channel = websocket.create_connection(
                address, socket=begun.socket, header=dict(begun.headers), timeout=silence, suppress_origin=True
            )
        except websocket.WebSocketBadStatusException as error:
            raise client.refusal(error.status_code, path) from None
        except (websocket.WebSocketException, OSError, ValueError):
            raise Dropped(server=SERVER, url=client.url, detail="no websocket comes about") from None
        begun.socket.settimeout(silence)
        yield MessageStream(channel, begun.socket)
