"""The habits of a server with pictures that it is given, as they were seen (docs/engineering/plex.md §3).

Kept in memory, and for some minutes alone: a server may be replaced or updated meanwhile. A larger picture may fare
otherwise than a small one, so what was seen holds for pictures up to about the size of the largest one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

LASTING_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class UploadHabit:
    """The habit of a server: it ``selects`` an upload by itself, and ``keeps_name`` of its bytes, the SHA-1."""

    selects: bool
    keeps_name: bool


@final
class UploadHabits:
    """The newest habit of one server; sizes are bytes, moments seconds by the caller's clock."""

    def __init__(self) -> None:
        self._habit: UploadHabit | None = None
        self._magnitude = 0
        self._seen_at = 0.0

    def learn(self, habit: UploadHabit, size: int, now: float) -> None:
        """Note what the server has just done with a picture of a size."""
        magnitude = size.bit_length()
        self._magnitude = max(magnitude, self._magnitude) if self.known(0, now) == habit else magnitude
        self._habit, self._seen_at = habit, now

    def known(self, size: int, now: float) -> UploadHabit | None:
        """Return what the server does with a picture of a size, None where that was not seen lately."""
        is_recent = 0.0 <= now - self._seen_at < LASTING_SECONDS
        return self._habit if is_recent and size.bit_length() <= self._magnitude else None
