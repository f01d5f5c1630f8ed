"""Locked values that are not PlexSync's: a person's, or another tool's. Nobody can tell which; a person can."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from plexsync.domain.merge.text import is_same_text
from plexsync.domain.model import Base, Desired, Field, Item, Value
from plexsync.domain.text import fold


class Likeness(str, Enum):
    """How a locked value stands to Stash's: the same, another one, or without one."""

    EQUAL = "equal"
    DIFFERENT = "different"
    UNMATCHED = "unmatched"


@dataclass(frozen=True, slots=True)
class ForeignValue:
    """A locked value of an item that PlexSync did not write; of a list, ``gone`` are the names that Stash lacks."""

    rating_key: str
    field: Field
    value: Value
    stash: Value
    likeness: Likeness
    gone: tuple[str, ...] = ()


def foreign_values(desired: Desired, item: Item, base: Base) -> Iterator[ForeignValue]:
    """Yield the locked values of an item that PlexSync did not leave there, of fields that it writes."""
    for of in Field:
        if of in item.locked and of in desired.fields and of not in item.unreadable:
            found = _foreign(of, item.fields[of], desired.fields[of], base.pushed.get(of))
            if found is not None:
                likeness, gone = found
                yield ForeignValue(item.rating_key, of, item.fields[of], desired.fields[of], likeness, gone)


def _foreign(of: Field, shown: Value, wanted: Value, ours: Value | None) -> tuple[Likeness, tuple[str, ...]] | None:
    if isinstance(shown, tuple):
        return _foreign_names(shown, wanted, ours)
    if not shown or (isinstance(ours, str) and is_same_text(of, shown, ours)):
        return None
    if not wanted:
        return Likeness.UNMATCHED, ()
    return Likeness.EQUAL if is_same_text(of, shown, str(wanted)) else Likeness.DIFFERENT, ()


def _foreign_names(
    shown: tuple[str, ...], wanted: Value, ours: Value | None
) -> tuple[Likeness, tuple[str, ...]] | None:
    mine, said = set(map(fold, ours or ())), set(map(fold, wanted))
    names = [name for name in shown if fold(name) not in mine]
    if not names:
        return None
    gone = tuple(name for name in names if fold(name) not in said)
    if not gone:
        return Likeness.EQUAL, ()
    return (Likeness.DIFFERENT if said else Likeness.UNMATCHED), gone
