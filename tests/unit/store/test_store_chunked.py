"""Rows by many keys: each once, by few statements, because a connection keeps them prepared."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from plexsync.store.sqlite.chunked import SIZES, rows_of

ROWS = 1000


class Recording(sqlite3.Connection):
    """A connection that remembers its statements."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.statements: set[str] = set()

    def execute(self, sql: str, *given: Any) -> sqlite3.Cursor:
        self.statements.add(sql)
        return super().execute(sql, *given)


@pytest.fixture
def database() -> Iterator[Recording]:
    with closing(sqlite3.connect(":memory:", factory=Recording)) as database:
        database.execute("CREATE TABLE scene (id INTEGER PRIMARY KEY, kind TEXT)")
        database.executemany("INSERT INTO scene VALUES (?, ?)", ((one, f"kind {one % 2}") for one in range(ROWS)))
        database.statements.clear()
        yield database


@pytest.mark.parametrize("number", [0, 1, 2, *(size + more for size in SIZES for more in (0, 1)), ROWS])
def test_each_key_finds_its_row_once(database: Recording, number: int) -> None:
    found = [row[0] for row in rows_of(database, "SELECT id FROM scene WHERE id", range(number))]
    assert sorted(found) == list(range(number))


def test_what_is_given_comes_before_the_keys(database: Recording) -> None:
    found = rows_of(database, "SELECT id FROM scene WHERE kind = ? AND id", [3, 4, 5, 2000], "kind 1")
    assert [row[0] for row in found] == [3, 5]


def test_any_number_of_keys_takes_a_few_statements(database: Recording) -> None:
    for number in range(1, ROWS, 7):
        list(rows_of(database, "SELECT id FROM scene WHERE id", range(number)))
    assert len(database.statements) <= len(SIZES)
