"""One statement for hundreds of keys, in place of one for each."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice

SIZES = (1, 4, 16, 64, 100, 200, 400)
"""Keys in one statement: few sizes, as each is a statement of its own, and a connection keeps 128 of 6 to 60 kB each.

SQLite's limit is 999 in its older versions.
"""

_AT_ONCE = SIZES[-1]


def rows_of(
    database: sqlite3.Connection, select: str, keys: Iterable[str] | Iterable[int], *given: str
) -> Iterator[sqlite3.Row]:
    """Yield the rows of a query whose last word is the column that is to be one of the keys.

    ``given`` are the values of the parameters before it.
    """
    rest = iter(keys)
    while chunk := tuple(islice(rest, _AT_ONCE)):
        size = next(size for size in SIZES if size >= len(chunk))
        again = chunk[-1:] * (size - len(chunk))  # a key that is named twice finds its rows once
        yield from database.execute(f"{select} IN ({','.join('?' * size)})", (*given, *chunk, *again))
