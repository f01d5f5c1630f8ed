"""Starting the agent, and starting it anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from plexsync.agent import launch
from plexsync.agent.lease import is_held
from plexsync.agent.process import STATUS
from plexsync.store import Store

START_SECONDS = 10.0
END_SECONDS = 20.0
LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Restarted:
    """What came of it: ``code`` is "started", "restarted", "no_agent" or "agent_silent"; ``pid`` of who runs now."""

    code: str
    pid: int


def start(folder: Path, plugin_dir: Path) -> bool:
    """Start the agent if none lives and starting one is allowed; tells whether one was started."""
    if is_held(folder) or not launch.is_allowed():
        return False
    launch.start(launch.plugin_command(plugin_dir, folder))
    return True


def wait_for(
    folder: Path, *, now: Callable[[], float], sleep: Callable[[float], None], patience: float = START_SECONDS
) -> bool:
    """Wait until an agent lives, for up to ``patience`` seconds; tells whether one does."""
    until = now() + patience
    while not is_held(folder):
        if now() >= until:
            return False
        sleep(LOOK_SECONDS)
    return True


def restart(
    store: Store, folder: Path, plugin_dir: Path, now: Callable[[], float], sleep: Callable[[float], None]
) -> Restarted:
    """Have the agent end and start anew, or start it where none lives; waits until it has said who it is.

    Takes up to 30 seconds.
    """
    before = _pid(store)
    began = now()
    lived = is_held(folder)
    if lived:
        store.commands.ask("restart", {}, began)
        if not _wait(lambda: _pid(store) != before or not is_held(folder), END_SECONDS, now, sleep):
            return Restarted("agent_silent", before)
        wait_for(folder, now=now, sleep=sleep, patience=3.0)
    start(folder, plugin_dir)
    if not _wait(lambda: is_held(folder) and _started(store) >= began, START_SECONDS, now, sleep):
        return Restarted("no_agent", 0)
    return Restarted("restarted" if lived else "started", _pid(store))


def _wait(done: Callable[[], bool], seconds: float, now: Callable[[], float], sleep: Callable[[float], None]) -> bool:
    until = now() + seconds
    while not done():
        if now() >= until:
            return False
        sleep(LOOK_SECONDS)
    return True


def _pid(store: Store) -> int:
    return int((store.get(STATUS) or {}).get("pid", 0))


def _started(store: Store) -> float:
    return float((store.get(STATUS) or {}).get("started_at", 0.0))
