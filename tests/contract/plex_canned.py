"""Recorded answers of Plex, and a client of a server that gives them."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from plexsync.net.tls import Address
from plexsync.plex.client import PlexClient

RECORDINGS = Path(__file__).parent.parent / "recordings" / "plex"
TOKEN = "Sup3rS3cretT0ken"


def recorded(name: str) -> Any:
    return json.loads((RECORDINGS / name).read_text(encoding="utf-8"))


@contextlib.contextmanager
def client_of(url: str, token: str = TOKEN, read_timeout: float = 10.0) -> Iterator[PlexClient]:
    client = PlexClient(Address(url), token, connect_timeout=5, read_timeout=read_timeout, client_id="test-client")
    with contextlib.closing(client):
        yield client
