"""How answers to requests that only read are judged; every finding is a few fixed words, for they are compared."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from plexsync.net.decode import whole
from plexsync.usecases.probe.question import Evidence, Judge, NotTold
from plexsync.usecases.probe.reading.inquiries import FEW

YES, NO = "yes", "no"
_CONTROLS = frozenset(range(32)) - {9, 10, 13}


def answered(name: str) -> Judge:
    """Tell whether a request is answered well, else with which status."""
    return lambda seen: YES if seen.of(name).is_well else str(seen.of(name).status)


def of_rows(name: str, test: Callable[[tuple[Mapping[str, Any], ...]], bool]) -> Judge:
    """Judge the rows of an answer that has some."""

    def judge(seen: Evidence) -> str:
        rows = seen.well(name).rows
        if not rows:
            raise NotTold("the answer had no items")
        return YES if test(rows) else NO

    return judge


def has(name: str, *keys: str) -> Judge:
    """Tell how many of some entries an answer has: all, some or none."""

    def judge(seen: Evidence) -> str:
        found = [key for key in keys if seen.well(name).container.get(key) is not None]
        return "all" if len(found) == len(keys) else "some" if found else "none"

    return judge


def is_json(seen: Evidence) -> str:
    """Tell whether JSON comes where it was asked for."""
    return YES if seen.well("identity").container else NO


def is_xml(seen: Evidence) -> str:
    """Tell whether XML comes where it was asked for."""
    return YES if seen.well("identity.xml").body.lstrip().startswith(b"<") else NO


def is_claimed(seen: Evidence) -> str:
    """Tell whether the server belongs to an account."""
    return "claimed" if seen.well("identity").container.get("claimed") else "unclaimed"


def has_pass(seen: Evidence) -> str:
    """Tell whether the account has Plex Pass."""
    return YES if seen.well("root").container.get("myPlexSubscription") in {1, "1"} else NO


def who_asks(seen: Evidence) -> str:
    """Tell whose token it is: the owner alone may read the accounts."""
    status = seen.of("accounts").status
    return {200: "owner", 401: "nobody", 403: "shared"}.get(status, str(status))


def allows_sync(seen: Evidence) -> str:
    """Tell whether the libraries allow what they refuse to others than the owner."""
    rows = _directories(seen)
    return YES if all(row.get("allowSync") in {1, "1"} for row in rows) else NO


def counts_content(seen: Evidence) -> str:
    """Tell whether each library counts its changes."""
    return YES if all("contentChangedAt" in row for row in _directories(seen)) else NO


def size_kept(seen: Evidence) -> str:
    """Tell whether a page has as many rows as asked for; a shorter one must hold the whole library.

    The second page, which begins one row later, shows where more rows than that are there.
    """
    found, later = len(seen.well("listing").rows), len(seen.well("listing.second").rows)
    if found > FEW:
        return "more"
    total = seen.well("listing").container.get("totalSize")
    known = max(later + 1 if later else 0, whole(total) if total is not None else 0)
    return "fewer" if found < min(FEW, known) else "as many"


def counts_in_headers(seen: Evidence) -> str:
    """Tell whether the headers tell how many there are in all."""
    return YES if seen.well("listing").header("X-Plex-Container-Total-Size") is not None else NO


def nothing_but_total(seen: Evidence) -> str:
    """Tell whether a page of no size holds the total alone."""
    found = seen.well("listing.zero")
    if found.rows:
        return "rows come"
    return "the total" if found.container.get("totalSize") is not None else "no total"


def start_kept(seen: Evidence) -> str:
    """Tell whether a page begins where it was asked to begin."""
    first, second = _keys(seen, "listing"), _keys(seen, "listing.second")
    if len(first) < 2:  # noqa: PLR2004  with one item there is no second page
        raise NotTold("the library has one item")
    return YES if second[: len(first) - 1] == first[1:] else NO


def in_order(seen: Evidence) -> str:
    """Tell whether a listing by id comes in that order."""
    keys = [int(key) for key in _keys(seen, "listing")]
    return YES if keys == sorted(keys) else NO


def left_out(seen: Evidence) -> str:
    """Tell whether elements that are not wanted are left out."""
    if not any("Genre" in row or "Role" in row for row in seen.well("listing").rows):
        raise NotTold("no listed item has genres or actors")
    return NO if any("Genre" in row or "Role" in row for row in seen.well("listing.without").rows) else YES


def gap_passed(seen: Evidence) -> str:
    """Tell whether an unknown id among others is left out without a word."""
    found = seen.of("items.gap")
    if not found.is_well:
        return str(found.status)
    return "the others come" if len(found.rows) == 1 else f"{len(found.rows)} rows"


def absent_item(seen: Evidence) -> str:
    """Tell how an item that is not there is answered."""
    found = seen.of("items.absent")
    return str(found.status) if not found.is_well else "an empty answer"


def error_page(seen: Evidence) -> str:
    """Tell in which form an error comes."""
    found = seen.of("items.absent")
    if found.is_well:
        raise NotTold("no request was refused")
    body = found.body.lstrip()
    return "nothing" if not body else "HTML" if body.startswith(b"<") else "JSON" if body.startswith(b"{") else "text"


def stamp_in_thumb(seen: Evidence) -> str:
    """Tell whether a picture's address ends with the moment of the item's last change."""
    row = _item(seen)
    if not row.get("thumb") or row.get("updatedAt") is None:
        raise NotTold("the item has no poster or no updatedAt")
    return YES if str(row["thumb"]).endswith(f"/{row['updatedAt']}") else NO


def has_section(seen: Evidence) -> str:
    """Tell whether a full item names its library."""
    row, container = _item(seen), seen.well("item").container
    return YES if row.get("librarySectionID", container.get("librarySectionID")) is not None else NO


def names_picture(seen: Evidence) -> str:
    """Tell whether each picture of an item has a name and says whether it is selected."""
    rows = seen.well("posters").rows
    if not rows:
        raise NotTold("the item has no pictures")
    return YES if all(isinstance(row.get("ratingKey"), str) and "selected" in row for row in rows) else NO


def filters_future(name: str) -> Judge:
    """Tell whether a filter by a moment in the future leaves everything out, does nothing, or is refused."""

    def judge(seen: Evidence) -> str:
        found = seen.of(name)
        if not found.is_well:
            return str(found.status)
        listed = len(seen.well("listing").rows)
        if not listed:
            raise NotTold("the library has no item")
        return "it filters" if len(found.rows) < listed else "passed over"

    return judge


def bound(seen: Evidence) -> str:
    """Tell whether ``>>=`` takes the moment itself in."""
    if filters_future("updated.future")(seen) != "it filters":
        raise NotTold("the server does not filter by updatedAt")
    before, same = _total(seen, "updated.before"), _total(seen, "updated.same")
    return "greater" if same < before else "greater or equal"


def by_file(seen: Evidence) -> str:
    """Tell what becomes of a filter by path."""
    found = seen.of("file")
    if not found.is_well:
        return str(found.status)
    return "it finds" if len(found.rows) == 1 else "nothing" if not found.rows else "passed over"


def is_utf8(seen: Evidence) -> str:
    """Tell whether all answers so far were UTF-8."""
    return YES if all(_decodes(found.body) for found in seen.exchanges.values()) else NO


def has_controls(seen: Evidence) -> str:
    """Tell whether answers held control characters as they are."""
    return YES if any(_CONTROLS & set(found.body) for found in _texts(seen)) else NO


def is_strict(seen: Evidence) -> str:
    """Tell whether a strict reader could read all answers in JSON."""
    return YES if all(_is_json(found.body) for found in _texts(seen)) else NO


def _texts(seen: Evidence) -> Iterable[Any]:
    return [found for found in seen.exchanges.values() if "json" in (found.header("Content-Type") or "")]


def _decodes(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def _directories(seen: Evidence) -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = [
        row for row in seen.well("sections").container.get("Directory", []) if isinstance(row, dict)
    ]
    if not rows:
        raise NotTold("the server lists no library")
    return rows


def _keys(seen: Evidence, name: str) -> list[str]:
    return [str(row["ratingKey"]) for row in seen.well(name).rows]


def _item(seen: Evidence) -> Mapping[str, Any]:
    rows = seen.well("item").rows
    if not rows:
        raise NotTold("the item did not come")
    return rows[0]


def _total(seen: Evidence, name: str) -> int:
    found = seen.well(name).container.get("totalSize")
    if found is None:
        raise NotTold("the server tells no total")
    return whole(found)
