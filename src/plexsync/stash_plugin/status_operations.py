"""Answers that PlexSync's script in Stash's page shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from plexsync.stash_plugin.task_context import TaskContext
from plexsync.usecases.status.report import status


def show_status(context: TaskContext) -> Mapping[str, object]:
    """Return how things stand."""
    return status(context.folder, context.now()).to_json()


OPERATIONS: Mapping[str, Callable[[TaskContext], Mapping[str, object]]] = {"status": show_status}
