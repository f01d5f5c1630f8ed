"""How many scenes are worked on at once: many enough for full requests, few enough for short waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from typing import TypeVar

ONE_READ = 175
"""Scenes whose items one read of 200 items does for, with a second item here and there."""

NOTED_AT_ONCE = 100
"""Scenes whose rows are written in one transaction: it is to be short."""

LARGE = 4 * ONE_READ
"""Scenes of the largest batch: equal changes of many fill whole requests, in more than one library."""

Between = Callable[[], AbstractSet[int]]
"""Called between two steps; returns the scenes that were done meanwhile and are to be left out from now on."""

T = TypeVar("T")


def parts(whole: Sequence[T], size: int = ONE_READ) -> tuple[Sequence[T], ...]:
    """Cut into parts of a size, the last one shorter; none of nothing."""
    return tuple(whole[start : start + size] for start in range(0, len(whole), size))


class BatchEnded(Exception):
    """Raised between two steps when a batch is not to go on; nothing is lost, its jobs stay queued."""


class AgentStopping(BatchEnded):
    """The agent is to end."""


class Outdated(BatchEnded):
    """The settings are others now than those it was planned by."""
