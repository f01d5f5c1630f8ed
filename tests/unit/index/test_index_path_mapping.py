"""The files that are the same on both sides, cut into parts to save memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from plexsync.domain.model import ListedItem, Part, Scene
from plexsync.index.path_mapping import COMPARED_AT_ONCE, parts_for, same_in_both
from plexsync.store import Store
from plexsync.store.scenes import FileRow


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path)
    yield store
    store.close()


def test_parts_together_hold_what_is_the_same(store: Store) -> None:
    for number in range(1, 60):
        size = 188 * (number % 50 + 1)  # some sizes twice
        scene = Scene(number, updated_at="2024-01-01T00:00:00Z")
        store.scenes.remember(scene, "", "", [FileRow(f"/data/{number % 55}.ts", "", size)], 0.0)
        part = Part(f"/media/{number % 55}.ts", size)
        store.library.put([ListedItem(str(number), "1", "", 5, 4, (part,))], 1)
    whole = set(same_in_both(store, 1))
    assert len(whole) > 40
    assert all(stash.replace("/data", "/media") == plex for files in whole for stash, plex in files.pairs())
    for parts in (3, 5, 11):
        assert set(same_in_both(store, parts)) == whole


@pytest.mark.parametrize("number", [0, 49_999, 60_000, 150_000, 350_000, 500_000])
@pytest.mark.parametrize("unit", [1, 188, 2048])
def test_no_part_is_much_larger_than_the_others(number: int, unit: int) -> None:
    """Sizes are multiples of a transport stream's packets, or of a disc's sectors."""
    parts = parts_for(number)
    counts = Counter(size * unit % parts for size in range(1, number + 1))
    assert max(counts.values(), default=0) <= COMPARED_AT_ONCE
