"""The orders in which a section's items are listed, each kept sorted while items come, change and go.

No listing sorts or scans the whole section: a change is put in its place when the order is next asked for.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from plexsync_simulators.plex.fields import TYPE_IDS
from plexsync_simulators.plex.library.model import Item, Section
from plexsync_simulators.plex.refusal import Refused

Entry = tuple[Any, int, Item]
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


def _by_value(name: str, missing: Any) -> Callable[[Item], Any]:
    return lambda item: item.values.get(name, missing)


# What can be sorted by (docs/engineering/plex.md §1.5), and the value that decides.
SORTS: dict[str, Callable[[Item], Any]] = {
    "id": lambda item: item.key,
    "titleSort": lambda item: item.title_sort.casefold(),
    "addedAt": lambda item: item.added_at,
    "updatedAt": lambda item: item.updated_at,
    "guid": lambda item: item.guid,
    "duration": lambda item: item.duration,
    **{name: _by_value(name, 0) for name in ("year", "rating", "audienceRating", "userRating")},
    **{name: _by_value(name, 0) for name in ("viewCount", "lastViewedAt", "lastRatedAt")},
    **{
        name: _by_value(name, "") for name in ("originallyAvailableAt", "contentRating", "summary", "tagline", "studio")
    },
}
# Of how many items one may change before it is cheaper to sort anew.
_FEW = 16


class Rows(Protocol[T_co]):
    """A result in its order, of which only the wanted part is made."""

    def __len__(self) -> int: ...

    def part(self, start: int, stop: int) -> Sequence[T_co]:
        """The rows from `start` up to, not including, `stop`."""


@dataclass(frozen=True, slots=True)
class Chosen(Generic[T]):
    """Rows that are there already."""

    items: list[T]

    def __len__(self) -> int:
        return len(self.items)

    def part(self, start: int, stop: int) -> list[T]:
        """As Rows has it."""
        return self.items[start:stop]


class Order:
    """All items of one type in ascending order of one field, equal ones by rating key."""

    def __init__(self, field: str, items: Mapping[int, Item]) -> None:
        self._value = SORTS[field]
        self._items = items
        self._stale: set[int] = set()
        self._sort()

    def touch(self, key: int) -> None:
        """Note that the item with that key has come, changed or gone."""
        self._stale.add(key)

    @property
    def entries(self) -> list[Entry]:
        """The sorted entries: value, rating key, item."""
        if len(self._stale) * _FEW > len(self._items):
            self._sort()
        for key in self._stale:
            self._place(key)
        self._stale.clear()
        return self._entries

    def after(self, least: float) -> list[Item]:
        """The items whose value is greater than `least`; for fields that are numbers."""
        entries = self.entries
        return [entry[2] for entry in entries[bisect_right(entries, least, key=_first) :]]

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


@dataclass(frozen=True, slots=True)
class Ranked:
    """All items of an order, from either end."""

    entries: list[Entry]
    descending: bool

    def __len__(self) -> int:
        return len(self.entries)

    def part(self, start: int, stop: int) -> list[Item]:
        """As Rows has it."""
        if not self.descending:
            return [entry[2] for entry in self.entries[start:stop]]
        count = len(self.entries)
        backwards = self.entries[max(count - stop, 0) : max(count - start, 0)]
        return [entry[2] for entry in reversed(backwards)]


def _first(entry: Entry) -> Any:
    return entry[0]


def order_of(section: Section, type_id: int, field: str) -> Order:
    """The section's order by that field, made at the first request for it."""
    found = section.orders.get((type_id, field))
    if found is None:
        found = section.orders[type_id, field] = Order(field, section.of_type(type_id))
    return found


def prepare(section: Section) -> None:
    """Make the orders clients ask for most, so that no first request has to wait for one."""
    for field in ("id", "titleSort", "addedAt", "updatedAt"):
        order_of(section, TYPE_IDS.get(section.type, 0), field)


def whole(section: Section, type_id: int, sort: str) -> Rows[Item]:
    """All items of a type, sorted by a comma list of `field[:desc]`; raises Refused(400) for an unknown one."""
    fields = _fields(sort)
    if len(fields) == 1:
        return Ranked(order_of(section, type_id, fields[0][0]).entries, fields[0][1])
    return Chosen(arranged(section.of_type(type_id).values(), sort))


def arranged(items: Iterable[Item], sort: str) -> list[Item]:
    """These items, sorted likewise."""
    found = sorted(items, key=SORTS["id"])
    for field, descending in reversed(_fields(sort)):
        if descending:
            found.reverse()
        found.sort(key=SORTS[field], reverse=descending)
    return found


def _fields(sort: str) -> list[tuple[str, bool]]:
    fields = []
    for one in sort.split(","):
        name, _, direction = one.rpartition(".")[2].partition(":")
        if name not in SORTS or direction not in ("", "asc", "desc", "nullsLast"):
            raise Refused(400, f"unknown sort {one!r}")
        fields.append((name, direction == "desc"))
    return fields
