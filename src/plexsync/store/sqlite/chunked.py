"""One statement for hundreds of keys, in place of one for each."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice

AT_ONCE = 400
"""Keys in one statement; SQLite's limit is 999 in its older versions."""


def rows_of(
    database: sqlite3.Connection, select: str, keys: Iterable[str] | Iterable[int], *given: str
) -> Iterator[sqlite3.Row]:
    """Yield the rows of a query whose last word is the column that is to be one of the keys.

    ``given`` are the values of the parameters before it.
    """
    rest = iter(keys)
    while chunk := tuple(islice(rest, AT_ONCE)):
        yield from database.execute(f"{select} IN ({','.join('?' * len(chunk))})", (*given, *chunk))
