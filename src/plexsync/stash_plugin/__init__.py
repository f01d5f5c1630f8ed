"""What Stash starts PlexSync for: tasks, page operations and, once, the agent."""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from plexsync.agent import process
from plexsync.domain.advice import explain, explain_error
from plexsync.domain.errors import PlexSyncError, StateDamaged
from plexsync.net.redaction import Redactor
from plexsync.runtime.settings import read_settings
from plexsync.stash_plugin import session
from plexsync.stash_plugin.document import Document
from plexsync.stash_plugin.operations import OPERATIONS
from plexsync.stash_plugin.protocol import Channel
from plexsync.stash_plugin.question import Question, question
from plexsync.stash_plugin.task_context import NotDone, TaskContext
from plexsync.stash_plugin.tasks import TASKS, run_task
from plexsync.store import Store
from plexsync.store.sqlite_errors import is_damage
from plexsync.store.stash_files import StashFiles
from plexsync.usecases import agent

DATA_VARIABLE = "PLEXSYNC_DATA_DIR"
UNUSABLE = 4


def data_folder(server_connection: Mapping[str, Any]) -> Path:
    """Return PlexSync's data folder: beside Stash's config unless the environment says otherwise."""
    chosen = os.environ.get(DATA_VARIABLE)
    return Path(chosen) if chosen else Path(server_connection["Dir"]) / "plexsync"


def run(raw: Mapping[str, Any], plugin_dir: str) -> dict[str, Any]:
    """Answer one document of Stash's with ``{"output": ...}`` or ``{"error": text}``."""
    logging.getLogger().addHandler(logging.NullHandler())  # what has a meaning for Stash goes through the channel
    try:
        document = Document.of(raw)
    except NotDone as reason:
        return {"error": str(reason)}
    folder = data_folder(document.server)
    answer = _attend(document, folder, plugin_dir)
    clean = _redactor(folder).clean
    return {key: clean(value) if isinstance(value, str) else value for key, value in answer.items()}


def _attend(document: Document, folder: Path, plugin_dir: str) -> dict[str, Any]:
    try:
        asked = question(document.arguments, TASKS, OPERATIONS)
        store = Store(folder)
        try:
            began = time.time()
            session.keep(StashFiles(folder), document.server)
            started = agent.start(folder, Path(plugin_dir))
            context = TaskContext(
                store,
                folder,
                Path(plugin_dir),
                Channel(_redactor(folder).clean),
                time.time,
                time.sleep,
                asked.arguments,
            )
            return {"output": _answer(asked, context, began if started else None)}
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


def _answer(asked: Question, context: TaskContext, agent_since: float | None) -> Any:
    """Do what is asked for; ``agent_since`` is when an agent was just started, for which a task waits."""
    if asked.mode == "task":
        if agent_since is not None:
            agent.wait_for(context.store, agent_since, now=context.now, sleep=context.sleep)
        return run_task(asked.name, context)
    if asked.mode == "operation":
        return OPERATIONS[asked.name](context)
    return "ok"


def _redactor(folder: Path) -> Redactor:
    files = StashFiles(folder)
    settings = read_settings(folder, os.environ, files.page)
    cookie = (files.session or {}).get("cookie", "")
    return Redactor([settings.text("plex_token"), settings.text("stash_api_key"), cookie])


def agent_main(arguments: list[str], plugin_dir: str) -> int:
    """Be the agent of the data folder named in ``arguments`` until it ends; return the exit code."""
    try:
        return process.run(Path(arguments[0]), Path(plugin_dir))
    except PlexSyncError:
        return UNUSABLE  # nobody hears this process: its log says why
