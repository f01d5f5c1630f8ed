"""How many scenes a batch takes at once, and the parts it is cut into."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

ONE_READ = 175
"""Scenes whose items one read of 200 items does for, with a second item here and there."""

NOTED_AT_ONCE = 100
"""Scenes whose rows are written in one transaction: it is to be short."""

LARGE = 4 * ONE_READ
"""Scenes of the largest batch: equal changes of many fill whole requests, in more than one library."""

PROBING = 10
"""Scenes of a batch that finds out whether a server is back after a long outage."""

T = TypeVar("T")


def most_at_once(most: int, *, takes_no_edits: bool, is_probing: bool, is_undoing: bool) -> int:
    """Return how many scenes to take where ``most`` would do: few where their end is to be seen soon."""
    if takes_no_edits:
        return 1
    if is_probing:  # so that one is back soon, and a fresh edit goes first
        return min(most, PROBING)
    if is_undoing:  # so that a stop is soon heard
        return min(most, ONE_READ)
    return most


def parts(whole: Sequence[T], size: int = ONE_READ) -> tuple[Sequence[T], ...]:
    """Cut into parts of a size, the last one shorter; none of nothing."""
    return tuple(whole[start : start + size] for start in range(0, len(whole), size))
