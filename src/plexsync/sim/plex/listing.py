"""Listings of a section: filtered, sorted, paged.

Source: plex.md 1.1, 1.5; ws_library_head_200.json, ws_library_movie_get_200.json, rs_movie_listing.json.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from plexsync.sim.plex.fields import TYPE_IDS
from plexsync.sim.plex.filters import Params, is_filter, matching
from plexsync.sim.plex.library import Item, Section
from plexsync.sim.plex.refusal import Refused

_START, _SIZE = "X-Plex-Container-Start", "X-Plex-Container-Size"

_SORTS: dict[str, Callable[[Item], Any]] = {
    "id": lambda item: item.key,
    "titleSort": lambda item: (item.title_sort.casefold(), item.key),
    "addedAt": lambda item: (item.added_at, item.key),
    "updatedAt": lambda item: (item.updated_at, item.key),
    "guid": lambda item: item.guid,
    "duration": lambda item: item.duration,
    "year": lambda item: item.values.get("year", 0),
    "originallyAvailableAt": lambda item: item.values.get("originallyAvailableAt", ""),
    "rating": lambda item: item.values.get("rating", 0),
    "audienceRating": lambda item: item.values.get("audienceRating", 0),
    "userRating": lambda item: item.values.get("userRating", 0),
    "viewCount": lambda item: item.values.get("viewCount", 0),
    "lastViewedAt": lambda item: item.values.get("lastViewedAt", 0),
    "contentRating": lambda item: item.values.get("contentRating", ""),
    "summary": lambda item: item.values.get("summary", ""),
    "tagline": lambda item: item.values.get("tagline", ""),
    "studio": lambda item: item.values.get("studio", ""),
}
# Orders that an edit cannot disturb stay valid until items come or go.
_STABLE = frozenset({"id", "guid"})


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a result a client asks for; both None if it asks for no part."""

    start: int | None
    size: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one answer; `total` is None where nothing was paged."""

    rows: list[Item]
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


def page_of(items: list[Item], window: Window, max_page: int) -> Page:
    """Cut the window out; `max_page` > 0 gives fewer rows than were asked for."""
    if window.start is None and window.size is None:
        return Page(items, 0, None)
    start = window.start or 0
    size = len(items) if window.size is None else window.size
    size = min(size, max_page) if max_page else size
    return Page(items[start : start + size], start, len(items))


def select(section: Section, params: Params, now: float) -> list[Item]:
    """The items of `/library/sections/{id}/all` in their order, before paging.

    Raises Refused(400) for an unknown type, filter or sort.
    """
    query = dict(params)
    type_id = _whole(query.get("type") or str(TYPE_IDS[section.type]))
    items = ordered(section, type_id, query.get("sort") or "titleSort")
    if any(is_filter(name) for name, _ in params):
        items = matching(items, params, now)
    limit = query.get("limit")
    return items[: _whole(limit)] if limit else items


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise Refused(400, f"{text!r} is no whole number")
    return int(text)


def ordered(section: Section, type_id: int, sort: str) -> list[Item]:
    """All items of that type, sorted by a comma list of `field[:desc]`; the result is kept until it is stale."""
    stable = sort.split(":", maxsplit=1)[0].rpartition(".")[2] in _STABLE and "," not in sort
    version = -1 if stable else section.content_changed_at
    cached = section.orders.get((str(type_id), sort))
    if cached is not None and cached[0] == version:
        return cached[1]
    items = list(section.of_type(type_id).values())
    for one in reversed(sort.split(",")):
        name, _, direction = one.rpartition(".")[2].partition(":")
        if name not in _SORTS or direction not in ("", "asc", "desc", "nullsLast"):
            raise Refused(400, f"unknown sort {one!r}")
        items.sort(key=_SORTS[name], reverse=direction == "desc")
    section.orders[str(type_id), sort] = (version, items)
    return items
