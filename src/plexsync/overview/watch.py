"""Whether somebody looks at the page: ``plugin/hook.py`` touches ``overview.wanted`` whenever a page asks."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from plexsync.runtime.clock import has_passed
from plexsync.runtime.file_mark import file_mark
from plexsync.runtime.shared import Pulse

MARK = "overview.wanted"
WATCHED_SECONDS = 75.0
HOUR = 3600.0


class OverviewWatch:
    """Sees whether somebody looks, and wakes the keeper; for the agent's main thread."""

    def __init__(self, folder: Path, now: Callable[[], float] = time.time) -> None:
        self._mark = folder / MARK
        self._now = now
        self._turns = Pulse()
        self._was_wanted = False
        self.moved_at = 0.0
        """When anything moved last."""

    @property
    def asked_at(self) -> float:
        """When a page has asked last (UTC seconds), 0.0 for never. It asks through Stash, so that answered then."""
        mark = file_mark(self._mark)
        return 0.0 if mark is None else mark[0] / 1e9

    @property
    def is_wanted(self) -> bool:
        """Tell whether somebody looks, or has done so lately."""
        return not has_passed(WATCHED_SECONDS, self.asked_at, self._now())

    def turn(self, *, has_moved: bool) -> None:
        """Wake the keeper while somebody looks, and once more after that."""
        if has_moved:
            self.moved_at = self._now()
        is_wanted = self.is_wanted
        if is_wanted or self._was_wanted:
            self._turns.beat()
        self._was_wanted = is_wanted

    def turns(self, stop: threading.Event) -> Iterator[None]:
        """Yield at each turn of somebody who looks, until told to stop; nobody waits for the end of this."""
        seen = 0
        while not stop.is_set():
            seen = self._turns.wait(seen, HOUR)
            if not stop.is_set():
                yield
