"""The find* queries: by ids, by filter, sorted and paged as the server does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

from plexsync_simulators.stash.errors import NotSimulated, ResolverError
from plexsync_simulators.stash.graphql.inputs import atoi
from plexsync_simulators.stash.searching.criteria import Criterion, tests_of

Key = Callable[[Any, Any], Any]
_DEFAULT_PAGE = 25
_BOUNDS: Mapping[str, Callable[[int, Any], tuple[int | None, int | None]]] = {
    "EQUALS": lambda value, _: (value, value),
    "GREATER_THAN": lambda value, _: (value + 1, None),
    "LESS_THAN": lambda value, _: (None, value - 1),
    "BETWEEN": lambda value, value2: (value, value2 or 0),
}


class Found:
    """A search's result: the page asked for at once, everything and its number only for who asks."""

    def __init__(self, shown: list[Any], everything: Callable[[], list[Any]], count: int | None = None) -> None:
        self.page = shown
        self._everything = everything
        self._count = count

    @property
    def rows(self) -> list[Any]:
        """Every row that fits, before paging."""
        return self._everything()

    @property
    def count(self) -> int:
        """How many rows fit."""
        return len(self.rows) if self._count is None else self._count


@dataclass(frozen=True, slots=True)
class Search:
    """How one noun is searched. `sorts` is the server's allow list; a key of None is allowed but not simulated."""

    table: str
    criteria: Mapping[str, Criterion]
    sorts: Mapping[str, Key | None]
    default_sort: str
    tie: Key
    words: Callable[[Any, Any], Iterable[str]]

    def by_ids(self, library: object, ids: Iterable[object], argument: str = "ids") -> list[object]:
        """Return the rows in the order asked for.

        Raises ResolverError for an id that is no number, one given twice, or one that has no row: all recorded as
        find_scenes_ids_*.
        """
        numbers = [atoi(id_, f"converting {argument}") for id_ in ids]
        for index, number in enumerate(numbers):
            if number in numbers[:index]:
                raise ResolverError(f"validating {argument}: duplicate id found: {number}")
        return list(getattr(library, self.table).many(numbers))

    def find(self, library: object, given: Mapping[str, object] | None, paging: Mapping[str, object]) -> Found:
        """Return what fits. By id nothing is sorted and no row is looked at beyond the page, as with an index."""
        if paging.get("sort") != "id" or paging.get("q"):
            rows = self.all(library, given, paging)
            return Found(page(rows, paging), lambda: rows)
        start, stop = _span(paging)
        low, high, rest = _bounded(given)
        test = tests_of(self.table, rest, self.criteria, library) if rest else None

        def walk() -> Iterator[object]:
            rows = getattr(library, self.table).between(low, high, backwards=paging.get("direction") == "DESC")
            return rows if test is None else filter(test, rows)

        shown = list(islice(walk(), start, stop))
        return Found(shown, lambda: list(walk()), None if given else len(getattr(library, self.table)))

    def all(self, library: Any, given: Mapping[str, Any] | None, paging: Mapping[str, Any]) -> list[Any]:
        """Return every row that fits, sorted, before paging."""
        test = tests_of(self.table, given, self.criteria, library)
        rows = [row for row in getattr(library, self.table) if test(row)]
        if paging.get("q"):
            rows = [row for row in rows if self._says(library, row, paging["q"])]
        name = paging.get("sort")
        name = self.default_sort if name is None else name
        return self._sorted(library, rows, name, paging) if name or self.default_sort else _unordered(rows, given)

    def _says(self, library: object, row: object, wanted: str) -> bool:
        said = " ".join(self.words(row, library)).lower()
        return all(word in said for word in wanted.lower().split())

    def _sorted(self, library: object, rows: list[object], name: str, paging: Mapping[str, object]) -> list[object]:
        if name not in self.sorts:
            raise ResolverError(f"invalid sort: {name}")
        key = self.sorts[name]
        if key is None:
            raise NotSimulated(f"the simulator does not sort {self.table} by {name}")

        def first(row: object) -> tuple[bool, object]:
            return _null_first(key(row, library))

        rows = sorted(rows, key=first, reverse=paging.get("direction") == "DESC")
        return [row for _, run in groupby(rows, first) for row in self._ties(library, list(run))]

    def _ties(self, library: object, run: list[object]) -> list[object]:
        """Rows that are equal so far come in the second order, whatever the direction of the first."""
        return run if len(run) == 1 else sorted(run, key=lambda row: self.tie(row, library))


def _unordered(rows: list[Any], given: Mapping[str, Any] | None) -> list[Any]:
    """The order without ORDER BY: an index on the studio is read, unless the filter joins the files.

    Seen in the recordings find_scenes_default_filter and find_scenes_files_filter_updated; nobody may rely on it.
    """
    if {"path", "files_filter"} & set(given or ()):
        return sorted(rows, key=lambda row: row.id)
    return sorted(rows, key=lambda row: (getattr(row, "studio_id", None) or 0, row.id))


def page(rows: list[object], paging: Mapping[str, object]) -> list[object]:
    """Return the page asked for: 25 rows unless told, all for a negative size."""
    return rows[slice(*_span(paging))]


def _span(paging: Mapping[str, Any]) -> tuple[int, int | None]:
    """Where the page starts and stops; a size of 0 is no row, which is how one only counts (models/find_filter.go)."""
    size = paging.get("per_page")
    size = _DEFAULT_PAGE if size is None else size
    if size < 0:
        return 0, None
    start = (max(paging.get("page") or 1, 1) - 1) * size
    return start, start + size


def _bounded(given: Mapping[str, Any] | None) -> tuple[int | None, int | None, Mapping[str, Any]]:
    """Part the bounds of the id from what else is asked."""
    given = given or {}
    criterion = given.get("id") or {}
    if criterion.get("modifier") not in _BOUNDS or given.get("OR"):
        return None, None, given
    low, high = _BOUNDS[criterion["modifier"]](criterion["value"], criterion.get("value2"))
    return low, high, {name: value for name, value in given.items() if name != "id"}


def natural(value: str | None) -> tuple[object, ...]:
    """Return a key that sorts like NATURAL_CI: letter case ignored, runs of digits as numbers."""
    parts = re.split(r"(\d+)", (value or "").casefold())
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts if part)


def _null_first(value: object) -> tuple[bool, object]:
    return (False, 0) if value is None else (True, value)
