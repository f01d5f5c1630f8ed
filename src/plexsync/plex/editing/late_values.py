"""Values that Plex took and did not show when they were read back: were they only late? A later reading tells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from plexsync.domain.capabilities import Lesson
from plexsync.domain.model import PHOTOS, Change, Field, Item, Value, Why
from plexsync.domain.text import fold

LATE_SECONDS = 5.0
"""A value that does not show after so long has not arrived (docs/engineering/plex.md §6)."""


def parts_of(change: Change) -> tuple[str, ...]:
    """Return what a change is of: its field, the photos of actors, or both."""
    names = () if change.why is Why.PHOTO else (change.field.value,)
    return (*names, PHOTOS) if change.photos else names


def shows(item: Item, of: Field, value: Value) -> bool:
    """Tell whether an item shows a value; Plex leaves out a sort title that equals the title."""
    shown = item.fields[of] or (item.fields[Field.TITLE] if of is Field.SORT_TITLE else item.fields[of])
    return _is_same(shown, value)


def _is_same(one: Value | None, other: Value) -> bool:
    """Compare values; of lists, the names that are there."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return set(map(fold, one)) == set(map(fold, other))
    return one == other


def _has_arrived(item: Item, part: str, value: Value) -> bool:
    """Tell whether an item shows what is no longer wanted of it; it may also have been given up."""
    return any(name in item.photos for name in value) if part == PHOTOS else shows(item, Field(part), value)


@dataclass(frozen=True, slots=True)
class _Taken:
    """A value that a server took at some moment, and the item as it was shown after that."""

    value: Value
    shown: Item
    at: float

    def is_in_vain(self, part: str, item: Item, wanted: Value | None, now: float) -> bool:
        """Tell whether it has not shown in all that time, and neither has any of it: a list gets names, then others go.

        ``wanted`` is what is desired by now.
        """
        has_moved = _shown(item, part) != _shown(self.shown, part)
        return self.at <= now - LATE_SECONDS and _is_same(wanted, self.value) and not has_moved


def _shown(item: Item, part: str) -> object:
    return item.photos if part == PHOTOS else item.fields[Field(part)]


class LateValues:
    """For the worker's thread; moments are UTC seconds."""

    def __init__(self) -> None:
        self._taken: dict[str, dict[str, _Taken]] = {}

    def forget(self) -> None:
        """Begin anew, with another server: its items are others under the same keys."""
        self._taken.clear()

    def note(self, shown: Item, values: Mapping[str, Value], now: float) -> None:
        """Note what an item does not show yet, by field."""
        if values:
            self._taken[shown.rating_key] = {part: _Taken(value, shown, now) for part, value in values.items()}

    def judge(self, item: Item, changes: Iterable[Change], now: float) -> Lesson:
        """Return what has arrived, and what was in vain, by what is still to be changed of an item."""
        taken = self._taken.pop(item.rating_key, {})
        wanted = {part: change.after for change in changes for part in parts_of(change)}
        gone = {part: one.value for part, one in taken.items() if part not in wanted}
        arrived = {part for part, value in gone.items() if _has_arrived(item, part, value)}
        in_vain = {part for part, one in taken.items() if one.is_in_vain(part, item, wanted.get(part), now)}
        return Lesson(arrived=frozenset(arrived), refused=frozenset(in_vain), item=item.rating_key)
