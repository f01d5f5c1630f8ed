"""Reading a Plex server: who it is, its libraries, their items.

A listing row holds at most two genres and three actors and no lock (recording ``rs_movie_listing.json``), so listings
give :class:`Listed` for the path index and only reads by rating key give an :class:`Item`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from plexsync.domain.errors import BadAnswer, ItemGone, NoSuchLibrary
from plexsync.domain.model import LIST_FIELDS, Field, Item, ListedItem, Part, Section, Value
from plexsync.domain.text import fold
from plexsync.net.decode import DECODE_ERRORS, key, misfit, real, text, whole
from plexsync.plex.client import Container, PlexClient, Query
from plexsync.plex.names import ELEMENT, OF_LOCK, PARAMETER

T = TypeVar("T")
Row = Mapping[str, Any]

READ_IDS = 200
"""How many items are read with one request; 240 were seen to work (docs/engineering/plex.md §1.4)."""

_OPTIMIZED = 42
_OPTIMIZED_FOLDER = re.compile(r"[/\\]Plex Versions[/\\]")
_UNWANTED = "Genre,Country,Director,Writer,Producer,Role,Rating,Collection"


@dataclass(frozen=True, slots=True)
class Identity:
    """Which server answers, its version, and whether it belongs to an account."""

    machine_id: str
    version: str
    claimed: bool


def identity(client: PlexClient) -> Identity:
    """Ask a server who it is, which needs no token; raises :class:`ServerError`."""

    def read(container: Row) -> Identity:
        machine_id, version = text(container["machineIdentifier"]), text(container["version"])
        return Identity(machine_id, version, bool(container.get("claimed")))

    return _understood(client, "/identity", client.get("/identity"), read)


def sections(client: PlexClient) -> tuple[Section, ...]:
    """Read all libraries, of whatever type; raises :class:`ServerError`."""
    path = "/library/sections"
    return _understood(client, path, client.get(path), lambda found: tuple(map(_section, _rows(found, "Directory"))))


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


def listing(
    client: PlexClient, section: Section, since: int | None = None, page: int = 500
) -> Iterator[tuple[ListedItem, ...]]:
    """List a library page by page, an item perhaps twice but none left out.

    ``since`` (UTC seconds) leaves out what was last changed before it. Raises :class:`ServerError`, and
    :class:`NoSuchLibrary` when the library is gone.
    """
    path = f"/library/sections/{section.id}/all"
    start, known = 0, 0
    while True:
        found = _page(client, section, {**_listing_query(since, page), "X-Plex-Container-Start": start})
        rows, offset, total = _understood(client, path, found, partial(_extent, section.id))
        if offset != start:
            raise client.nonsense(f"{path}: asked for rows from {start} on, got them from {offset} on")
        if total < known:
            # Items listed before were deleted meanwhile, and as many moved out of sight: look at those again.
            start, known = max(0, start - (known - total)), total
            continue
        if rows:
            yield rows
        start, known = start + len(rows), total
        if not rows or start >= total:
            return


def total(client: PlexClient, section: Section) -> int:
    """Count a library's items without a listing (docs/engineering/plex.md §1.1); raises as :func:`listing`."""
    path = f"/library/sections/{section.id}/all"
    found = _page(client, section, {**_listing_query(None, 0), "X-Plex-Container-Start": 0})
    return _understood(client, path, found, lambda container: whole(container["totalSize"]))


def items(client: PlexClient, rating_keys: Sequence[str]) -> dict[str, Item]:
    """Read items in full, 200 with a request; those that are gone are absent. Raises :class:`ServerError`."""
    query: Query = {"includeGuids": 1, "includeExtras": 0, "skipRefresh": 1, "checkFiles": 0}
    found: dict[str, Item] = {}
    for start in range(0, len(rating_keys), READ_IDS):
        ids = ",".join(rating_keys[start : start + READ_IDS])
        try:
            container = client.get(f"/library/metadata/{ids}", query, item=ids)
        except ItemGone:  # none of them is there any more (docs/engineering/plex.md §1.4)
            continue
        read = _understood(client, "/library/metadata", container, _items)
        found.update((item.rating_key, item) for item in read)
    return found


def scan(client: PlexClient, section_id: str, folder: str) -> None:
    """Ask Plex to look for new files in one folder (as Plex sees it), and do not wait; raises :class:`ServerError`.

    A library that is gone has none. A GET, because every server in use takes that (docs/engineering/plex.md §5).
    """
    try:
        client.get(f"/library/sections/{section_id}/refresh", {"path": folder})
    except BadAnswer as error:
        if error.data["status"] != "404":
            raise


