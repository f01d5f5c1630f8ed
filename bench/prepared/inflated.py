"""A state.db of a very large library, made of a small one by copying its rows under other ids: no server is needed.

It is as large as a real one and has all of its indexes. Its rows make no sense together, so it is good only for
the things that an agent does before it asks a server.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

_STEP = 1_000_000
"""By how much ids are moved with each copy."""

_SCENE = "UPDATE few SET scene_id = scene_id + :step"
_ITEM = "UPDATE few SET rating_key = CAST(rating_key + :step AS TEXT)"
_PATHS = (
    "UPDATE few SET path = :turn || substr(path, instr(path, '/')), "
    "path_key = :turn || substr(path_key, instr(path_key, '/'))"
)
_COPIES = (
    (
        "CREATE TEMP TABLE few AS SELECT * FROM scene",
        ("UPDATE few SET id = id + :step",),
        "INSERT INTO scene SELECT * FROM few",
    ),
    ("CREATE TEMP TABLE few AS SELECT * FROM scene_file", (_SCENE, _PATHS), "INSERT INTO scene_file SELECT * FROM few"),
    ("CREATE TEMP TABLE few AS SELECT * FROM scene_entity", (_SCENE,), "INSERT INTO scene_entity SELECT * FROM few"),
    ("CREATE TEMP TABLE few AS SELECT * FROM link", (_SCENE, _ITEM), "INSERT INTO link SELECT * FROM few"),
    ("CREATE TEMP TABLE few AS SELECT * FROM plex_item", (_ITEM,), "INSERT INTO plex_item SELECT * FROM few"),
    ("CREATE TEMP TABLE few AS SELECT * FROM plex_file", (_ITEM, _PATHS), "INSERT INTO plex_file SELECT * FROM few"),
    ("CREATE TEMP TABLE few AS SELECT * FROM job", (_SCENE,), "INSERT INTO job SELECT * FROM few"),
)
"""For each table: how its rows are taken, what makes them others, and where they go."""


def inflate(path: Path, scenes: int) -> None:
    """Copy the rows of a database until it knows about so many scenes."""
    with closing(sqlite3.connect(path, isolation_level=None)) as state:
        state.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF; PRAGMA cache_size=-400000;")
        state.execute("UPDATE job SET state = 'done', done_rev = wanted_rev")
        (known,) = state.execute("SELECT count(*) FROM scene").fetchone()
        for take, changes, put in _COPIES:
            _copy(state, (take, changes, put), scenes // known - 1)
        state.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _copy(state: sqlite3.Connection, how: tuple[str, tuple[str, ...], str], times: int) -> None:
    take, changes, put = how
    state.execute(take)
    state.execute("BEGIN")
    for turn in range(1, times + 1):
        for change in changes:
            state.execute(change, {"step": _STEP, "turn": turn})
        state.execute(put)
    state.execute("COMMIT")
    state.execute("DROP TABLE few")
