"""Having Plex scan for files that it does not list; the agent asks it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from plexsync.usecases.data_folder import open_store
from plexsync.usecases.runs.follow import Show, require_agent, result_of


@dataclass(frozen=True, slots=True)
class ScanAsked:
    """The agent was asked to have Plex scan; ``command`` names the request."""

    command: int


@dataclass(frozen=True, slots=True)
class Scanned:
    """Plex was asked to scan so many folders, for the files of so many scenes."""

    scenes: int
    folders: int


def ask_scan(folder: Path, scene_ids: Sequence[int], now: float) -> ScanAsked:
    """Ask for a scan for some scenes, or for all that wait for a file, and do not wait for it.

    Raises :class:`Refused` where no agent lives.
    """
    with open_store(folder) as store:
        require_agent(store)
        return ScanAsked(store.commands.ask("scan", {"scenes": list(scene_ids)}, now))


def scan(
    folder: Path, scene_ids: Sequence[int], *, show: Show, now: Callable[[], float], sleep: Callable[[float], None]
) -> Scanned:
    """Have Plex scan, and wait until it was asked; raises :class:`Refused`."""
    asked = ask_scan(folder, scene_ids, now())
    with open_store(folder) as store:
        result = result_of(store, asked.command, show=show, now=now, sleep=sleep)
        return Scanned(int(result["scenes"]), int(result["folders"]))
