"""The orders in which a section's items are listed, each kept sorted while items come, change and go.

No listing sorts or scans the whole section: a change is put in its place when the order is next asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from plexsync_simulators.plex.fields import TYPE_IDS
from plexsync_simulators.plex.library.model import Item, Section
from plexsync_simulators.plex.library.order import Order
from plexsync_simulators.plex.refusal import Refused

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


def _by_value(name: str, missing: object) -> Callable[[Item], object]:
    return lambda item: item.values.get(name, missing)


# The possible sorts (docs/engineering/plex.md §1.5), and the value that decides.
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


@dataclass(frozen=True, slots=True)
class Ranked:
    """All items of an order, from either end."""

    entries: list[tuple[Any, int, Item]]
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


def order_of(section: Section, type_id: int, field: str) -> Order[Item]:
    """The section's order by that field, made at the first request for it."""
    found = section.orders.get((type_id, field))
    if found is None:
        found = section.orders[type_id, field] = Order(SORTS[field], section.of_type(type_id))
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
