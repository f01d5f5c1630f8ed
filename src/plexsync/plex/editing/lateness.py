"""How late a server shows edits, and for how long they are waited for before they count as taken in vain.

A server may show an item as it was for a while (docs/engineering/plex.md §6). To try another form of an edit meanwhile
tells nothing of either form.
"""

from __future__ import annotations

from collections.abc import Iterator

from plexsync.plex.editing.late_values import LATE_SECONDS

USUAL_SECONDS = 0.4
GUESS_SECONDS = 1.0
"""The least that is waited where nobody knows whether the server understands the form of an edit."""

_SHORTEST_PAUSE, _LONGEST_PAUSE, _NOTHING = 0.1, 1.0, 0.01


class Lateness:
    """The lateness of one server, as far as this life of the agent has seen it; for the worker's thread."""

    def __init__(self) -> None:
        self._longest: float | None = None

    def forget(self) -> None:
        """Begin anew, with another server."""
        self._longest = None

    def showed(self, seconds: float) -> None:
        """Note after how many seconds edits showed."""
        self._longest = max(seconds, self._longest or 0.0)

    def was_missed(self) -> None:
        """Note that a value arrived after it had counted as taken in vain."""
        self.showed(LATE_SECONDS / 2)

    def pauses(self, *, is_guess: bool) -> Iterator[float]:
        """Yield the seconds between readings, ever longer ones, as long as an edit is to be waited for."""
        left, pause = self._patience(is_guess=is_guess), _SHORTEST_PAUSE
        while left > _NOTHING:
            yield min(pause, left)
            left, pause = left - pause, min(3 * pause, _LONGEST_PAUSE)

    def _patience(self, *, is_guess: bool) -> float:
        """Twice as long as ever seen; nothing seen says nothing where it is about a form that nobody knows."""
        if self._longest is None:
            return LATE_SECONDS if is_guess else USUAL_SECONDS
        return min(LATE_SECONDS, max(GUESS_SECONDS if is_guess else USUAL_SECONDS, 2 * self._longest))
