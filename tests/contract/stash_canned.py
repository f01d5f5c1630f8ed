"""Recorded answers of Stash, and a client of a server that gives them."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

from canned import Reply, as_json

from plexsync.stash.client import StashClient
from plexsync.stash.connection import Connection
from plexsync_simulators.shared.json_type import Json

RECORDINGS = Path(__file__).parent.parent / "recordings" / "stash"
_FRAMING = {"content-length", "transfer-encoding", "content-encoding", "date"}


def recording(name: str) -> Json:
    found: Json = json.loads((RECORDINGS / name).read_text(encoding="utf-8"))
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
    return as_json({"data": content})


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
