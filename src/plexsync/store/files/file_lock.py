"""Locks on files, which the operating system frees when their holder dies.

An exclusive ``flock`` on POSIX, a locked first byte on Windows.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from plexsync.domain.errors import NoLocks
from plexsync.store.files import private_file

PATIENCE = 5.0
"""The seconds for which somebody else's change of a small file is waited for; it takes milliseconds."""

_HELD = frozenset({errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK})


def try_lock(descriptor: int, path: Path) -> bool:
    """Tell whether the lock is ours now; raises :class:`NoLocks` where the file system has none."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415  exists on Windows only

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415  does not exist on Windows

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as refusal:
        if refusal.errno in _HELD:
            return False
        raise NoLocks(path=str(path.parent), detail=refusal.strerror or str(refusal)) from refusal
    return True


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keep everybody else out who asks for the same file, also threads of this process.

    Where nothing can be locked, or somebody holds it for too long, it goes on: a person's choice is never refused.
    Raises :class:`WouldLockOut` where the file would not be its folder's owner's.
    """
    descriptor = private_file.open_shared(path)
    try:
        if descriptor is not None:
            _wait(descriptor, path)
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _wait(descriptor: int, path: Path) -> None:
    until = time.monotonic() + PATIENCE
    try:
        while not try_lock(descriptor, path) and time.monotonic() < until:
            time.sleep(0.01)
    except NoLocks:
        return
