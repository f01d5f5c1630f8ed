"""Turns values of mutation inputs into what the tables hold, refusing in the server's words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timezone
from typing import Any

from plexsync_simulators.stash.errors import ResolverError


def atoi(value: object, doing: str) -> int:
    """Return an id as a number; raises ResolverError in Go's words (recording find_scenes_ids_not_a_number)."""
    text = str(value)
    if not re.fullmatch(r"[+-]?\d+", text):
        raise ResolverError(f'{doing}: strconv.Atoi: parsing "{text}": invalid syntax')
    return int(text)


def ids(values: Iterable[object] | None, doing: str) -> list[int]:
    """Return a list of ids without repeats, in the order given; null is the empty list."""
    return list(dict.fromkeys(atoi(value, doing) for value in values or ()))


def optional_id(value: object, doing: str) -> int | None:
    """Return a reference, None for null or an empty text."""
    return None if value in (None, "") else atoi(value, doing)


def bulk(current: list[Any], change: Mapping[str, Any] | None, values: list[Any]) -> list[Any]:
    """Return a list after a bulk change: SET replaces, ADD and REMOVE work on what is there."""
    mode = "SET" if change is None else change["mode"]
    if mode == "ADD":
        return [*current, *(value for value in values if value not in current)]
    if mode == "REMOVE":
        return [value for value in current if value not in values]
    return list(values)


def date(value: str | None, *, partial: bool) -> str | None:
    """Return a date as stored; null or an empty text clears it.

    `partial` says whether the version knows `YYYY` and `YYYY-MM` (since v0.30; source of the same, pkg/models/date.go).
    """
    if value in (None, ""):
        return None
    formats = ["%Y-%m-%d", "%Y-%m", "%Y"] if partial else ["%Y-%m-%d"]
    shapes = {"%Y-%m-%d": r"\d{4}-\d\d-\d\d", "%Y-%m": r"\d{4}-\d\d", "%Y": r"\d{4}"}
    for shape in formats:
        if re.fullmatch(shapes[shape], value) and _is_date(value, shape):
            return value
    raise ResolverError(f'converting date: failed to parse date "{value}"')


def _is_date(value: str, shape: str) -> bool:
    try:
        datetime.strptime(value, shape).replace(tzinfo=timezone.utc)
    except ValueError:
        return False
    return True
