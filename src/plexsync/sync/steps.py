"""A batch as a sequence of steps: what it says to the worker between two of them, and how large it is."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from plexsync.sync.outcomes import Outcome

ONE_READ = 175
"""Scenes whose items one read of 200 items does for, with a second item here and there."""

NOTED_AT_ONCE = 100
"""Scenes whose rows are written in one transaction: it is to be short."""

LARGE = 4 * ONE_READ
"""Scenes of the largest batch: equal changes of many fill whole requests, in more than one library."""

T = TypeVar("T")


class Step(str, Enum):
    """A scene's needs of a server: to be read in Stash, its items read, edited, a picture brought."""

    SCENE = "scene"
    ITEMS = "items"
    EDIT = "edit"
    IMAGE = "image"


@dataclass(frozen=True, slots=True)
class Moment:
    """The moment between two steps of a batch: whoever runs it may do something else now, or never go on with it.

    ``ahead`` is the step that comes next, ``passed`` what servers let the batch past since the last moment, and
    ``outcomes`` what has become of some of its jobs since.
    """

    ahead: Step
    passed: frozenset[Step] = frozenset()
    outcomes: tuple[Outcome, ...] = ()


Steps = Generator[Moment, None, T]
"""Work that pauses between its steps, and what it comes to."""


def parts(whole: Sequence[T], size: int = ONE_READ) -> tuple[Sequence[T], ...]:
    """Cut into parts of a size, the last one shorter; none of nothing."""
    return tuple(whole[start : start + size] for start in range(0, len(whole), size))
