"""Whether whoever asked for a command still waits for it."""

from __future__ import annotations

from collections.abc import Callable

from plexsync.store import Store

DEAF_SECONDS = 6.0
SURE_SECONDS = 4.0
POLL_SECONDS = 0.5


def is_gone(store: Store, command_id: int, now: float, wait: Callable[[float], object]) -> bool:
    """Tell whether it was cancelled, or nobody has listened for some seconds.

    The latter is found out by ``wait``-ing, never from a clock alone.

    A listener says so every second, by the clock of the moment: one that is set forward makes it seem long ago.
    """
    command = store.commands.get(command_id)
    if command is None or command.state == "cancelled":
        return True
    if now - command.heard_at <= DEAF_SECONDS:
        return False
    for _ in range(int(SURE_SECONDS / POLL_SECONDS)):
        wait(POLL_SECONDS)
        again = store.commands.get(command_id)
        if again is None or again.heard_at != command.heard_at:
            return again is None
    return True