def _understood(client: PlexClient, path: str, container: Container, read: Callable[[Container], T]) -> T:
    try:
        return read(container)
    except DECODE_ERRORS as error:
        raise client.nonsense(f"{path}: {misfit(error)}") from error


def _rows(container: Container, name: str) -> list[Row]:
    rows = container.get(name, [])
    if not isinstance(rows, list):
        raise TypeError(f"{name} is a {type(rows).__name__}")
    if not rows and whole(container["size"]):
        raise ValueError(f"{container['size']} rows, none of them {name}")
    return rows


def _listing_query(since: int | None, page: int) -> dict[str, str | int]:
    query: dict[str, str | int] = {
        "type": 1,
        "sort": "id",
        "includeGuids": 0,
        "checkFiles": 0,
        "excludeElements": _UNWANTED,
        "excludeFields": "summary,tagline",
        "X-Plex-Container-Size": page,
    }
    # ">>=" is said to mean "greater than" (docs/engineering/plex.md §1.5); one second less holds under either reading.
    return query if since is None else {**query, "updatedAt>>": since - 1}


def _page(client: PlexClient, section: Section, query: Query) -> Container:
    try:
        return client.get(f"/library/sections/{section.id}/all", query)
    except BadAnswer as error:
        if error.data["status"] == "404":
            raise NoSuchLibrary(library=section.title, available="") from error
        raise


def _extent(section_id: str, container: Container) -> tuple[tuple[ListedItem, ...], int, int]:
    """Return a page's rows, the place of its first row, and how many rows there are in all pages."""
    rows = tuple(_listed(row, section_id) for row in _rows(container, "Metadata"))
    offset = whole(container.get("offset", 0))
    return rows, offset, whole(container.get("totalSize", offset + len(rows)))


def _section(row: Row) -> Section:
    return Section(
        id=key(row["key"]),
        title=text(row["title"]),
        type=text(row["type"]),
        locations=tuple(text(location["path"]) for location in row.get("Location", ())),
        changed=whole(row.get("contentChangedAt", 0)),
        refreshing=bool(row.get("refreshing")),
    )


def _listed(row: Row, section_id: str) -> ListedItem:
    return ListedItem(
        rating_key=key(row["ratingKey"]),
        section_id=section_id,
        title=text(row.get("title", "")),
        updated_at=whole(row.get("updatedAt", 0)),
        added_at=whole(row.get("addedAt", 0)),
        parts=_parts(row),
    )


def _items(container: Container) -> tuple[Item, ...]:
    return tuple(_item(row, container) for row in _rows(container, "Metadata"))


def _item(row: Row, container: Container) -> Item:
    section_id = row.get("librarySectionID", container.get("librarySectionID"))
    if section_id is None:
        raise ValueError("an item without a library")
    return Item(
        rating_key=key(row["ratingKey"]),
        section_id=key(section_id),
        fields={of: _value(row, of) for of in Field},
        locked=_locked(row),
        parts=_parts(row),
        updated_at=whole(row.get("updatedAt", 0)),
        guid=text(row.get("guid", "")),
        photos={text(role["tag"]): text(role["thumb"]) for role in row.get("Role", ()) if role.get("thumb")},
    )


def _value(row: Row, of: Field) -> Value:
    if of in LIST_FIELDS:
        return tuple(text(tag["tag"]) for tag in row.get(ELEMENT[of], ()))
    raw = row.get(PARAMETER[of])
    if raw is None:
        return ""
    if of is Field.RATING:
        return f"{real(raw):g}"
    return text(raw)[:10] if of is Field.DATE else text(raw)


def _locked(row: Row) -> frozenset[Field]:
    names = (lock["name"] for lock in row.get("Field", ()) if lock.get("locked") in {True, "1"})
    return frozenset(OF_LOCK[name] for name in names if name in OF_LOCK)


def _parts(row: Row) -> tuple[Part, ...]:
    """All files of all versions that a person made, none of Plex's own (docs/engineering/plex.md §1.7)."""
    return tuple(
        Part(text(part["file"]), whole(part.get("size", 0)), whole(part.get("duration", 0)))
        for media in row.get("Media", ())
        if whole(media.get("proxyType", 0)) != _OPTIMIZED
        for part in media.get("Part", ())
        if "file" in part and not _OPTIMIZED_FOLDER.search(text(part["file"]))
    )
