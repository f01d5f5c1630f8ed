"""Undo: Plex gets back what it had before, a person's later value stays, and nothing is written again by itself."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from undo_stage import Undos, past


def differ(one: dict[str, dict[str, object]], other: dict[str, dict[str, object]]) -> dict[str, object]:
    """The values in which two snapshots differ."""
    return {
        f"{path} {name}": (value, other[path][name])
        for path, found in one.items()
        for name, value in found.items()
        if value != other[path][name]
    }


@pytest.fixture(params=[False, True], ids=["as assumed", "hostile"])
def stage(request: pytest.FixtureRequest) -> Iterator[Undos]:
    with past(3, cover=True) as stage:
        if request.param:
            stage.plex.control("POST", "hostile", {"odd_items": False})
        yield stage


def test_an_undo_gives_plex_back_all_that_it_had(stage: Undos) -> None:
    before = stage.snapshot()
    run = stage.first_sync()
    synced = stage.snapshot()
    assert synced != before
    undo = stage.undo(run)
    assert differ(stage.snapshot(), before) == {}
    stage.sync_again()
    assert differ(stage.snapshot(), before) == {}, "nothing is written again by itself"
    stage.undo(undo)
    assert differ(stage.snapshot(), synced) == {}, "an undo can be undone"
    time.sleep(0.4)  # a hostile Plex shows locks late
    stage.reset_counts()
    stage.sync_again()
    assert (stage.plex_counts()["POST"], stage.plex_counts()["PUT"]) == (0, 0)
