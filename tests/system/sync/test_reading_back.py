"""Items are read back while later edits are on their way, and those of a server that shows edits late once more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from inside import Inside, inside, item, scene, small_world

from plexsync.sync.sending.reading_back import LEAST

NUMBER = 100
SLOW = {"write_latency_ms": 15, "read_latency_ms": 0}


@contextmanager
def synced(**options: Any) -> Iterator[Inside]:
    """A stage with so many scenes, each of which takes an edit of its own."""
    numbers = range(1, NUMBER + 1)
    world = small_world(
        *(scene(one, f"{one}.mp4", details=f"Of {one}.") for one in numbers),
        items=[item(f"{one}.mp4") for one in numbers],
    )
    with inside(world, settings={"image_poster": "off"}, plex_options={**SLOW, **options}) as stage:
        stage.reset_counts()
        stage.sync()
        yield stage


def asked(stage: Inside) -> list[tuple[str, list[str]]]:
    """Return the requests about items: the method, and which ones."""
    requests = stage.plex.control("GET", "requests")["requests"]
    reads = (
        (one["method"], one["path"].rpartition("/")[2].split(","))
        for one in requests
        if one["method"] == "PUT" or one["path"].startswith("/library/metadata/")
    )
    return list(reads)


def test_most_items_are_read_back_before_the_last_edit_is_sent() -> None:
    with synced() as stage:
        methods = [method for method, _ in asked(stage)]
        first, last = methods.index("PUT"), len(methods) - methods[::-1].index("PUT")
        early = [keys for method, keys in asked(stage)[first:last] if method == "GET"]
        late = [keys for method, keys in asked(stage)[last:] if method == "GET"]
        assert {len(keys) for keys in early} == {LEAST}
        seen = Counter(key for keys in (*early, *late) for key in keys)
        assert (len(seen), set(seen.values())) == (NUMBER, {1}), "each item is read back once"
        assert stage.differences() == {}
        assert set(stage.journal_states()) == {"written"}


def test_a_server_that_shows_edits_late_is_read_once_more_at_the_end() -> None:
    """Nothing of the first part shows: no further part is read early, and no edit is sent again for that."""
    with synced(lag_ms=30_000) as stage:
        methods = [method for method, _ in asked(stage)]
        last = len(methods) - methods[::-1].index("PUT")
        first = methods.index("PUT")
        assert methods[first:last].count("GET") == 1
        assert methods.count("PUT") == NUMBER
        late = {key for method, keys in asked(stage)[last:] if method == "GET" for key in keys}
        assert len(late) == NUMBER
