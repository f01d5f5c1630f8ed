"""A second root with files of equal names and sizes: a disk that was replaced, a folder that was left behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from command_line import plexsync
from inside import Inside, inside, item, scene, small_world

from plexsync_simulators.shared.json_type import Json

NUMBERS = range(1, 9)


def files(number: int, *roots: str) -> Json:
    row = scene(number, f"{number % 2}/{number}.mp4")
    first = row["files"][0] | {"size": 1000 + number}
    return row | {"files": [first | {"path": first["path"].replace("/data", root)} for root in roots]}


def film(number: int) -> Json:
    row = item(f"{number % 2}/{number}.mp4")
    return row | {"files": [file | {"size": 1000 + number} for file in row["files"]]}


@contextmanager
def two_roots(*library: str) -> Iterator[Inside]:
    world = small_world(*(files(number, "/old", "/data") for number in NUMBERS), items=[film(one) for one in NUMBERS])
    with inside(world, stash_options={}) as stage:
        stage.stash.control("POST", "library_folders", {"paths": list(library)})
        stage.reload(path_map="")
        yield stage


def titles(stage: Inside) -> set[str]:
    return {str(row["title"]) for row in stage.items().values()}


def test_the_root_that_is_no_library_folder_any_more_does_not_count() -> None:
    with two_roots("/data") as stage:
        stage.sync()
        assert titles(stage) == {f"Scene {number}" for number in NUMBERS}


def test_a_library_folder_that_is_not_there_yet_does_not_count() -> None:
    """Stash v0.31 takes such a path: of a share that is not mounted, say."""
    with two_roots("/data", "/not/there/yet") as stage:
        stage.sync()
        assert titles(stage) == {f"Scene {number}" for number in NUMBERS}


def test_two_roots_that_both_are_library_folders_are_named_with_their_counts() -> None:
    with two_roots("/data", "/old") as stage:
        stage.sync()
        assert not any(title.startswith("Scene") for title in titles(stage))
        for told in (plexsync(stage.data, "status").out, plexsync(stage.data, "check").out):
            text = " ".join(told.split())
            assert "/data => /media (8 files)" in text
            assert "/old => /media (8 files)" in text
            assert "Set the path map" in text
