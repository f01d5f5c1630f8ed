"""The agent woken and started anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from plexsync.agent.lock import is_held
from plexsync.store import Store
from plexsync.store.state import AGENT_STATUS, AgentStatus
from plexsync.usecases.agent.start import start, wait_until
from plexsync.usecases.data_folder import open_store
from plexsync.usecases.refusal import Refused

START_SECONDS = 10.0
END_SECONDS = 20.0
SUCCESSION_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Restarted:
    """The result: ``code`` is "started", "restarted", "no_agent" or "agent_silent"; ``pid`` of who runs now."""

    code: str
    pid: int


@dataclass(frozen=True, slots=True)
class Woken:
    """The agent was told to look around; ``alive`` says whether it ran at that moment, and did not just start."""

    alive: bool


def wake(folder: Path, now: float) -> Woken:
    """Have the agent look at its settings again; says whether one is there to hear it."""
    with open_store(folder) as store:
        store.commands.ask("wake", {}, now)
    return Woken(is_held(folder))


def ask_restart(folder: Path, now: float) -> Woken:
    """Have the agent end and start anew, without waiting for that; says whether one is there to hear it."""
    alive = is_held(folder)
    if alive:
        with open_store(folder) as store:
            store.commands.ask("restart", {}, now)
    return Woken(alive)


def wait_for(folder: Path, since: float, *, now: Callable[[], float], sleep: Callable[[float], None]) -> bool:
    """Wait up to ten seconds until an agent that began at ``since`` or later has said who it is; tells whether."""
    with open_store(folder) as store:
        return _wait_for(store, since, now, sleep)


def restart(
    folder: Path, plugin_dir: Path | None, *, now: Callable[[], float], sleep: Callable[[float], None]
) -> Restarted:
    """Have the agent end and start anew, or start it where none lives; waits until it has said who it is.

    Without the plugin's folder none is started where none lives. Takes up to 30 seconds. Raises :class:`Refused`.
    """
    with open_store(folder) as store:
        came = _restart(store, plugin_dir, now, sleep)
    if came.code not in {"started", "restarted"}:
        raise Refused(came.code, {"pid": str(came.pid)})
    return came


def _wait_for(store: Store, since: float, now: Callable[[], float], sleep: Callable[[float], None]) -> bool:
    return wait_until(lambda: is_held(store.folder) and _started(store) >= since, START_SECONDS, now, sleep)


def _restart(
    store: Store, plugin_dir: Path | None, now: Callable[[], float], sleep: Callable[[float], None]
) -> Restarted:
    began, folder = now(), store.folder
    lived = is_held(folder)
    if lived:
        store.commands.ask("restart", {}, began)
        if not wait_until(lambda: _started(store) >= began or not is_held(folder), END_SECONDS, now, sleep):
            return Restarted("agent_silent", _pid(store))
        wait_until(lambda: is_held(folder), SUCCESSION_SECONDS, now, sleep)
    is_started = plugin_dir is not None and start(folder, plugin_dir)
    if not is_started and not is_held(folder):
        return Restarted("no_agent", 0)
    if not _wait_for(store, began, now, sleep):
        return Restarted("no_agent", 0)
    return Restarted("restarted" if lived else "started", _pid(store))


def _pid(store: Store) -> int:
    return store.state.get(AGENT_STATUS, AgentStatus()).pid


def _started(store: Store) -> float:
    return store.state.get(AGENT_STATUS, AgentStatus()).started_at
