"""Where figures come from: the machine, what ran beside, and the versions of everything."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from plexsync import __version__
from plexsync_simulators.shared.json_type import Json
from prepared.rigging import ROOT

BUSY = 0.5
"""From which load per core on a machine does something else."""


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine at one moment; ``load`` is the average of the minute before, ``commit`` "" outside of git."""

    processor: str
    cores: int
    memory_gb: float
    load: float
    system: str
    python: str
    sqlite: str
    plexsync: str
    commit: str
    date: str

    @classmethod
    def here(cls) -> Machine:
        """Look at this one."""
        return cls(
            processor=_first(r"model name\s*:\s*(.+)", "/proc/cpuinfo") or platform.processor() or platform.machine(),
            cores=os.cpu_count() or 1,
            memory_gb=round(int(_first(r"MemTotal:\s*(\d+)", "/proc/meminfo") or 0) / 1024**2, 1),
            load=round(os.getloadavg()[0], 2),
            system=f"{platform.system()} {platform.release()}",
            python=f"{platform.python_implementation()} {platform.python_version()}",
            sqlite=sqlite3.sqlite_version,
            plexsync=__version__,
            commit=_commit(),
            date=time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime()),
        )

    def lines(self) -> tuple[str, ...]:
        """Return it for people."""
        busy = " (busy: figures may be off)" if self.load > BUSY * self.cores else ""
        return (
            f"{self.date}  PlexSync {self.plexsync} {self.commit}  {self.python}, SQLite {self.sqlite}",
            f"{self.processor}, {self.cores} cores, {self.memory_gb} GB, {self.system}, load {self.load}{busy}",
        )

    def to_json(self) -> Json:
        """Return it for programs."""
        return asdict(self)


def _first(pattern: str, path: str) -> str:
    try:
        found = re.search(pattern, Path(path).read_text(encoding="utf-8", errors="replace"))
    except OSError:
        return ""
    return found[1].strip() if found else ""


def _commit() -> str:
    if not (ROOT / ".git").exists():
        return ""
    git = ["git", "-C", str(ROOT)]
    commit = subprocess.run([*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    dirty = subprocess.run([*git, "status", "--porcelain"], capture_output=True, text=True, check=False)
    return commit.stdout.strip() + ("+" if dirty.stdout.strip() else "")
