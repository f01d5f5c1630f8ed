"""Gaps as a person reads them."""

from __future__ import annotations

from pathlib import Path

import pytest

from plexsync.store import Store
from plexsync.store.gaps import Found
from plexsync.usecases.gaps import of_scene

NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("action", "says", "says_not"),
    [
        ("queued", "The queue brings it over.", "given up"),
        ("given_up", "retry the dead letters", "The queue brings it over"),
        ("held", "plexsync queue allow", "The queue brings it over"),
        ("found", "Nothing was done about it yet", "The queue brings it over"),
    ],
)
def test_the_next_step_of_a_gap_is_what_becomes_of_it(tmp_path: Path, action: str, says: str, says_not: str) -> None:
    store = Store(tmp_path)
    store.gaps.see([Found("stale", 1, "10", {"fields": {"summary": "stale"}})], 1, NOW)
    store.gaps.act({store.gaps.seen_in(1, 0, 9)[0].id: action})
    store.close()
    (view,) = of_scene(tmp_path, 1)
    assert says in str(view.advice)
    assert says_not not in str(view.advice)
