"""Requests to the agent by PlexSync's script in Stash's page."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from plexsync.stash_plugin.task_context import TaskContext
from plexsync.usecases import agent


def wake(context: TaskContext) -> str:
    """Have the agent look at its settings again; it was started before if it was not running."""
    agent.wake(context.folder, context.now())
    return "ok"


OPERATIONS: Mapping[str, Callable[[TaskContext], str]] = {"wake": wake}
