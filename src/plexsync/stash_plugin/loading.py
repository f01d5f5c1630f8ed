"""Tasks by their names, each loaded only when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from importlib import import_module

from plexsync.stash_plugin.protocol import LogLine
from plexsync.stash_plugin.task_context import TaskContext

Lines = Iterator[str | LogLine]

TASKS: Mapping[str, str] = {
    "sync_all": "sync_tasks",
    "sync_recent": "sync_tasks",
    "process_queue": "sync_tasks",
    "queue_status": "queue_tasks",
    "retry_dead_letters": "queue_tasks",
    "clear_queue": "queue_tasks",
    "clear_dead_letters": "queue_tasks",
    "purge_dead_letters": "queue_tasks",
    "health_check": "health_tasks",
    "restart_agent": "agent_tasks",
    "reconcile": "reconcile_tasks",
    "reconcile_all": "reconcile_tasks",
    "reconcile_24h": "reconcile_tasks",
    "reconcile_7d": "reconcile_tasks",
    "reconcile_custom": "reconcile_tasks",
    "allow_mass_change": "reconcile_tasks",
    "preview_reconcile": "preview_tasks",
}
"""In which module each task is."""


def load_task(word: str) -> Callable[[TaskContext], Lines]:
    """Return a task by the word that Stash sends."""
    task: Callable[[TaskContext], Lines] = import_module(f"plexsync.stash_plugin.{TASKS[word]}").TASKS[word]
    return task
