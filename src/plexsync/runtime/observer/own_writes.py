"""The listener for our own writes: Plex must tell of them, or its notifications are not heard."""

from __future__ import annotations

from plexsync.runtime.listening.hearing import Hearing
from plexsync.runtime.observer.happenings import Happening, PicturesSent, ScenesSynced


class OwnWrites:
    """Counts the writes among the things that happen, for the hearing of one server."""

    def __init__(self, hearing: Hearing) -> None:
        self._hearing = hearing

    def listen(self, happening: Happening) -> None:
        """Note the writes of what happened."""
        match happening:
            case ScenesSynced(written=written) if any(written.values()):
                self._hearing.wrote(sum(map(bool, written.values())))
            case PicturesSent(items=items) if items:
                self._hearing.wrote(1)
