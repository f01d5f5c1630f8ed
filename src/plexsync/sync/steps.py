"""A batch as a sequence of steps, and what it says to the worker between two of them."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from plexsync.sync.outcomes import Outcome

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
