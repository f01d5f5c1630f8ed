"""The requests that only read, in the order in which they are sent: steps 0 to 2 of the probe.

Subjects: ``section`` a movie library, ``item`` one of its items, ``updated`` that item's ``updatedAt``, ``before`` one
second less, ``file`` its first file, ``absent`` a rating key that no item has.
"""

from __future__ import annotations

from plexsync.plex.paging import SIZE, START
from plexsync.usecases.probe.question import Inquiry

FEW = 5
FUTURE = "4102444800"
"""A moment that no item has seen yet (2100)."""

_ALL = "/library/sections/{section}/all"
_LISTED = (("type", "1"), ("sort", "id"), ("checkFiles", "0"))
_FULL = (("skipRefresh", "1"), ("checkFiles", "0"))


def _page(start: int, size: int) -> tuple[tuple[str, str], ...]:
    return ((START, str(start)), (SIZE, str(size)))


def _since(name: str, field: str, moment: str) -> Inquiry:
    return Inquiry(name, _ALL, (*_LISTED, (f"{field}>>", moment), *_page(0, FEW)))


SERVER = (
    Inquiry("identity", "/identity"),
    Inquiry("identity.no_token", "/identity", headers={"X-Plex-Token": ""}),
    Inquiry("identity.xml", "/identity", headers={"Accept": "application/xml"}),
    Inquiry("root", "/"),
    Inquiry("accounts", "/accounts"),
    Inquiry("prefs", "/:/prefs"),
    Inquiry("providers", "/media/providers"),
)
"""Step 0: who answers, and what the token may do."""

TOLERANCE = (
    Inquiry("sections", "/library/sections", _page(0, 500)),
    Inquiry("sections.unpaged", "/library/sections"),
    Inquiry("listing", _ALL, (*_LISTED, *_page(0, FEW))),
    Inquiry("listing.second", _ALL, (*_LISTED, *_page(1, FEW))),
    Inquiry("listing.zero", _ALL, (*_LISTED, *_page(0, 0))),
    Inquiry("listing.without", _ALL, (*_LISTED, ("excludeElements", "Genre,Role"), *_page(0, FEW))),
    Inquiry("item", "/library/metadata/{item}", (*_FULL, ("includeGuids", "1"), *_page(0, 1))),
    Inquiry("items.gap", "/library/metadata/{item},{absent}", (*_FULL, *_page(0, 2))),
    Inquiry("items.absent", "/library/metadata/{absent}", (*_FULL, *_page(0, 1))),
    Inquiry("posters", "/library/metadata/{item}/posters", _page(0, 100)),
)
"""Step 1: how listings and items are answered."""

FILTERS = (
    _since("updated.future", "updatedAt", FUTURE),
    _since("updated.same", "updatedAt", "{updated}"),
    _since("updated.before", "updatedAt", "{before}"),
    _since("rated.future", "lastRatedAt", FUTURE),
    _since("viewed.future", "lastViewedAt", FUTURE),
    Inquiry("file", _ALL, (*_LISTED, ("file", "{file}"), *_page(0, FEW))),
    Inquiry("history", "/status/sessions/history/all", _page(0, 1)),
    Inquiry("sessions", "/status/sessions"),
    Inquiry("activities", "/activities"),
)
"""Step 2: what can be asked for since a moment, and what goes on."""

READING = (*SERVER, *TOLERANCE, *FILTERS)
