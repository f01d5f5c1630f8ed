"""Small files that nobody else may read, written whole to a neighbour and moved into place."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from plexsync.domain.errors import WouldLockOut

MODE = 0o600


def write(path: Path, text: str) -> None:
    """Replace a file by a text in UTF-8, as :func:`write_bytes` does."""
    write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Replace a file, which keeps its owner; its folder is made 0700 if it is not there.

    A new file belongs to whom its folder belongs to. Raises :class:`WouldLockOut` or OSError; then all is as before.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = _owner(path)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    fresh.unlink(missing_ok=True)  # one left behind would keep its own mode
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE), "wb") as out:
            out.write(content)
        if owner is not None:
            os.chown(fresh, *owner)
        fresh.replace(path)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise


def open_shared(path: Path) -> int | None:
    """Open a file for a lock, made and given to its folder's owner if it is not there; None where that fails.

    Raises :class:`WouldLockOut`.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        owner = _owner(path)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, MODE)
        if owner is not None:
            os.chown(path, *owner)
    except OSError:
        return None
    return descriptor


def require_own(folder: Path) -> None:
    """Raise :class:`WouldLockOut` where a file written here would be taken away from the folder's owner."""
    _owner(folder)


def _owner(path: Path) -> tuple[int, int] | None:
    """Return whom a file is to be given to, None for whoever runs this; raises :class:`WouldLockOut`."""
    if sys.platform == "win32":
        return None
    held = (path if path.exists() else path.parent).stat()
    if held.st_uid == os.geteuid():
        return None
    if os.geteuid() != 0:
        facts = {"owner": _user_name(held.st_uid), "user": _user_name(os.geteuid())}
        raise WouldLockOut(path=str(path), **facts)
    return held.st_uid, held.st_gid


def _user_name(number: int) -> str:
    import pwd  # noqa: PLC0415  does not exist on Windows

    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def make(path: Path) -> None:
    """Make an empty file unless it is there, and see that nobody else may read it. Raises OSError.

    A file that is there is never opened: closing any descriptor of it frees all locks that this process has on it
    (POSIX). The next process to leave a database in use would then delete the write-ahead log under this one.
    """
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, MODE))
    close(path)


def close(path: Path) -> None:
    """Take everybody else's rights to a file away, where it is ours to do so."""
    with suppress(OSError):
        if path.stat().st_mode & 0o077:
            path.chmod(MODE)
