"""How the agent gets into Stash: the address and session that Stash hands to whatever it starts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plexsync.stash.connection import Connection
from plexsync.store.stash_files import StashFiles


def keep(files: StashFiles, server: Mapping[str, Any]) -> None:
    """Keep the session of ``server_connection``."""
    door = Connection.from_plugin(server)
    files.keep_session({"url": door.url, "cookie": door.cookie, "dir": server["Dir"]})
