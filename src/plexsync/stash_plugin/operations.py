"""What PlexSync's script in Stash's page asks for by ``runPluginOperation``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from plexsync.stash_plugin.task_context import TaskContext
from plexsync.usecases.status import status


def wake(context: TaskContext) -> Any:
    """Have the agent look at its settings again; the door has started it if it was not running."""
    context.store.commands.ask("wake", {}, context.now())
    return "ok"


def show_status(context: TaskContext) -> Any:
    """Return how things stand."""
    return status(context.store, context.folder, context.now()).to_json()


OPERATIONS: Mapping[str, Callable[[TaskContext], Any]] = {"wake": wake, "status": show_status}
