"""Stash's folders in pages against those remembered."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from plexsync.detect import folder_renames
from plexsync.domain.model import Scene
from plexsync.stash.changes.hints import FolderPage
from plexsync.store import Store
from plexsync.store.scenes import FileRow

PATHS = {number: f"/data/{number}" for number in range(1, 8)}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Seven folders are known, each with the file of one scene."""
    store = Store(tmp_path)
    for number, path in PATHS.items():
        scene = Scene(number, updated_at="2024-01-01T00:00:00Z")
        store.scenes.remember(scene, "", "", [FileRow(f"{path}/a.mp4", "", 1)], 0.0)
    folder_renames.learn(store, pages(PATHS))
    yield store
    store.close()


def pages(paths: dict[int, str], totals: Sequence[int] = (), rows: int = 3) -> Iterator[FolderPage]:
    ids = sorted(paths)
    for number, start in enumerate(range(0, len(ids) + 1, rows)):
        part = ids[start : start + rows]
        last = part[-1] if len(part) == rows else sys.maxsize
        total = totals[number] if totals else len(paths)
        yield FolderPage({id_: paths[id_] for id_ in part}, last, total)


def known(store: Store) -> dict[int, str]:
    return store.scenes.folders(0, sys.maxsize)


def test_folders_are_known_once_the_last_page_is(tmp_path: Path) -> None:
    store = Store(tmp_path)

    def broken() -> Iterator[FolderPage]:
        yield next(pages(PATHS))
        raise TimeoutError

    with pytest.raises(TimeoutError):
        folder_renames.learn(store, broken())
    assert not folder_renames.are_known(store)
    folder_renames.learn(store, pages(PATHS))
    assert (folder_renames.are_known(store), known(store)) == (True, PATHS)
    store.close()


def test_scenes_of_renamed_folders_page_by_page(store: Store) -> None:
    now = {**PATHS, 2: "/data/two", 7: "/data/seven", 8: "/data/new"}
    assert list(folder_renames.moved(store, pages(now))) == [{2}, frozenset(), {7}]
    assert known(store) == now
    assert list(folder_renames.moved(store, pages(now))) == [frozenset()] * 3


def test_who_ends_half_way_is_told_again(store: Store) -> None:
    """As an agent that is killed before it has noted what it was told."""
    now = {**PATHS, 2: "/data/two", 5: "/data/five"}
    half = folder_renames.moved(store, pages(now))
    assert [next(half), next(half)] == [{2}, {5}]
    half.close()
    assert list(folder_renames.moved(store, pages(now))) == [frozenset(), {5}, frozenset()]


def test_folders_that_are_gone_are_forgotten(store: Store) -> None:
    left = {number: path for number, path in PATHS.items() if number not in {3, 7}}
    assert list(folder_renames.moved(store, pages(left))) == [frozenset(), frozenset()]
    assert known(store) == left


def test_what_a_page_may_have_passed_over_is_not_forgotten(store: Store) -> None:
    """Folder 1 is deleted between two pages, so folder 4 moves up into the page before."""
    seen = {number: path for number, path in PATHS.items() if number != 4}
    assert list(folder_renames.moved(store, pages(seen, totals=(7, 6, 6)))) == [frozenset()] * 3
    assert known(store) == PATHS
    assert list(folder_renames.moved(store, pages({**PATHS, 4: "/data/four"}))) == [frozenset(), {4}, frozenset()]
