"""The listener that counts what has happened since the agent started, for ``status``."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping

from plexsync.runtime.observer.happenings import (
    AttemptFailed,
    BreakerOpened,
    FieldContested,
    Happening,
    PicturesSent,
    RunEnded,
    ScenesSent,
    ScenesSynced,
)

SCENES, SENT, FIELDS, PICTURES = "scenes_synced", "scenes_sent", "fields_written", "pictures_sent"
FAILURES, DEAD_LETTERS = "failed_attempts", "dead_letters"
CONTESTED, OUTAGES, RUNS = "contested_fields", "outages", "runs"
NAMES = (SCENES, SENT, FIELDS, PICTURES, FAILURES, DEAD_LETTERS, CONTESTED, OUTAGES, RUNS)
"""All counters, in the order in which a person reads them."""


class Counters:
    """Numbers that only grow, for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = Counter(dict.fromkeys(NAMES, 0))

    def listen(self, happening: Happening) -> None:
        """Count something that happened."""
        counted = dict(_counted(happening))
        with self._lock:
            self._numbers.update(counted)

    @property
    def numbers(self) -> Mapping[str, int]:
        """How often each has happened so far."""
        with self._lock:
            return dict(self._numbers)


def _counted(happening: Happening) -> Iterator[tuple[str, int]]:
    match happening:
        case ScenesSynced(written=written):
            yield SCENES, len(written)
            yield FIELDS, sum(written.values())
        case ScenesSent(scenes=scenes):
            yield SENT, scenes
        case PicturesSent(items=items):
            yield PICTURES, items
        case AttemptFailed(is_dead=is_dead):
            yield FAILURES, 1
            yield DEAD_LETTERS, int(is_dead)
        case FieldContested():
            yield CONTESTED, 1
        case BreakerOpened(was_open=was_open):
            yield OUTAGES, int(not was_open)
        case RunEnded():
            yield RUNS, 1
