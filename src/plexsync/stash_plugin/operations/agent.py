"""Operations about the agent."""

from __future__ import annotations

from plexsync.stash_plugin.operations.operation import Operation, PageRequest
from plexsync.usecases import agent
from plexsync.usecases.agent import Woken


def wake(request: PageRequest) -> Woken:
    """Have the agent look at its settings again; it was started before if it was not running."""
    return agent.wake(request.folder, request.now())


OPERATIONS: tuple[Operation[object], ...] = (
    Operation(
        name="wake",
        help="Start the agent if it is not running, and have it look at its settings again.",
        twin="plexsync agent",
        answer=Woken,
        ask=wake,
    ),
)
