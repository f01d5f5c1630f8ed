"""Reads of libraries and items from answers that a test gives."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from canned import Answer, Asked, Reply, as_json, canned
from plex_canned import client_of, recorded

from plexsync.domain.model import Item, ListedItem, Section
from plexsync.plex import library

MOVIES = Section("1", "Movies", "movie", ("/data/Movies",))


def give(name: str, *keys: str) -> Answer:
    content = recorded(name)
    for key in keys:
        content = content[key]
    return lambda _: as_json(content)


def query_of(asked: Asked) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(asked.path).query).items()}


def listed(
    answer: Answer, since: int | None = None, page: int = 500
) -> tuple[list[tuple[ListedItem, ...]], list[Asked]]:
    with canned(answer) as server, client_of(server.url) as client:
        return [found.items for found in library.listing(client, MOVIES, since, page)], server.asked


def read(answer: Answer, *keys: str) -> dict[str, Item]:
    with canned(answer) as server, client_of(server.url) as client:
        return library.items(client, keys)


def rows_from(start: int, end: int) -> list[dict[str, Any]]:
    return [{"ratingKey": str(number), "title": "x", "updatedAt": 1, "addedAt": 1} for number in range(start, end)]


def page(start: int, rows: list[dict[str, Any]], total: int) -> Reply:
    return as_json({"MediaContainer": {"size": len(rows), "offset": start, "totalSize": total, "Metadata": rows}})


def pages_of(answer: Answer, page: int = 500) -> list[library.ListedPage]:
    with canned(answer) as server, client_of(server.url) as client:
        return list(library.listing(client, MOVIES, page=page))


def full(**values: Any) -> Reply:
    return page(0, [{"ratingKey": "7", "librarySectionID": 3, **values}], 1)
