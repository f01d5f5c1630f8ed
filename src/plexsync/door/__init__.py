"""What Stash starts PlexSync for: tasks, page operations and, once, the agent."""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from plexsync.advice import explain, explain_error
from plexsync.agent import process
from plexsync.agent.log import Redactor
from plexsync.agent.surroundings import PLUGIN_SETTINGS, SESSION, read_settings
from plexsync.door import session
from plexsync.door.errand import Errand, NotDone
from plexsync.door.operations import OPERATIONS
from plexsync.door.protocol import Channel
from plexsync.door.tasks import run_task
from plexsync.errors import PlexSyncError, StateDamaged
from plexsync.service import agent
from plexsync.store import Store
from plexsync.store.trouble import is_damage

DATA_VARIABLE = "PLEXSYNC_DATA_DIR"


def data_folder(server_connection: Mapping[str, Any]) -> Path:
    """Return PlexSync's data folder: beside Stash's config unless the environment says otherwise."""
    chosen = os.environ.get(DATA_VARIABLE)
    return Path(chosen) if chosen else Path(server_connection["Dir"]) / "plexsync"


def run(document: Mapping[str, Any], plugin_dir: str) -> dict[str, Any]:
    """Answer one document of Stash's with ``{"output": ...}`` or ``{"error": text}``."""
    logging.getLogger().addHandler(logging.NullHandler())  # what has a meaning for Stash goes through the channel
    server = document["server_connection"]
    folder = data_folder(server)
    try:
        store = Store(folder)
        try:
            began = time.time()
            session.keep(store, server)
            started = agent.start(folder, Path(plugin_dir))
            errand = Errand(
                store,
                folder,
                Path(plugin_dir),
                _channel(store, folder),
                time.time,
                time.sleep,
                document.get("args") or {},
            )
            return {"output": _answer(document.get("args") or {}, errand, began if started else None)}
        finally:
            store.close()
    except NotDone as reason:
        return {"error": str(reason)}
    except StateDamaged as error:
        agent.start(folder, Path(plugin_dir))  # which puts the file aside: the next task finds a new one
        return {"error": str(explain_error(error))}
    except PlexSyncError as error:
        return {"error": str(explain_error(error))}
    except (OSError, sqlite3.Error) as problem:
        name = "state_damaged" if is_damage(problem) else "folder_unusable"
        return {"error": str(explain(name, {"path": str(folder), "detail": str(problem)}))}


def _answer(arguments: Mapping[str, Any], errand: Errand, agent_since: float | None) -> Any:
    """Do what is asked for; ``agent_since`` is when an agent was just started, for which a task waits."""
    mode = arguments.get("mode")
    if mode == "task":
        if agent_since is not None:
            agent.wait_for(errand.store, agent_since, now=errand.now, sleep=errand.sleep)
        return run_task(str(arguments.get("task")), errand)
    if mode == "operation":
        name = str(arguments.get("operation"))
        if name not in OPERATIONS:
            raise NotDone(f"PlexSync has no operation named {name}.")
        return OPERATIONS[name](errand)
    return "ok"


def _channel(store: Store, folder: Path) -> Channel:
    settings = read_settings(folder, os.environ, store.get(PLUGIN_SETTINGS) or {})
    redactor = Redactor()
    cookie = (store.get(SESSION) or {}).get("cookie", "")
    redactor.know([settings.text("plex_token"), settings.text("stash_api_key"), cookie])
    return Channel(redactor.clean)


def agent_main(arguments: list[str], plugin_dir: str) -> int:
    """Be the agent of the data folder named in ``arguments`` until it ends; return the exit code."""
    return process.run(Path(arguments[0]), Path(plugin_dir))
