"""One order of things that come, change and go: a change is put in its place when the order is next asked for."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

T = TypeVar("T")
# Of how many items one may change before it is cheaper to sort anew.
_FEW = 16


class Order(Generic[T]):
    """Items in ascending order of one value, equal ones by key."""

    def __init__(self, value: Callable[[T], object], items: Mapping[int, T]) -> None:
        self._value = value
        self._items = items
        self._stale: set[int] = set()
        self._sort()

    def touch(self, key: int) -> None:
        """Note that the item with that key has come, changed or gone."""
        self._stale.add(key)

    @property
    def entries(self) -> list[tuple[Any, int, T]]:
        """The sorted entries: value, key, item."""
        if len(self._stale) * _FEW > len(self._items):
            self._sort()
        for key in self._stale:
            self._place(key)
        self._stale.clear()
        return self._entries

    def after(self, least: float) -> list[T]:
        """The items whose value is greater than `least`; for values that are numbers."""
        entries = self.entries
        return [entry[2] for entry in entries[bisect_right(entries, least, key=lambda entry: entry[0]) :]]

    def _sort(self) -> None:
        self._entries = sorted((self._value(item), key, item) for key, item in self._items.items())
        self._known = {entry[1]: entry for entry in self._entries}
        self._stale.clear()

    def _place(self, key: int) -> None:
        old = self._known.pop(key, None)
        if old is not None:
            del self._entries[bisect_left(self._entries, old)]
        item = self._items.get(key)
        if item is not None:
            self._known[key] = (self._value(item), key, item)
            insort(self._entries, self._known[key])
