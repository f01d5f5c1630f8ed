"""The agent's threads: one that fails is made anew after a pause, alone, and none can keep the agent from ending.

The main thread waits at a :class:`Bell` and asks no server for anything. All others are daemons: one that a hanging
server holds up is left behind.
"""

from __future__ import annotations

import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from plexsync.runtime.file_mark import Mark, file_mark

Work = Callable[[threading.Event], None]
NUMBERS = (signal.SIGTERM, signal.SIGINT)
DEPUTY_SECONDS = 1.0
RING_SECONDS = 1.7


class Bell:
    """Where the main thread waits.

    Signal handlers may ring it. They may set no Event: its lock may be held by the very thread they interrupt.
    """

    def __init__(self) -> None:
        self._rings: queue.SimpleQueue[None] = queue.SimpleQueue()

    def ring(self) -> None:
        """End the wait, or the next one."""
        self._rings.put(None)

    def wait(self, seconds: float) -> bool:
        """Wait for a ring, so many seconds at most; tells whether there was one."""
        try:
            self._rings.get(timeout=seconds)
        except queue.Empty:
            return False
        return True


class Deputy:
    """Polls files on behalf of a thread that waits at a bell; for one other thread that wakes anyway.

    To wake a processor costs more than to poll a file. So at rest one thread wakes by the clock, and rings for both.
    """

    def __init__(self, bell: Bell, files: Sequence[Path], clock: Callable[[], float] = time.monotonic) -> None:
        self._bell = bell
        self._files = tuple(files)
        self._clock = clock
        self._marks: tuple[Mark, ...] = ()
        self._polled_at = self._rang_at = -RING_SECONDS

    def poll(self) -> None:
        """Ring the bell if a file is another one than at the last poll, or if it is time for a turn anyway."""
        marks, now = tuple(map(file_mark, self._files)), self._clock()
        has_moved, self._marks, self._polled_at = marks != self._marks, marks, now
        if has_moved or now - self._rang_at >= RING_SECONDS:
            self._rang_at = now
            self._bell.ring()

    @property
    def is_there(self) -> bool:
        """Whether a poll was made just now: a thread that is at work, or held up by a server, makes none."""
        return self._clock() - self._polled_at < DEPUTY_SECONDS


class Signals:
    """Signals of the operating system to this process, and the bell that they ring."""

    def __init__(self) -> None:
        self.bell = Bell()
        self.told_to_end = False

    def listen(self) -> None:
        """Take SIGTERM and Ctrl-C from now on, also one that has waited since :meth:`put_off`."""
        for number in NUMBERS:
            signal.signal(number, lambda *_: self._end())
        self.let_through()

    def put_off(self) -> bool:
        """Have signals wait until the process that this one is about to become listens; tells whether one has come.

        Python forgets a signal that it has not yet handled. The system keeps one that is blocked.
        """
        if sys.platform != "win32":
            signal.pthread_sigmask(signal.SIG_BLOCK, NUMBERS)
        for number in NUMBERS:
            signal.signal(number, signal.SIG_DFL)
        return self.told_to_end

    @staticmethod
    def let_through() -> None:
        """Have no signal wait any longer: as long as nobody listens it ends the process by itself."""
        if sys.platform != "win32":
            signal.pthread_sigmask(signal.SIG_UNBLOCK, NUMBERS)

    def _end(self) -> None:
        self.told_to_end = True
        self.bell.ring()


@dataclass(frozen=True, slots=True)
class Role:
    """One thread's work: ``work`` makes its part and runs it until told to stop.

    Nobody waits at the end for one that ``may_be_left``: it only listens.
    """

    name: str
    work: Work
    may_be_left: bool = False


class EndedEarly(Exception):
    """A part came to its end though nobody told it to."""


class Threads:
    """Starts roles, and starts each again that fails.

    ``on_failure`` is called in the failing thread with its role's name, and returns the seconds until the next try,
    None for no other one.
    """

    def __init__(self, on_failure: Callable[[str, Exception], float | None]) -> None:
        self._on_failure = on_failure
        self._stop = threading.Event()
        self._running: list[tuple[Role, threading.Thread]] = []

    def start(self, role: Role) -> None:
        """Give a role a thread of its own."""
        thread = threading.Thread(target=self._play, args=(role,), name=role.name, daemon=True)
        self._running.append((role, thread))
        thread.start()

    def tell_to_stop(self) -> None:
        """Ask all to come to their end."""
        self._stop.set()

    def join(self, seconds: float) -> bool:
        """Wait so long at most for all to end, but for those that may be left; tells whether they did."""
        until = time.monotonic() + seconds
        awaited = [thread for role, thread in self._running if not role.may_be_left]
        for thread in awaited:
            thread.join(timeout=max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for thread in awaited)

    def _play(self, role: Role) -> None:
        if sys.platform != "win32":
            signal.pthread_sigmask(signal.SIG_BLOCK, NUMBERS)  # they are the main thread's: see Signals.put_off
        while not self._stop.is_set():
            pause = self._try(role)
            if pause is None:
                return
            self._stop.wait(pause)

    def _try(self, role: Role) -> float | None:
        """Let a role work; returns the seconds until it is to be tried again, None for never."""
        trouble: Exception
        try:
            role.work(self._stop)
            trouble = EndedEarly("it ended though nobody told it to")
        except Exception as failure:  # noqa: BLE001  the edge of a thread
            trouble = failure
        return None if self._stop.is_set() else self._on_failure(role.name, trouble)
