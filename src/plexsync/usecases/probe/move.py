"""The nouns of the questions that write: a move is one edit, a trial some of them on one part of the item."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from plexsync.plex.exchange import Exchange
from plexsync.usecases.probe.saved_item import SavedItem

Pairs = tuple[tuple[str, str], ...]
"""Parameters of an edit: names and values, not encoded."""


@dataclass(frozen=True, slots=True)
class ItemViews:
    """The item as it was saved, as it was before a move, and as it is now."""

    saved: SavedItem
    before: SavedItem
    now: SavedItem


Make = Callable[[ItemViews], Pairs]
"""Returns an edit's parameters; none where there is nothing to do."""

Shows = Callable[[ItemViews], bool]
"""Tells whether the item shows what was written."""


@dataclass(frozen=True, slots=True)
class Move:
    """One edit.

    ``stamps`` waits until ``updatedAt``, which has whole seconds, can move. ``settles`` waits in place of looking for
    something: nothing may change. ``is_vital`` ends the trial where the move shows nothing or is refused.
    """

    name: str
    make: Make
    shows: Shows
    stamps: bool = False
    settles: bool = False
    is_vital: bool = False
    in_body: bool = False


@dataclass(frozen=True, slots=True)
class MoveResult:
    """The outcome of a move: the answer (None: the server hung up), the item before and after, and whether it shows."""

    exchange: Exchange | None
    before: SavedItem
    after: SavedItem
    shows: bool
    seconds: float

    @property
    def is_refused(self) -> bool:
        """Whether the server did not take it."""
        return self.exchange is None or not self.exchange.is_well


@dataclass(frozen=True, slots=True)
class Trial:
    """Some moves on one part of the item, which is put back after them.

    ``lacks`` says what the item lacks for it, "" if nothing. ``text`` announces it. ``adds_names`` to a list, which
    are to be taken away again.
    """

    name: str
    step: int
    text: str
    lacks: Callable[[SavedItem], str]
    moves: tuple[Move, ...]
    adds_names: bool = False
