"""How the agent gets into Stash: the address and session that Stash hands to whatever it starts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plexsync.agent.surroundings import SESSION
from plexsync.stash.client import Connection
from plexsync.store import Store

FRESH_SECONDS = 600.0
"""How long a kept session is left alone: the agent renews it with every answer of Stash's, and each change of it makes
the agent set up anew."""


def keep(store: Store, server: Mapping[str, Any], now: float) -> None:
    """Keep the session of ``server_connection`` unless the kept one leads to the same Stash and is not old."""
    door = Connection.from_door(server)
    kept = store.get(SESSION) or {}
    same = kept.get("url") == door.url and kept.get("dir") == server["Dir"]
    if same and (kept.get("cookie") == door.cookie or 0 <= now - kept.get("kept_at", 0.0) < FRESH_SECONDS):
        return
    store.put(SESSION, {"url": door.url, "cookie": door.cookie, "dir": server["Dir"], "kept_at": now})
