"""A command that the agent carries out, followed to its end."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from plexsync.agent.lock import is_held
from plexsync.store import Store
from plexsync.store.commands import Command
from plexsync.usecases.refusal import Refused

Show = Callable[[float, Mapping[str, Any]], None]
"""Hears progress (0..1) and the figures behind it."""

LISTEN_SECONDS = 1.0
NOBODY_SECONDS = 5.0
ENDED = frozenset({"done", "failed", "cancelled"})


def follow(
    store: Store, command_id: int, *, show: Show, now: Callable[[], float], sleep: Callable[[float], None]
) -> Command:
    """Listen to a command until it has ended, showing its progress (0..1 and what it says) once a second.

    The agent stops a command when its listener stops listening. It fails as "no_agent" when no agent lives for five
    seconds.
    """
    alone_since: float | None = None
    while True:
        store.commands.listen(command_id, now())
        command = store.commands.get(command_id)
        if command is None:
            raise LookupError(f"command {command_id} is gone")
        if command.state in ENDED:
            return command
        show(command.progress, command.result)
        if is_held(store.folder):
            alone_since = None
        elif alone_since is None:
            alone_since = now()
        elif now() - alone_since >= NOBODY_SECONDS:
            store.commands.end(command_id, "failed", {"code": "no_agent"}, now())
        sleep(_pause(command))


def result_of(
    store: Store, command_id: int, *, show: Show, now: Callable[[], float], sleep: Callable[[float], None]
) -> Mapping[str, Any]:
    """Follow a command and return its result; raises :class:`Refused` where it failed."""
    command = follow(store, command_id, show=show, now=now, sleep=sleep)
    if command.state != "done":
        raise Refused(*failure_of(command))
    return command.result


def failure_of(command: Command) -> tuple[str, Mapping[str, str]]:
    """Return the code and data by which the end of a command that failed is explained."""
    code = command.result.get("code") or command.result.get("error") or command.state
    return str(code), command.result.get("data", {})


def require_agent(store: Store) -> None:
    """Raise :class:`Refused` where no agent lives: nobody would carry out what is asked for."""
    if not is_held(store.folder):
        raise Refused("no_agent")


def _pause(command: Command) -> float:
    """Look sooner at a command that is new: most end within a second."""
    return 0.1 if command.state == "new" else LISTEN_SECONDS / 4
