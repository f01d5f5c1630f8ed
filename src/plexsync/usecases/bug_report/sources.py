"""The parts of a bug report, each read for itself: what cannot be read says so and keeps no other from being told."""

from __future__ import annotations

import platform
import sqlite3
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from plexsync import __version__
from plexsync.agent.log import CRASH_NAME, LOG_NAME
from plexsync.domain.advice import explain_error
from plexsync.domain.errors import PlexSyncError
from plexsync.domain.person.lanes import Lane
from plexsync.store.person.queue import Search
from plexsync.store.state import KNOWN_SERVERS, PROBED, KnownServers, ProbedServers
from plexsync.usecases.check.health import findings
from plexsync.usecases.opening import Opened
from plexsync.usecases.queue.rows import rows_of
from plexsync.usecases.settings.values import settings_of
from plexsync.usecases.status.report import status

LONGEST_LOG = 500_000
"""Bytes of the log's end."""

MOST_ERRORS = 100


@dataclass(frozen=True, slots=True)
class Material:
    """All that a report is made from: the data folder, the clock, and the opened data or why it cannot be opened."""

    folder: Path
    now: Callable[[], float]
    data: Opened | PlexSyncError

    @property
    def opened(self) -> Opened:
        """The opened data; raises the error that kept it from being opened."""
        if isinstance(self.data, PlexSyncError):
            raise self.data
        return self.data


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a report: its name, what it holds in words, and how it is read, as text or as what JSON can hold."""

    name: str
    about: str
    read: Callable[[Material], Any]


def read(source: Source, material: Material) -> Any:
    """Return what a part holds, or the sentence that says why it cannot be read."""
    try:
        return source.read(material)
    except PlexSyncError as error:
        return {"unreadable": str(explain_error(error))}
    except (OSError, sqlite3.Error) as problem:
        return {"unreadable": f"{type(problem).__name__}: {problem}"}


def _versions(_material: Material) -> Mapping[str, object]:
    return {
        "plexsync": __version__,
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "system": {"name": platform.system(), "release": platform.release(), "machine": platform.machine()},
        "encodings": {"files": sys.getfilesystemencoding(), "output": sys.stdout.encoding},
    }


def _settings(material: Material) -> object:
    return {
        row.key: {"value": row.value, "from": row.origin} for row in settings_of(material.opened.context.settings).rows
    }


def _status(material: Material) -> object:
    return status(material.folder, material.now()).to_json()


def _errors(material: Material) -> object:
    queue = material.opened.store.queue
    lanes = (Lane.DEAD, Lane.WAITING, Lane.PARKED)
    return {lane.value: [asdict(row) for row in rows_of(queue.page(Search(lane), MOST_ERRORS, 0))] for lane in lanes}


def _check(material: Material) -> object:
    return [asdict(finding) for finding in findings(material.opened, material.now)]


def _counts(material: Material) -> object:
    return {"rows": material.opened.store.rows()}


def _files(material: Material) -> object:
    files = sorted(path for path in material.folder.iterdir() if path.is_file())
    return {path.name: path.stat().st_size for path in files}


def _capabilities(material: Material) -> object:
    state = material.opened.store.state
    known, probed = state.get(KNOWN_SERVERS, KnownServers()), state.get(PROBED, ProbedServers())
    return {"seen": asdict(known), "probed": asdict(probed)}


def _log(material: Material) -> str:
    return end_of(material.folder / LOG_NAME, LONGEST_LOG) + end_of(material.folder / CRASH_NAME, LONGEST_LOG)


def end_of(path: Path, most: int) -> str:
    """Return the last whole lines of a log and the one that was rotated before it, so many bytes at most."""
    older = path.with_name(f"{path.name}.1")
    kept = b"".join(_tail(one, most) for one in (older, path) if one.exists())
    text = kept[-most:].decode("utf-8", "replace")
    return text if len(kept) <= most else text.partition("\n")[2]


def _tail(path: Path, most: int) -> bytes:
    with closing(path.open("rb")) as file:
        file.seek(max(0, path.stat().st_size - most - 1))
        return file.read()


SOURCES = (
    Source("versions.json", "the versions of PlexSync, Python, SQLite and the system", _versions),
    Source("settings.json", "all settings, secrets masked", _settings),
    Source("status.json", "how things stand, as `plexsync status --json` says it", _status),
    Source("errors.json", "the scenes that wait or were given up, and why", _errors),
    Source("counts.json", "how many rows each table of PlexSync's database has", _counts),
    Source("files.json", "the files of the data folder, with their sizes in bytes", _files),
    Source("capabilities.json", "how this Plex was seen to behave", _capabilities),
    Source("check.json", "what `plexsync check` finds just now", _check),
    Source("plexsync.log", "the end of the log", _log),
)
