"""The right to write for a while: one probe at a time, and no agent that writes beside it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from plexsync.agent.lock import AgentLock
from plexsync.store.state import AGENT_STATUS
from plexsync.usecases.opening import Opened
from plexsync.usecases.refusal import Refused

LOCK_NAME = "probe.lock"


@contextmanager
def alone(opened: Opened) -> Iterator[None]:
    """Keep other probes and a new agent away for the length of a ``with`` block.

    An agent that lives may go on living if it is paused: then it writes nothing. Raises :class:`Refused`.
    """
    with ExitStack() as held:
        probes = AgentLock(opened.folder, LOCK_NAME)
        if not probes.take():
            raise Refused("probe_twice")
        held.callback(probes.release)
        agents = AgentLock(opened.folder)
        if agents.take():
            held.callback(agents.release)
        elif not _is_paused(opened):
            raise Refused("probe_agent")
        yield


def _is_paused(opened: Opened) -> bool:
    status = opened.store.state.get(AGENT_STATUS)
    return status is not None and status.paused
