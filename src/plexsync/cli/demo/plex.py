"""Plex as somebody sees it who looks into it: read over Plex's own HTTP API, never from what PlexSync remembers."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import urllib3

from plexsync.cli.demo.truth import Shown, names, plain

_PAGE = 200


class PlexViewer:
    """A person with a Plex client; items go by the path of their first file."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._headers = {"Accept": "application/json", "X-Plex-Token": token}
        self._pool = urllib3.PoolManager(retries=False, timeout=10)
        self._keys: dict[str, str] = {}

    def close(self) -> None:
        """Close all connections."""
        self._pool.clear()

    def list_items(self) -> frozenset[str]:
        """List all libraries anew and return their items."""
        self._keys = {}
        for section in self._rows("/library/sections", "Directory"):
            start = 0
            while rows := self._rows(f"/library/sections/{section['key']}/all", "Metadata", _window(start)):
                start += len(rows)
                self._keys.update((_first_file(row), row["ratingKey"]) for row in rows)
        return frozenset(self._keys)

    def keys_of(self, items: Iterable[str]) -> list[str]:
        """Return the keys by which Plex knows some items of the last list."""
        return [self._keys[item] for item in items]

    def show(self, items: Iterable[str]) -> dict[str, Shown]:
        """Read some items of the last list in full."""
        keys = [self._keys[item] for item in sorted(items)]
        shown: dict[str, Shown] = {}
        for start in range(0, len(keys), _PAGE):
            path = "/library/metadata/" + ",".join(keys[start : start + _PAGE])
            shown.update((_first_file(row), _shown(row)) for row in self._rows(path, "Metadata"))
        return shown

    def poster(self, item: str) -> bytes:
        """Return the picture an item shows, empty if it has none."""
        response = self._ask(f"/library/metadata/{self._keys[item]}/thumb")
        return b"" if response.status == HTTPStatus.NOT_FOUND else response.data

    def _rows(self, path: str, name: str, query: Mapping[str, int] | None = None) -> list[dict[str, Any]]:
        response = self._ask(f"{path}?{urlencode(query)}" if query else path)
        if response.status != HTTPStatus.OK:
            raise OSError(f"Plex answers {response.status} to {path}")
        rows: list[dict[str, Any]] = json.loads(response.data)["MediaContainer"].get(name, [])
        return rows

    def _ask(self, path: str) -> urllib3.BaseHTTPResponse:
        return self._pool.request("GET", self._url + path, headers=self._headers)


def _window(start: int) -> Mapping[str, int]:
    return {"X-Plex-Container-Start": start, "X-Plex-Container-Size": _PAGE}


def _first_file(row: Mapping[str, Any]) -> str:
    return str(row["Media"][0]["Part"][0]["file"])


def _shown(row: Mapping[str, Any]) -> Shown:
    rating = row.get("userRating")
    return {
        "title": plain(row["title"]),
        "summary": plain(row.get("summary")),
        "date": row.get("originallyAvailableAt", ""),
        "studio": plain(row.get("studio")),
        "rating": f"{rating:g}" if rating else "",
        "actors": _tags(row, "Role"),
        "genres": _tags(row, "Genre"),
        "directors": _tags(row, "Director"),
        "collections": _tags(row, "Collection"),
    }


def _tags(row: Mapping[str, Any], element: str) -> tuple[str, ...]:
    return names(tag["tag"] for tag in row.get(element, ()))
