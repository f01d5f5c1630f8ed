"""A scene's time stamp as it is remembered: one second old and less it may hide a later edit, and is marked.

Stash's stamps have whole seconds. What is read of a scene within the second of its stamp may be changed once more
without moving it; a look soon after tells, but an agent that is ended in between would never know. A marked stamp
equals none that Stash gives, so whoever compares reads the scene again, once.
"""

from __future__ import annotations

from plexsync.stash import timestamps

YOUNG_SECONDS = 2.0
"""How old a stamp must be, by Stash's own clock, to prove that what is read with it is the last there was with it."""

_MARK = "?"


def is_young(stamp: str, clock: float) -> bool:
    """Tell whether an edit may still follow under the same stamp; ``clock`` is Stash's when it was read."""
    return timestamps.instant(stamp) >= clock - YOUNG_SECONDS


def kept(stamp: str, clock: float | None) -> str:
    """Return a stamp as it is to be remembered; without a clock nothing is known of its age."""
    return stamp if clock is None or not is_young(stamp, clock) else stamp + _MARK


def is_marked(remembered: str) -> bool:
    """Tell whether a remembered stamp was young when its scene was read."""
    return remembered.endswith(_MARK)


def given(remembered: str) -> str:
    """Return the stamp that Stash gave."""
    return remembered.removesuffix(_MARK)
