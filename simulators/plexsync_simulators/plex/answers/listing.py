"""Listings of a section: filtered, sorted, paged.

Source: docs/engineering/plex.md §1.1, §1.5; the recordings ws_library_head_200.json, ws_library_movie_get_200.json and
rs_movie_listing.json.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from plexsync_simulators.plex.answers.filters import Bound, Params, bound_of, is_filter, matching
from plexsync_simulators.plex.answers.orders import Chosen, Rows, arranged, order_of, whole
from plexsync_simulators.plex.fields import TYPE_IDS
from plexsync_simulators.plex.library.model import Item, Section
from plexsync_simulators.plex.refusal import Refused

T = TypeVar("T")
_START, _SIZE = "X-Plex-Container-Start", "X-Plex-Container-Size"


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a result a client asks for; both None if it asks for no part."""

    start: int | None
    size: int | None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Rows of one answer; `total` is None where nothing was paged."""

    rows: Sequence[T]
    offset: int
    total: int | None

    @property
    def headers(self) -> dict[str, str]:
        """The paging headers of the answer."""
        if self.total is None:
            return {}
        return {"X-Plex-Container-Start": str(self.offset), "X-Plex-Container-Total-Size": str(self.total)}

    @property
    def counts(self) -> dict[str, int]:
        """The paging entries of the body."""
        if self.total is None:
            return {"size": len(self.rows)}
        return {"size": len(self.rows), "totalSize": self.total, "offset": self.offset}


def window_of(query: Mapping[str, str], headers: Mapping[str, str]) -> Window:
    """Read the paging parameters from query or headers; raises Refused(400) for what is no number."""
    start = query.get(_START, headers.get(_START))
    size = query.get(_SIZE, headers.get(_SIZE))
    try:
        return Window(int(start) if start else None, int(size) if size else None)
    except ValueError:
        raise Refused(400, "paging takes numbers") from None


def page_of(items: Rows[T], window: Window, max_page: int) -> Page[T]:
    """Cut the window out; `max_page` > 0 gives fewer rows than were asked for."""
    if window.start is None and window.size is None:
        return Page(items.part(0, len(items)), 0, None)
    start = window.start or 0
    size = len(items) if window.size is None else window.size
    size = min(size, max_page) if max_page else size
    return Page(items.part(start, start + size), start, len(items))


def select(section: Section, params: Params, now: float) -> Rows[Item]:
    """The items of `/library/sections/{id}/all` in their order, before paging.

    Raises Refused(400) for an unknown type, filter or sort.
    """
    query = dict(params)
    type_id = _whole(query.get("type") or str(TYPE_IDS[section.type]))
    sort = query.get("sort") or "titleSort"
    filters = [(name, value) for name, value in params if is_filter(name)]
    rows = _found(section, type_id, filters, sort, now) if filters else whole(section, type_id, sort)
    limit = query.get("limit")
    return Chosen(list(rows.part(0, _whole(limit)))) if limit else rows


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise Refused(400, f"{text!r} is no whole number")
    return int(text)


def _found(section: Section, type_id: int, filters: Params, sort: str, now: float) -> Rows[Item]:
    """The rows that the filters accept, kept for the next page of the same question until anything changes."""
    question = (type_id, tuple(filters), sort, section.revision)
    if section.answered is not None and section.answered[0] == question:
        return Chosen(section.answered[1])
    bound = bound_of(filters, now)
    if bound is None:
        rows = whole(section, type_id, sort)
        found = matching(rows.part(0, len(rows)), filters, now)
    else:
        found = arranged(matching(_within(section, type_id, bound), filters, now), sort)
    if not any(value.startswith("-") for _, value in filters):
        section.answered = (question, found)
    return Chosen(found)


def _within(section: Section, type_id: int, bound: Bound) -> list[Item]:
    if bound.keys is not None:
        items = section.of_type(type_id)
        return [items[key] for key in bound.keys if key in items]
    return order_of(section, type_id, bound.field).after(bound.least)
