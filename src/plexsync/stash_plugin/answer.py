"""Answering one document of Stash's: a task, a page operation or a new file."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from plexsync.domain.advice import explain_error
from plexsync.domain.errors import PlexSyncError, StateDamaged
from plexsync.stash_plugin.operations import catalogue
from plexsync.stash_plugin.operations.operation import PageRequest
from plexsync.stash_plugin.plain import plain
from plexsync.stash_plugin.protocol import Channel, LogLine
from plexsync.stash_plugin.question import Question, question
from plexsync.stash_plugin.tasks.catalogue import load_task
from plexsync.stash_plugin.tasks.context import NotDone, TaskContext
from plexsync.usecases.agent import start as agent_start
from plexsync.usecases.data_folder import forget_overview
from plexsync.usecases.refusal import Refused
from plexsync.usecases.stash_session import Document, NoDocument, keep_session, mask

DATA_VARIABLE = "PLEXSYNC_DATA_DIR"


def data_folder(server_connection: Mapping[str, Any]) -> Path:
    """Return PlexSync's data folder: beside Stash's config unless the environment says otherwise."""
    chosen = os.environ.get(DATA_VARIABLE)
    return Path(chosen) if chosen else Path(server_connection["Dir"]) / "plexsync"


def run(raw: Mapping[str, Any], plugin_dir: str) -> dict[str, Any]:
    """Answer one document of Stash's with ``{"output": ...}`` or ``{"error": text}``."""
    logging.getLogger().addHandler(logging.NullHandler())  # what has a meaning for Stash goes through the channel
    try:
        document = Document.of(raw)
    except NoDocument as problem:
        return {"error": f"The text on stdin is no document of Stash's: {problem}."}
    folder = data_folder(document.server)
    answer = _attend(document, folder, Path(plugin_dir))
    clean = mask(folder)
    return {key: clean(value) if isinstance(value, str) else value for key, value in answer.items()}


def _attend(document: Document, folder: Path, plugin_dir: Path) -> dict[str, object]:
    try:
        asked = question(document.arguments)
        return {"output": _answer(asked, document.server, folder, plugin_dir)}
    except NotDone as reason:
        return {"error": str(reason)}
    except Refused as refused:
        return {"error": str(refused.advice)}
    except PlexSyncError as error:
        if isinstance(error, StateDamaged):
            agent_start.start(folder, plugin_dir)  # which puts the file aside: the next task finds a new one
        return {"error": str(explain_error(error))}


def _answer(asked: Question, server: Mapping[str, object], folder: Path, plugin_dir: Path) -> object:
    """Start the agent if none lives, and do what is asked for."""
    began = time.time()
    keep_session(folder, server)
    started = agent_start.start(folder, plugin_dir)
    if asked.mode == "task":
        context = TaskContext(folder, plugin_dir, Channel(mask(folder)), time.time, time.sleep, asked.arguments)
        if started:
            from plexsync.usecases.agent import waking  # noqa: PLC0415  an operation does not wait for it

            waking.wait_for(folder, began, now=context.now, sleep=context.sleep)
        return _run_task(asked.name, context)
    if asked.mode == "operation":
        if started:
            agent_start.wait_alive(folder, now=time.time, sleep=time.sleep)
        operation = catalogue.load(asked.name)
        answer = operation.ask(PageRequest(folder, plugin_dir, time.time, asked.arguments))
        if operation.changes:
            forget_overview(folder)
        return plain(answer)
    return "ok"


def _named(word: str, said: Sequence[LogLine]) -> Sequence[LogLine]:
    """Put the task's name above its lines: Stash's log shows those of all tasks one below the other."""
    from plexsync.stash_plugin.manifest import TASKS  # noqa: PLC0415  an operation does not wait for it

    title = next(task.name for task in TASKS if task.word == word)
    return [LogLine(f"{title}:"), *said] if len(said) > 1 else said


def _run_task(word: str, context: TaskContext) -> str:
    """Run a task and return what it says, which is also in Stash's log; raises :class:`NotDone`."""
    said: list[LogLine] = []
    try:
        said.extend(line if isinstance(line, LogLine) else LogLine(line) for line in load_task(word)(context))
    finally:
        context.channel.log_together(_named(word, said))
    context.channel.end()
    return "\n".join(line.text for line in said)
