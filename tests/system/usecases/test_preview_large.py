"""A preview of 100,000 rows is paged, filtered and searched in a moment."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from large_preview import make_large

from plexsync.domain.reconcile.preview import Filter
from plexsync.usecases.preview.show import preview_page, preview_state

MOST_SECONDS = 0.1
"""A process of its own needs half as much again for its start."""

ROWS = 100_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("large")
    began = time.perf_counter()
    make_large(made, ROWS)
    assert time.perf_counter() - began < 30, "rows are put in order by an index"
    return made


@pytest.mark.alone
@pytest.mark.parametrize(
    ("wanted", "offset"),
    [
        (Filter(), 0),
        (Filter(), 90_000),
        (Filter(kind="drift", field="title"), 0),
        (Filter(text="harbour dawn"), 0),
        (Filter(text="no value says this"), 0),
        (Filter(taken_away=True), 0),
    ],
)
def test_a_block_comes_in_a_moment(folder: Path, wanted: Filter, offset: int) -> None:
    seconds = []
    for _ in range(5):
        began = time.perf_counter()
        page = preview_page(folder, wanted, offset=offset, limit=1000)
        seconds.append(time.perf_counter() - began)
    assert len(page.rows) == min(1000, max(0, page.total - offset))
    assert min(seconds) < MOST_SECONDS, seconds


def test_the_numbers_of_the_chips_are_those_of_their_rows(folder: Path) -> None:
    state = preview_state(folder, time.time())

    def number(**wanted: object) -> int:
        return preview_page(folder, Filter(**wanted), offset=0, limit=1).total  # type: ignore[arg-type]

    assert (number(), number(taken_away=True)) == (ROWS, state.taken_away) == (state.changes, state.taken_away)
    assert number(only_locked=True) == state.locks > 0
    assert {kind: number(kind=kind) for kind in state.kinds_found} == state.kinds_found
    assert {field: number(field=field) for field in state.fields} == state.fields


def test_blocks_follow_each_other_without_a_gap(folder: Path) -> None:
    whole = preview_page(folder, Filter(kind="empty"), offset=500, limit=1000).rows
    parts = [preview_page(folder, Filter(kind="empty"), offset=500 + 250 * at, limit=250).rows for at in range(4)]
    assert tuple(row for part in parts for row in part) == whole
