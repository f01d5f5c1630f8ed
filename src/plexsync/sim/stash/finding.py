"""The find* queries: by ids, by filter, sorted and paged as the server does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from plexsync.sim.stash.criteria import Criterion, tests_of
from plexsync.sim.stash.errors import NotSimulated, Refused
from plexsync.sim.stash.inputs import atoi

Key = Callable[[Any, Any], Any]
_DEFAULT_PAGE = 25


@dataclass(frozen=True, slots=True)
class Search:
    """How one noun is searched. `sorts` is the server's allow list; a key of None is allowed but not simulated."""

    table: str
    criteria: Mapping[str, Criterion]
    sorts: Mapping[str, Key | None]
    default_sort: str
    tie: Key
    words: Callable[[Any, Any], Iterable[str]]

    def by_ids(self, library: Any, ids: Iterable[Any], argument: str = "ids") -> list[Any]:
        """Return the rows in the order asked for.

        Raises Refused for an id that is no number, one given twice, or one that has no row: all recorded as
        find_scenes_ids_*.
        """
        numbers = [atoi(id_, f"converting {argument}") for id_ in ids]
        for index, number in enumerate(numbers):
            if number in numbers[:index]:
                raise Refused(f"validating {argument}: duplicate id found: {number}")
        return list(getattr(library, self.table).many(numbers))

    def all(self, library: Any, given: Mapping[str, Any] | None, paging: Mapping[str, Any]) -> list[Any]:
        """Return every row that fits, sorted, before paging."""
        test = tests_of(self.table, given, self.criteria, library)
        rows = [row for row in getattr(library, self.table) if test(row)]
        if paging.get("q"):
            rows = [row for row in rows if self._says(library, row, paging["q"])]
        name = paging.get("sort")
        name = self.default_sort if name is None else name
        return self._sorted(library, rows, name, paging) if name or self.default_sort else _unordered(rows, given)

    def _says(self, library: Any, row: Any, wanted: str) -> bool:
        said = " ".join(self.words(row, library)).lower()
        return all(word in said for word in wanted.lower().split())

    def _sorted(self, library: Any, rows: list[Any], name: str, paging: Mapping[str, Any]) -> list[Any]:
        if name not in self.sorts:
            raise Refused(f"invalid sort: {name}")
        key = self.sorts[name]
        if key is None:
            raise NotSimulated(f"the simulator does not sort {self.table} by {name}")

        def first(row: Any) -> tuple[bool, Any]:
            return _null_first(key(row, library))

        rows = sorted(rows, key=first, reverse=paging.get("direction") == "DESC")
        return [row for _, run in groupby(rows, first) for row in self._ties(library, list(run))]

    def _ties(self, library: Any, run: list[Any]) -> list[Any]:
        """Rows that are equal so far come in the second order, whatever the direction of the first."""
        return run if len(run) == 1 else sorted(run, key=lambda row: self.tie(row, library))


def _unordered(rows: list[Any], given: Mapping[str, Any] | None) -> list[Any]:
    """The order without ORDER BY: an index on the studio is read, unless the filter joins the files.

    Seen in the recordings find_scenes_default_filter and find_scenes_files_filter_updated; nobody may rely on it.
    """
    if {"path", "files_filter"} & set(given or ()):
        return sorted(rows, key=lambda row: row.id)
    return sorted(rows, key=lambda row: (getattr(row, "studio_id", None) or 0, row.id))


def page(rows: list[Any], paging: Mapping[str, Any]) -> list[Any]:
    """Return the page asked for: 25 rows unless told, all for a negative size."""
    size = paging.get("per_page")
    size = _DEFAULT_PAGE if size is None else size
    if size < 0:
        return rows
    start = (max(paging.get("page") or 1, 1) - 1) * size
    return rows[start : start + size]


def natural(value: str | None) -> tuple[Any, ...]:
    """Return a key that sorts like NATURAL_CI: letter case ignored, runs of digits as numbers."""
    parts = re.split(r"(\d+)", (value or "").casefold())
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts if part)


def _null_first(value: Any) -> tuple[bool, Any]:
    return (False, 0) if value is None else (True, value)
