"""Reads a Plex server: who it is, its libraries, their items.

A row of a listing holds at most two genres and three actors and no lock (recording ``rs_movie_listing.json``). So a
listing gives :class:`ListedItem` for the path index, and only a read by rating key gives an :class:`Item`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, TypeVar

from plexsync.domain.errors import BadAnswer, ItemGone, ItemUnreadable, NoSuchLibrary
from plexsync.domain.left_out import UNKNOWN, LeftOut
from plexsync.domain.model import Item, ListedItem, Section
from plexsync.domain.text import fold
from plexsync.net.decode import DECODE_ERRORS, key, misfit, text, text_if_any, whole_if_any
from plexsync.plex import rows
from plexsync.plex.client import SERVER, Container, PlexClient, Query
from plexsync.plex.paging import Page, Pager, PatientPager, page_of, tells_no_count, window

T = TypeVar("T")
Row = Mapping[str, object]

READ_IDS = 200
"""How many items are read with one request; 240 were seen to work (docs/engineering/plex.md §1.4)."""

SECTIONS = "/library/sections"
_SECTION_PAGE = 500
_UNWANTED = "Genre,Country,Director,Writer,Producer,Role,Rating,Collection"
_MOST_UNREADABLE = 3
_log = logging.getLogger("plexsync")


@dataclass(frozen=True, slots=True)
class Identity:
    """The server that answers, its version, and whether it belongs to an account."""

    machine_id: str
    version: str
    claimed: bool


@dataclass(frozen=True, slots=True)
class ListedPage:
    """Some items of a listing, and the rows that were left out or used in part.

    ``is_end`` tells that a total was told and is reached. A listing that ends otherwise is no proof that an item is
    gone.
    """

    items: tuple[ListedItem, ...]
    left_out: tuple[LeftOut, ...] = ()
    is_end: bool = False


@dataclass(frozen=True, slots=True)
class ItemsRead:
    """Items by rating key, and in words what is wrong with those that Plex cannot give or that make no sense.

    An item that is in neither is gone.
    """

    items: dict[str, Item] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)


def identity(client: PlexClient) -> Identity:
    """Ask a server who it is, which needs no token; raises :class:`ServerError`."""

    def read(container: Row) -> Identity:
        machine_id = text(container["machineIdentifier"])
        return Identity(machine_id, text_if_any(container.get("version")), bool(container.get("claimed")))

    return _understood(client, "/identity", client.get("/identity"), read)


def sections(client: PlexClient) -> tuple[Section, ...]:
    """Read all libraries, of whatever type; one that makes no sense is passed over. Raises :class:`ServerError`."""

    def fetch(start: int, size: int) -> Page:
        container = client.get(SECTIONS, window(start, size))
        return _understood(client, SECTIONS, container, lambda found: _page_of_sections(found, start))

    listed = [row for page in Pager(fetch, _SECTION_PAGE, client.nonsense).pages() for row in page.rows]
    found = {section.id: section for section in filter(None, map(_sensible_section, listed))}
    if listed and not found:
        raise client.nonsense(f"{SECTIONS}: no library makes sense")
    return tuple(found.values())


def _page_of_sections(container: Container, start: int) -> Page:
    """Read some libraries; that there are none at all has to be said."""
    page = page_of(container, "Directory", start)
    if not start and not page.rows and tells_no_count(container):
        raise ValueError("no libraries, and no number of them")
    return page


def _sensible_section(row: Any) -> Section | None:
    try:
        return rows.section(row)
    except DECODE_ERRORS as problem:
        _log.warning("a library is left out, what Plex lists of it makes no sense: %s", misfit(problem))
        return None


def choose(sections: Sequence[Section], names: tuple[str, ...]) -> tuple[Section, ...]:
    """Pick the movie libraries of these names, or all of them for no names; letter case does not matter.

    Raises :class:`NoSuchLibrary` for the first name no movie library has.
    """
    movies = tuple(section for section in sections if section.type == "movie")
    titles = {fold(section.title) for section in movies}
    for name in names:
        if fold(name) not in titles:
            raise NoSuchLibrary(library=name, available="; ".join(section.title for section in movies))
    wanted = {fold(name) for name in names} or titles
    return tuple(section for section in movies if fold(section.title) in wanted)


def listing(client: PlexClient, section: Section, since: int | None = None, page: int = 500) -> Iterator[ListedPage]:
    """List a library page by page, an item perhaps twice but none left out unnamed.

    ``since`` (UTC seconds) leaves out what was last changed before it. Raises :class:`ServerError`, and
    :class:`NoSuchLibrary` when the library is gone.
    """
    path = f"{SECTIONS}/{section.id}/all"

    def fetch(start: int, size: int) -> Page:
        container = _ask(client, section, {**_listing_query(since), **window(start, size)})
        return _understood(client, path, container, lambda found: page_of(found, "Metadata", start))

    for found in PatientPager(fetch, page, client.nonsense).pages():
        listed = [rows.listed(row, section.id) for row in found.rows]
        if len(listed) > 1 and not any(row.key for row in listed):  # then it is the answer that is wrong
            raise client.nonsense(f"{path}: {listed[0].problem}")
        yield ListedPage(
            tuple(row.item for row in listed if row.item is not None),
            tuple(_left_out(found, listed, section)),
            found.is_end,
        )


def _left_out(page: Page, listed: Sequence[rows.Listed], section: Section) -> Iterator[LeftOut]:
    if page.unread:
        yield LeftOut(SERVER, section.id, f"{UNKNOWN}{section.id}:{page.offset}", section.title, "", "", page.unread)
    for place, row in enumerate(listed, page.offset):
        if row.problem:
            key_ = row.key or f"{UNKNOWN}{section.id}:{place}"
            yield LeftOut(SERVER, section.id, key_, section.title, row.title, row.path, row.problem)


def total(client: PlexClient, section: Section) -> int | None:
    """Count a library's items without a listing (docs/engineering/plex.md §1.1).

    None where the server does not tell. Raises as :func:`listing`.
    """
    found = _ask(client, section, {**_listing_query(None), **window(0, 0)})
    told = found.get("totalSize")
    return None if told is None else whole_if_any(told)


def items(client: PlexClient, rating_keys: Sequence[str]) -> dict[str, Item]:
    """Read items in full; those that are gone are absent.

    Raises :class:`ServerError`, and :class:`ItemUnreadable` where one cannot be read though others can.
    """
    read = read_items(client, rating_keys)
    for rating_key, problem in read.unreadable.items():
        raise ItemUnreadable(rating_key=rating_key, detail=problem)
    return read.items


def read_items(client: PlexClient, rating_keys: Sequence[str], others: Sequence[str] = ()) -> ItemsRead:
    """Read items in full, 200 with a request; raises :class:`ServerError`.

    Where the server fails, the request is halved until an item stands alone. It has itself to blame only if the server
    can read others: of the same call, or one of ``others``, which are asked for in that case alone. An item that is
    missing from a short answer is asked for again.
    """
    try:
        return _ItemReader(client).read_all(rating_keys)
    except BadAnswer as error:
        if type(error) is not BadAnswer or not others or not read_items(client, others).items:
            raise
    return _ItemReader(client, is_well=True).read_all(rating_keys)


class _ItemReader:
    """Reads the items of one call."""

    def __init__(self, client: PlexClient, *, is_well: bool = False) -> None:
        self._client = client
        self._read = ItemsRead()
        self._failure: BadAnswer | None = None
        self._is_well = is_well

    def read_all(self, keys: Sequence[str]) -> ItemsRead:
        """Read items, 200 with a request; raises the server's failure where nothing shows that it is an item's."""
        rest = iter(keys)
        while chunk := tuple(islice(rest, READ_IDS)):
            self._some(chunk)
        if self._failure is not None and not self._is_well:
            raise self._failure
        return self._read

    def _some(self, keys: Sequence[str]) -> None:
        while keys:
            keys = self._ask(keys)

    def _ask(self, keys: Sequence[str]) -> Sequence[str]:
        """Read some items with one request; returns those that the answer neither has nor shows to be gone."""
        query: Query = {"includeGuids": 1, "includeExtras": 0, "skipRefresh": 1, "checkFiles": 0}
        ids = ",".join(keys)
        try:
            container = self._client.get(f"/library/metadata/{ids}", {**query, **window(0, len(keys))}, item=ids)
        except ItemGone:  # none of them is there any more (docs/engineering/plex.md §1.4)
            self._is_well = True
        except BadAnswer as error:
            if type(error) is not BadAnswer:
                raise
            self._fail(keys, error)
        else:
            return self._take(keys, container)
        return ()

    def _halve(self, keys: Sequence[str]) -> None:
        middle = len(keys) // 2
        self._some(keys[:middle])
        self._some(keys[middle:])

    def _fail(self, keys: Sequence[str], error: BadAnswer) -> None:
        if len(keys) > 1:
            self._halve(keys)
            return
        self._failure = error
        self._read.unreadable[keys[0]] = f"{error.data['status']}: {error.data['detail']}"
        if not self._is_well and len(self._read.unreadable) >= _MOST_UNREADABLE:
            raise error

    def _take(self, keys: Sequence[str], container: Container) -> Sequence[str]:
        """Keep the items of an answer; returns those to ask for again.

        An item is gone where the answer lacks it and says that it is whole, or has no row, or was asked for this alone.
        """
        page = _understood(self._client, "/library/metadata", container, lambda found: page_of(found, "Metadata", 0))
        seen = {self._take_row(row, container) for row in page.rows}
        left = [one for one in keys if one not in seen]
        self._is_well = self._is_well or seen != {""}
        if seen == {""}:
            self._fail(keys, self._client.nonsense("/library/metadata: no row tells which item it is"))
            return ()
        is_whole = page.is_end and "" not in seen if page.rows else not tells_no_count(container)
        if is_whole or len(keys) == 1:
            return ()
        if len(left) == len(keys):
            self._halve(keys)
            return ()
        return left

    def _take_row(self, row: Any, container: Container) -> str:
        """Keep an item, or what is wrong with it; returns its key, "" for a row without."""
        try:
            rating_key = key(row["ratingKey"])
        except DECODE_ERRORS:
            return ""
        try:
            self._read.items[rating_key] = rows.item(row, container)
        except DECODE_ERRORS as problem:
            self._read.unreadable[rating_key] = misfit(problem)
        return rating_key


def scan(client: PlexClient, section_id: str, folder: str) -> None:
    """Ask Plex to look for new files in one folder (as Plex sees it), and do not wait; raises :class:`ServerError`.

    A library that is gone has none. A GET, because every server in use takes that (docs/engineering/plex.md §5).
    """
    try:
        client.trigger(f"/library/sections/{section_id}/refresh", {"path": folder})
    except BadAnswer as error:
        if error.data["status"] != "404":
            raise


def _understood(client: PlexClient, path: str, container: Container, read: Callable[[Container], T]) -> T:
    try:
        return read(container)
    except DECODE_ERRORS as error:
        raise client.nonsense(f"{path}: {misfit(error)}") from error


def _listing_query(since: int | None) -> dict[str, str | int]:
    query: dict[str, str | int] = {
        "type": 1,
        "sort": "id",
        "includeGuids": 0,
        "checkFiles": 0,
        "excludeElements": _UNWANTED,
        "excludeFields": "summary,tagline",
    }
    # ">>=" is said to mean "greater than" (docs/engineering/plex.md §1.5); one second less holds under either reading.
    return query if since is None else {**query, "updatedAt>>": since - 1}


def _ask(client: PlexClient, section: Section, query: Query) -> Container:
    try:
        return client.get(f"{SECTIONS}/{section.id}/all", query)
    except BadAnswer as error:
        if error.data["status"] == "404":
            raise NoSuchLibrary(library=section.title, available="") from error
        raise
