"""News from Plex, gathered until it has been silent for a moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from plexsync.plex.listening import events

QUIET_SECONDS = 0.7
LONGEST_SECONDS = 5.0
MOST = 5000
AT_ONCE = 200
"""Items to look at before anything else may go first: they are read with one request."""


@dataclass(frozen=True, slots=True)
class ItemNews:
    """News of an item: the newest ``updatedAt``, and when the last word came (UTC seconds).

    ``section_id`` is its library, "" where nobody told.
    """

    updated_at: int
    heard_at: float
    section_id: str = ""


class PlexNews:
    """Items of which Plex told something, gathered until it has been silent for a moment; for two threads.

    ``missed`` means that something may have been told while nobody listened: the libraries have to be looked at.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic, clock: Callable[[], float] = time.time) -> None:
        self._lock = threading.Lock()
        self._now = now
        self._clock = clock
        self._items: dict[str, ItemNews] = {}
        self._missed = False
        self._first_at = self._last_at = 0.0

    def tell(self, event: events.Event) -> None:
        """Note an event."""
        with self._lock:
            self._stamp()
            if isinstance(event, events.ItemEvent) and len(self._items) < MOST:
                before = self._items.get(event.rating_key, ItemNews(0, 0.0))
                updated_at = max(event.updated_at, before.updated_at)
                self._items[event.rating_key] = ItemNews(updated_at, self._clock(), event.section_id)
            else:
                self._missed = True

    def miss(self) -> None:
        """Note that something may have happened unnoticed."""
        with self._lock:
            self._stamp()
            self._missed = True

    def _stamp(self) -> None:
        now = self._now()
        self._first_at = self._first_at or now
        self._last_at = now

    @property
    def ripe_in(self) -> float | None:
        """Seconds until there is something to take, None if nothing was told."""
        with self._lock:
            if not self._first_at:
                return None
            return max(0.0, min(self._last_at + QUIET_SECONDS, self._first_at + LONGEST_SECONDS) - self._now())

    def take(self, most: int = AT_ONCE) -> tuple[dict[str, ItemNews], bool]:
        """Take what was told by item, so many at most, and whether more was missed; the rest can be taken at once."""
        with self._lock:
            taken = {key: self._items.pop(key) for key in tuple(islice(self._items, most))}
            missed, self._missed = self._missed, False
            self._first_at = self._first_at if self._items else 0.0
            return taken, missed
