"""Small makers of readers that all nouns share."""

from __future__ import annotations

from operator import attrgetter
from typing import Any

from plexsync_simulators.stash.graphql.plans import Reader


def attributes(names: str) -> dict[str, Reader]:
    """Return readers of plain attributes."""
    return {name: _attribute(name) for name in names.split()}


def _attribute(name: str) -> Reader:
    get = attrgetter(name)
    return lambda row, _request: get(row)


def constants(names: str, *, value: object) -> dict[str, Reader]:
    """Return readers of fields that are the same for every row here."""
    return {name: lambda _row, _request: value for name in names.split()}


def row_id(row: Any, _request: Any) -> str:
    """Read the id, which GraphQL tells as text."""
    return str(row.id)


def first_url(row: Any, _request: Any) -> str | None:
    """Read the deprecated single address."""
    return row.urls[0] if row.urls else None
