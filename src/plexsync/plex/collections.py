"""Collections of a Plex library as objects of their own: which there are, and whether one is empty and untouched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plexsync.domain.text import fold
from plexsync.net.decode import DECODE_ERRORS, key, misfit, text, text_if_any, whole_if_any
from plexsync.plex.client import PlexClient
from plexsync.plex.paging import Page, Pager, page_of, tells_no_count, window

_PAGE = 500
_UNSET = (None, "", "0", "-1", 0, -1, False)
_OF_A_PERSON = ("smart", "summary", "collectionMode", "collectionSort", "userRating", "Field", "Label", "art", "theme")
"""Attributes that Plex itself leaves out or unset; who set one made the collection their own."""


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection as a library lists it."""

    rating_key: str
    title: str


def listed(client: PlexClient, section_id: str) -> tuple[Collection, ...]:
    """List a library's collections; raises :class:`ServerError`."""
    path = f"/library/sections/{section_id}/collections"

    def fetch(start: int, size: int) -> Page:
        container = client.get(path, window(start, size))
        try:
            return page_of(container, "Metadata", start)
        except DECODE_ERRORS as error:
            raise client.nonsense(f"{path}: {misfit(error)}") from error

    return tuple(
        found
        for page in Pager(fetch, _PAGE, client.nonsense).pages()
        for row in page.rows
        if (found := _collection(row)) is not None
    )


def is_empty_and_untouched(client: PlexClient, collection: Collection) -> bool:
    """Tell whether a collection has no item, and nothing that a person gave it; raises ItemGone and server errors.

    In doubt it has. A collection that Plex made for a name has no summary, lock, label, rating, order, background or
    theme of its own, and a picture made of its items' (recording ``rs_metadata_collection_161.json``).
    """
    path = f"/library/collections/{collection.rating_key}"
    try:
        (row,) = client.get(path, window(0, 1), item=collection.rating_key)["Metadata"]
        is_plain = _is_plain(row, collection)
        children = client.get(f"{path}/children", window(0, 1), item=collection.rating_key)
        page = page_of(children, "Metadata", 0)
        count = whole_if_any(row.get("childCount"))
        is_told = row.get("childCount") is not None or not tells_no_count(children)
    except DECODE_ERRORS as error:
        raise client.nonsense(f"{path}: {misfit(error)}") from error
    return is_plain and is_told and not page.rows and not page.total and not count


def remove(client: PlexClient, collection: Collection) -> None:
    """Remove a collection, whose items stay; raises :class:`ItemError` and :class:`ServerError`.

    The request of PA and of other tools (docs/engineering/plex.md §4.2).
    """
    client.delete(f"/library/collections/{collection.rating_key}", item=collection.rating_key)


def _collection(row: Any) -> Collection | None:
    """Read a row; one that makes no sense is none of ours."""
    try:
        return Collection(key(row["ratingKey"]), text(row["title"]))
    except DECODE_ERRORS:
        return None


def _is_plain(row: Mapping[str, Any], collection: Collection) -> bool:
    thumb = text_if_any(row.get("thumb"))
    return (
        row.get("type") == "collection"
        and fold(text_if_any(row.get("title"))) == fold(collection.title)
        and all(row.get(name) in _UNSET or row.get(name) == [] for name in _OF_A_PERSON)
        and (not thumb or "/composite/" in thumb)
    )
