"""Tasks by their names, each loaded only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module

from plexsync.stash_plugin.protocol import LogLine
from plexsync.stash_plugin.tasks.context import TaskContext

Lines = Iterator[str | LogLine]

TASKS: Mapping[str, str] = {
    "sync_all": "sync",
    "sync_recent": "sync",
    "process_queue": "sync",
    "queue_status": "queue",
    "retry_dead_letters": "queue",
    "clear_queue": "queue",
    "clear_dead_letters": "queue",
    "purge_dead_letters": "queue",
    "health_check": "health",
    "restart_agent": "agent",
    "reconcile": "reconcile",
    "reconcile_all": "reconcile",
    "reconcile_24h": "reconcile",
    "reconcile_7d": "reconcile",
    "reconcile_custom": "reconcile",
    "allow_mass_change": "reconcile",
    "preview_reconcile": "preview",
}
"""In which module each task is."""


def load_task(word: str) -> Callable[[TaskContext], Lines]:
    """Return a task by the word that Stash sends."""
    task: Callable[[TaskContext], Lines] = import_module(f"plexsync.stash_plugin.tasks.{TASKS[word]}").TASKS[word]
    return task
