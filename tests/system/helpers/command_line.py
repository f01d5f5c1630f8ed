"""Runs `plexsync` as a person or a script does: a process, its two outputs and its exit code."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from plexsync_simulators.shared.json_type import Json


@dataclass(frozen=True, slots=True)
class Ran:
    """The result of a command."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Json:
        """The one JSON document on standard output; nothing else may be there, nor anything on standard error."""
        assert self.err == ""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found


def command(folder: Path | None, *arguments: object) -> list[str]:
    """Return the words of a command line."""
    data = [] if folder is None else ["--data", str(folder)]
    return [sys.executable, "-m", "plexsync.cli", *data, *map(str, arguments)]


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment without what the person who runs the tests has set for PlexSync."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PLEXSYNC_")}
    return {**kept, **(extra or {})}


@contextlib.contextmanager
def heeding_ctrl_c() -> Iterator[None]:
    """Let what is started in the `with` block heed Ctrl-C, as from a terminal.

    A shell lets its background jobs ignore it, and a test run may be one.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def plexsync(
    folder: Path | None, *arguments: object, stdin: str = "", variables: Mapping[str, str] | None = None
) -> Ran:
    """Run a command to its end."""
    done = subprocess.run(
        command(folder, *arguments),
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=100,
        env=environment(variables),
    )
    return Ran(done.returncode, done.stdout, done.stderr)
