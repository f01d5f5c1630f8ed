"""The agent's knowledge of its own lives: how the last one ended, and what failed.

It stands in ``agent.json`` and not in ``state.db``, which may be what failed. It is written when an agent starts, ends
or fails, and when the database was checked: never at intervals.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from traceback import extract_tb
from typing import Any

from plexsync.domain.errors import PlexSyncError
from plexsync.net.decode import DECODE_ERRORS, real, text, whole
from plexsync.runtime.file_mark import file_mark
from plexsync.store.files import private_file

NAME = "agent.json"
PAUSES = (5.0, 15.0, 60.0, 300.0, 900.0)
STEADY_SECONDS = 3600.0
SERIOUS = 3
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_LONGEST_DETAIL = 300


@dataclass(frozen=True, slots=True)
class PartFailure:
    """A part of the agent that failed: how often without a steady hour between, when last, and when it is tried again.

    ``detail`` says what went wrong and where, in one line. Times are UTC seconds.
    """

    part: str
    detail: str
    times: int
    at: float
    next_at: float

    def is_live(self, now: float) -> bool:
        """Tell whether the part has not yet worked for a steady hour since."""
        return now < self.next_at + STEADY_SECONDS

    def needs_person(self, now: float) -> bool:
        """Tell whether the part is at rest just now, or fails again and again."""
        return now < self.next_at or self.times >= SERIOUS

    def facts(self, now: float) -> Mapping[str, str]:
        """Return what there is to say of it, for an explanation."""
        left = max(0, round(self.next_at - now))
        again = f"tries again in {left} s" if left else "is at work again"
        times = "once" if self.times == 1 else f"{self.times} times"
        return {"part": self.part, "detail": self.detail, "times": times, "again": again}

    @property
    def pause(self) -> float:
        """Seconds from the failure to the next try."""
        return PAUSES[min(self.times, len(PAUSES)) - 1]


@dataclass(frozen=True, slots=True)
class Record:
    """The content of ``agent.json``.

    ``boot`` names the start of the machine that the last life began in. ``mark`` is how it left the database behind,
    None if it did not come to its end. ``checked_at`` is when the database was last read through.
    """

    boot: str = ""
    mark: tuple[int, int] | None = None
    checked_at: float = 0.0
    failures: Mapping[str, PartFailure] | None = None

    @property
    def may_be_damaged(self) -> bool:
        """Tell whether the machine may have gone down under an agent at work, with writes still on their way.

        A process that is killed damages nothing: the system still writes what it has handed over.
        """
        return self.mark is None and (not self.boot or self.boot != boot_id())


def boot_id() -> str:
    """Return what names this start of the machine, "" where it has no such name."""
    try:
        return _BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def database_mark(folder: Path) -> tuple[int, int] | None:
    """Return what tells whether anybody has written to the database since, None if it cannot be seen."""
    found = file_mark(folder / "state.db")
    return None if found is None else found[:2]


def failures(folder: Path, now: float) -> tuple[PartFailure, ...]:
    """Return what fails at present, the latest first."""
    found = _read(folder / NAME).failures or {}
    return tuple(sorted((one for one in found.values() if one.is_live(now)), key=lambda one: -one.at))


class Life:
    """One life of the agent on a data folder; for several threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / NAME
        self._lock = threading.Lock()
        self._record = _read(self._path)
        self.before = self._record
        """The remains of the life before."""
        found = database_mark(folder)
        self.is_check_wanted = found is not None and found != self.before.mark
        """Whether the database is not as an agent's clean end has left it."""

    def begin(self, now: float) -> None:
        """Note that this life has begun and not ended, and that what failed before is at work again."""
        known = (self._record.failures or {}).items()
        tried = {part: replace(one, next_at=min(one.next_at, now)) for part, one in known}
        self._change(boot=boot_id(), mark=None, failures=tried)

    def end(self) -> None:
        """Note that this life came to its end, and how it leaves the database."""
        self._change(mark=database_mark(self._folder))

    def checked(self, now: float) -> None:
        """Note that the database was read through and is sound."""
        self.is_check_wanted = False
        self._change(checked_at=now)

    @property
    def checked_at(self) -> float:
        """When the database was last read through."""
        return self._record.checked_at

    def fail(self, part: str, trouble: BaseException, now: float, clean: Callable[[str], str]) -> PartFailure:
        """Note that a part failed; returns it with the moment of the next try. ``clean`` takes secrets out."""
        with self._lock:
            known = self._record.failures or {}
            before = known.get(part)
            times = before.times + 1 if before is not None and before.is_live(now) else 1
            fresh = PartFailure(part, clean(_told(trouble)), times, now, 0.0)
            fresh = replace(fresh, next_at=now + fresh.pause)
            self._record = replace(self._record, failures={**known, part: fresh})
            self._write()
            return fresh

    def _change(self, **values: Any) -> None:
        with self._lock:
            self._record = replace(self._record, **values)
            self._write()

    def _write(self) -> None:
        with suppress(OSError):  # a full disk: what is lost makes the next start more careful
            private_file.write(self._path, json.dumps(asdict(self._record)))


def _told(trouble: BaseException) -> str:
    """Say what went wrong and where, in one line."""
    said = trouble.strerror or "" if isinstance(trouble, OSError) else str(trouble)
    said = " ".join(said.split()) if isinstance(trouble, (OSError, sqlite3.Error, PlexSyncError)) else ""
    said = said or "a mistake of its own"  # a program's own words, like a missing key, tell a person nothing
    frames = extract_tb(trouble.__traceback__)
    place = f" (in {Path(frames[-1].filename).name}, line {frames[-1].lineno})" if frames else ""
    return said[:_LONGEST_DETAIL] + place


def _read(path: Path) -> Record:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        mark = found["mark"]
        return Record(
            text(found["boot"]),
            None if mark is None else (whole(mark[0]), whole(mark[1])),
            real(found["checked_at"]),
            {text(part): _failure(row) for part, row in (found["failures"] or {}).items()},
        )
    except (OSError, ValueError, *DECODE_ERRORS):
        return Record()


def _failure(row: Mapping[str, Any]) -> PartFailure:
    return PartFailure(
        text(row["part"]), text(row["detail"]), whole(row["times"]), real(row["at"]), real(row["next_at"])
    )
