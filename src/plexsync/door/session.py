"""How the agent gets into Stash: the address and session that Stash hands to whatever it starts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plexsync.agent.surroundings import SESSION
from plexsync.stash.client import Connection
from plexsync.store import Store


def keep(store: Store, server: Mapping[str, Any]) -> None:
    """Keep the session of ``server_connection`` unless it is the one already kept."""
    door = Connection.from_door(server)
    session = {"url": door.url, "cookie": door.cookie, "dir": server["Dir"]}
    if store.get(SESSION) != session:
        store.put(SESSION, session)
