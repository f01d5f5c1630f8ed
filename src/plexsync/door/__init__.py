"""What Stash starts PlexSync for: tasks, page operations and, once, the agent."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from plexsync.agent import launch, process
from plexsync.agent.lease import is_held
from plexsync.agent.surroundings import SESSION
from plexsync.stash.client import Connection
from plexsync.store import Store

DATA_VARIABLE = "PLEXSYNC_DATA_DIR"


def data_folder(server_connection: Mapping[str, Any]) -> Path:
    """Return PlexSync's data folder: beside Stash's config unless the environment says otherwise."""
    chosen = os.environ.get(DATA_VARIABLE)
    return Path(chosen) if chosen else Path(server_connection["Dir"]) / "plexsync"


def run(document: Mapping[str, Any], plugin_dir: str) -> dict[str, Any]:
    """Answer one document of Stash's with ``{"output": ...}`` or ``{"error": text}``."""
    connection = document["server_connection"]
    folder = data_folder(connection)
    store = Store(folder)
    try:
        door = Connection.from_door(connection)
        store.put(SESSION, {"url": door.url, "cookie": door.cookie, "dir": connection["Dir"]})
    finally:
        store.close()
    if launch.is_allowed() and not is_held(folder):
        launch.start(launch.plugin_command(Path(plugin_dir), folder))
    return {"output": "ok"}


def agent_main(arguments: list[str], plugin_dir: str) -> int:
    """Be the agent of the data folder named in ``arguments`` until it ends; return the exit code."""
    return process.run(Path(arguments[0]), Path(plugin_dir))
