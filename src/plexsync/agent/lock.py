"""One agent per data folder, by a lock that the operating system frees when its holder dies.

The convention is shared with ``plugin/hook.py``, which probes the same lock with the standard library alone: an
exclusive ``flock`` on POSIX, a locked first byte on Windows.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from plexsync.store.files.file_lock import try_lock

LOCK_NAME = "agent.lock"
HANDED_OVER = "PLEXSYNC_LOCK_DESCRIPTOR"


class AgentLock:
    """The right to be the agent of a data folder. By another ``name`` it is the right to do something else alone."""

    def __init__(self, folder: Path, name: str = LOCK_NAME) -> None:
        self._path = folder / name
        self._descriptor: int | None = None

    def take(self, patience: float = 0.0, sleep: Callable[[float], None] = time.sleep) -> bool:
        """Try for up to ``patience`` seconds (a probing hook holds the lock for a moment); tell whether it is ours.

        Raises :class:`NoLocks` where the file system has none.
        """
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        tries = 1 + int(patience / 0.05)
        try:
            for attempt in range(tries):
                if attempt:
                    sleep(0.05)
                if try_lock(descriptor, self._path):
                    self._descriptor = descriptor
                    return True
        finally:
            if self._descriptor is None:
                os.close(descriptor)
        return False

    def hand_over(self) -> None:
        """Let the program that takes this process over keep the lock: there is no moment in which it is free.

        Windows knows no such thing: there the lock is given up, and the next process takes it anew.
        """
        if sys.platform == "win32":
            self.release()
        elif self._descriptor is not None:
            os.set_inheritable(self._descriptor, True)  # noqa: FBT003  the standard library's own form
            os.environ[HANDED_OVER] = str(self._descriptor)

    def resume(self) -> bool:
        """Go on with the lock that the program before this one has handed over; tell whether there was one."""
        with suppress(OSError, ValueError):
            descriptor = int(os.environ.pop(HANDED_OVER, ""))
            if os.path.samestat(os.fstat(descriptor), self._path.stat()) and try_lock(descriptor, self._path):
                os.set_inheritable(descriptor, False)  # noqa: FBT003  as above
                self._descriptor = descriptor
        return self._descriptor is not None

    def release(self) -> None:
        """Give it up; closing the file frees the lock on every system."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def is_held(folder: Path) -> bool:
    """Tell whether an agent is alive for this data folder; raises :class:`NoLocks` where nobody can tell."""
    if not (folder / LOCK_NAME).exists():
        return False
    lock = AgentLock(folder)
    free = lock.take()
    lock.release()
    return not free
