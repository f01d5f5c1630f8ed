"""Small files that nobody else may read, written whole to a neighbour and moved into place."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

MODE = 0o600


def write(path: Path, text: str) -> None:
    """Replace a file; its folder is made 0700 if it is not there. Raises OSError, and then all is as before."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    fresh.unlink(missing_ok=True)  # one left behind would keep its own mode
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE), "w", encoding="utf-8") as out:
            out.write(text)
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise


def make(path: Path) -> None:
    """Make an empty file unless it is there, and see that nobody else may read it. Raises OSError.

    One that is there is never opened: closing any descriptor of a file frees all locks this process has on it (POSIX),
    and for a database in use the next process to leave would then delete the write-ahead log under this one.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, MODE))
    close(path)


def close(path: Path) -> None:
    """Take everybody else's rights to a file away, where it is ours to do so."""
    with suppress(OSError):
        if path.stat().st_mode & 0o077:
            path.chmod(MODE)
