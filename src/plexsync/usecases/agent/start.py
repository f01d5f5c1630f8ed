"""Starting the agent where none lives. Loads nothing of ``state.db``: each operation of the page waits for this."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from plexsync.agent import spawn
from plexsync.agent.lock import is_held

POLL_SECONDS = 0.1
ALIVE_SECONDS = 4.0


def start(folder: Path, plugin_dir: Path) -> bool:
    """Start the agent if none lives and starting one is allowed; tells whether one was started."""
    if is_held(folder) or not spawn.is_allowed():
        return False
    spawn.start(spawn.plugin_command(plugin_dir, folder))
    return True


def is_alive(folder: Path) -> bool:
    """Tell whether an agent is alive for this data folder."""
    return is_held(folder)


def wait_alive(folder: Path, *, now: Callable[[], float], sleep: Callable[[float], None]) -> bool:
    """Wait four seconds at most until an agent that was just started lives; tells whether it does."""
    return wait_until(lambda: is_held(folder), ALIVE_SECONDS, now, sleep)


def wait_until(
    done: Callable[[], bool], seconds: float, now: Callable[[], float], sleep: Callable[[float], None]
) -> bool:
    """Wait some seconds at most until something is so; tells whether it is."""
    until = now() + seconds
    while not done():
        if now() >= until:
            return False
        sleep(POLL_SECONDS)
    return True
