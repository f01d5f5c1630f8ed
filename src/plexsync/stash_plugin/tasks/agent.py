"""The task that ends the agent and starts it anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from plexsync.stash_plugin.tasks.context import TaskContext
from plexsync.usecases.agent import waking

Lines = Iterator[str]


def restart_agent(context: TaskContext) -> Lines:
    """End the agent and start it anew."""
    came = waking.restart(context.folder, context.plugin_dir, now=context.now, sleep=context.sleep)
    yield f"PlexSync's background process was {came.code} (process {came.pid})."


TASKS: Mapping[str, Callable[[TaskContext], Lines]] = {"restart_agent": restart_agent}
