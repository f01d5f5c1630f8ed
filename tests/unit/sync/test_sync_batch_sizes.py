"""How many scenes are taken at once: few where their end is to be seen soon."""

from __future__ import annotations

import pytest

from plexsync.sync.batch_sizes import LARGE, ONE_READ, PROBING, most_at_once, parts


@pytest.mark.parametrize(
    ("takes_no_edits", "is_probing", "is_undoing", "most"),
    [
        (False, False, False, LARGE),
        (False, False, True, ONE_READ),
        (False, True, True, PROBING),
        (True, True, True, 1),
    ],
)
def test_a_batch_is_small_where_its_end_is_awaited(
    *, takes_no_edits: bool, is_probing: bool, is_undoing: bool, most: int
) -> None:
    state = {"takes_no_edits": takes_no_edits, "is_probing": is_probing, "is_undoing": is_undoing}
    assert most_at_once(LARGE, **state) == most
    assert most_at_once(5, **state) == min(5, most)


def test_parts_lose_nothing() -> None:
    assert parts((), 2) == ()
    assert parts((1, 2, 3), 2) == ((1, 2), (3,))
