"""Reads a listing of Plex page by page, whatever pages the server makes of it.

A server may give fewer rows than asked for, more, or all at once; it may leave out ``offset``, ``size`` and
``totalSize``. So a listing ends with a page without rows, or where a total that is told is reached, never with a short
page. Items may come and go between two pages. Each request says where it starts and how many rows it wants:
Plex announces that it refuses listings without (watchstate PR#203).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from plexsync.domain.errors import BadAnswer
from plexsync.domain.phrases import kind_of
from plexsync.net.decode import whole, whole_if_any
from plexsync.plex.client import Container, Query

START, SIZE = "X-Plex-Container-Start", "X-Plex-Container-Size"
MOST_STEPS_BACK = 50
MOST_UNREAD_AT_FIRST, MOST_UNREAD_IN_A_ROW = 3, 20


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a listing; ``total`` is how many it has in all, None where the server does not tell.

    ``unread`` says what was wrong with the one row at ``offset`` that the server cannot give.
    """

    rows: tuple[Any, ...]
    offset: int
    total: int | None
    unread: str = ""

    @property
    def is_end(self) -> bool:
        """Whether the server tells how many rows there are, and none comes after these."""
        return self.total is not None and self.offset + len(self.rows) >= self.total


def window(start: int, size: int) -> Query:
    """Return what asks for a part of a listing."""
    return {START: start, SIZE: size}


def page_of(container: Container, name: str, start: int) -> Page:
    """Read one page that was asked for from ``start`` on; raises TypeError or ValueError for another shape.

    A page without rows need not have their name nor any count, but nothing in it may speak of rows.
    """
    rows = container.get(name) or []
    if not isinstance(rows, list):
        raise TypeError(f"{name} is {kind_of(rows)}")
    total = container.get("totalSize")
    if not rows and not _is_beyond(start, total) and (said := _rows_spoken_of(container)):
        raise ValueError(f"{said} rows, none of them {name}")
    offset = container.get("offset")
    return Page(tuple(rows), start if offset is None else whole(offset), None if total is None else whole(total))


def tells_no_count(container: Container) -> bool:
    """Tell whether an answer says nothing of how many rows it has, not even that it has none."""
    return container.get("size") is None and container.get("totalSize") is None


def _is_beyond(start: int, total: object) -> bool:
    return total is not None and start >= whole_if_any(total)


def _rows_spoken_of(container: Container) -> int:
    """Return how many rows an answer says it has, under whatever name."""
    said = container.get("size", container.get("totalSize"))
    return max(len(one) for one in ([], *container.values()) if isinstance(one, list)) if said is None else whole(said)


class Pager:
    """Reads one listing; ``fetch`` (start, size) brings a page and raises :class:`BadAnswer` for what it cannot read.

    ``nonsense`` makes the error for a server that pages as it likes.
    """

    def __init__(self, fetch: Callable[[int, int], Page], size: int, nonsense: Callable[[str], BadAnswer]) -> None:
        self._fetch = fetch
        self._size = size
        self._nonsense = nonsense
        self._start = self._known = self._steps_back = 0

    def pages(self) -> Iterator[Page]:
        """Yield all rows, one perhaps twice but none left out."""
        before: tuple[Any, ...] = ()
        while True:
            page = self._next()
            if page.unread:
                yield page
                self._start += 1
                continue
            if page.rows and page.offset != self._start:
                raise self._nonsense(f"asked for rows from {self._start} on, got them from {page.offset} on")
            if page.total is not None and page.total < self._known:
                self._step_back(page.total)
                continue
            if page.total is None and page.rows == before:
                return  # a server that does not page gives the same rows again
            if page.rows:
                yield page
            self._start += len(page.rows)
            self._known = page.total or 0
            if self._is_last(page):
                return
            before = page.rows

    def _step_back(self, total: int) -> None:
        """Look again at rows that moved out of sight when as many before them were deleted."""
        self._steps_back += 1
        if self._steps_back > MOST_STEPS_BACK:
            raise self._nonsense("the number of rows shrinks without an end")
        self._start, self._known = max(0, self._start - (self._known - total)), total

    def _is_last(self, page: Page) -> bool:
        if not page.rows:
            return True
        return page.total is not None and self._start >= page.total

    def _next(self) -> Page:
        return self._fetch(self._start, self._size)


class PatientPager(Pager):
    """Reads a listing past the rows at which the server fails: they come as unread, one by one."""

    def __init__(self, fetch: Callable[[int, int], Page], size: int, nonsense: Callable[[str], BadAnswer]) -> None:
        super().__init__(fetch, size, nonsense)
        self._full = size
        self._unread = 0
        self._is_readable = False

    def _next(self) -> Page:
        """Bring the next page, a smaller one where the server fails at some row, in the end without that row."""
        try:
            page = super()._next()
        except BadAnswer as error:
            if type(error) is not BadAnswer:
                raise
            return self._without_one(error)
        self._unread, self._is_readable = 0, True
        self._size = min(self._full, self._size * 2)
        return page

    def _without_one(self, error: BadAnswer) -> Page:
        if self._size > 1:
            self._size = max(1, self._size // 4)
            return self._next()
        self._unread += 1
        if self._unread > (MOST_UNREAD_IN_A_ROW if self._is_readable else MOST_UNREAD_AT_FIRST):
            raise error
        return Page((), self._start, None, unread=f"{error.data['status']}: {error.data['detail']}")
