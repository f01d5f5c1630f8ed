"""The cost of things in requests and statements, which are the same on every machine.

SQLite itself says which statements read a whole table.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from agent_stage import single
from inside import Inside, inside

from plexsync_simulators.world import make_world

SETTINGS = {"image_poster": "off"}

WHOLE = {
    "SELECT * FROM plex_section": "a handful of libraries",
    "SELECT count(*) FROM plex_item": "a reconcile's sums",
    "SELECT count(*) FROM scene": "a reconcile's sums",
    "SELECT count(*) FROM link": "a reconcile's sums",
    "SELECT count(*) FROM link WHERE rating_key NOT IN": "a reconcile's sums",
    "SELECT scene_id, rating_key, fingerprint": "the orphans of a reconcile",
    "SELECT path_key, section_id, group_concat": "the duplicate items of a reconcile",
    "SELECT path FROM scene_file WHERE path_key": "inferring the path map, before the first sync",
    "SELECT server, place, key, library, title, path, problem FROM left_out ORDER BY server, place, key LIMIT": (
        "a reconcile's rows that could not be used, a thousand at most, in the order of the table"
    ),
}
"""Statements that may read a whole table, and why."""

PARTIAL = {"contest_held", "link_recheck", "undo_wanted"}
"""Indexes that hold only the rows that are asked for: a statement may read such a one from end to end."""


class Statements:
    """The statements of one connection, as counted by SQLite's own trace."""

    def __init__(self, stage: Inside) -> None:
        self._db = stage.store.connection
        self._said: Counter[str] = Counter()

    @contextmanager
    def counted(self) -> Iterator[Counter[str]]:
        """Count what is said within."""
        self._said.clear()
        self._db.set_trace_callback(self._note)
        try:
            yield self._said
        finally:
            self._db.set_trace_callback(None)

    @property
    def said(self) -> frozenset[str]:
        """The messages while counted."""
        return frozenset(self._said)

    def _note(self, statement: str) -> None:
        self._said[" ".join(statement.split())] += 1

    def scans(self) -> dict[str, str]:
        """Return the statements that read a whole table, by SQLite's plan for each."""
        found = {}
        for statement in filter(re.compile("(SELECT|INSERT|UPDATE|DELETE|WITH) ").match, self._said):
            plan = [row[3] for row in self._db.execute(f"EXPLAIN QUERY PLAN {statement}")]
            scanned = [step for step in plan if re.match("SCAN (?!CONSTANT|json_each)", step) and not is_partial(step)]
            if scanned:
                found[statement] = "; ".join(scanned)
        return found


def is_partial(step: str) -> bool:
    return re.sub(r"^SCAN \w+ USING (COVERING )?INDEX ", "", step) in PARTIAL


@pytest.fixture
def stage() -> Iterator[Inside]:
    with inside(make_world(60, 3), settings=SETTINGS) as stage:
        stage.sync()
        yield stage


def test_no_statement_reads_a_whole_table_but_those_that_must(stage: Inside) -> None:
    statements = Statements(stage)
    with statements.counted():
        stage.mutate("tagUpdate", id=stage.world.stash["tags"][0]["id"], name="Another name")
        stage.edit_scene("1", title="Another title")
        stage.poll()
        stage.work()
        stage.reconcile()
        stage.reconcile(deep=True)
        stage.sync()
        stage.reload(**SETTINGS, path_map=f"{stage.world.path_map}; /nowhere => /else")
        stage.sync()
    assert any("SET path_key" in statement for statement in statements.said), "another map gives files other keys"
    unexpected = {
        statement: plan for statement, plan in statements.scans().items() if not statement.startswith(tuple(WHOLE))
    }
    assert not unexpected


def test_what_one_save_costs(stage: Inside) -> None:
    (scene,) = single(stage.world, 1)
    stage.poll()
    stage.work()  # what the first sync left to be looked at
    stage.reset_counts()
    statements = Statements(stage)
    with statements.counted() as said:
        stage.edit_scene(scene, title="Another title")
        stage.poll()
        stage.work()
    plex, stash = stage.plex_counts(), stage.stash_counts()
    assert plex["PUT"] == 1
    assert plex["GET"] <= 8, "two to read, the others are the poll of the libraries that is due once a minute"
    assert sum(stash.values()) <= 8, dict(stash)
    number = said.total()
    assert number <= 94


def test_what_a_run_costs_grows_no_faster_than_the_library() -> None:
    small, large = (cost_of_a_run(scenes) for scenes in (100, 400))
    assert {kind: count for kind, count in large.items() if count > 4.4 * small[kind] + 10} == {}
    assert large["statements"] <= 1.6 * 400, "each item is marked as seen; all else is asked for pages at a time"
    assert large["rows"] <= 1.25 * 400, "one row an item says that it was seen; nothing else is written"


def test_what_a_sync_of_what_is_in_sync_costs() -> None:
    with inside(make_world(400, 3), settings=SETTINGS) as stage:
        stage.sync()
        stage.work()
        stage.reset_counts()
        rows = stage.store.connection.total_changes
        with Statements(stage).counted() as said:
            stage.sync()
        assert stage.plex_counts()["PUT"] == 0
        number, written = said.total(), stage.store.connection.total_changes - rows
        assert number <= 9 * 400
        assert written <= 3.3 * 400, "the job twice and what was left on the item once; of the scene nothing"


def cost_of_a_run(scenes: int) -> dict[str, int]:
    """Reconcile a library in which nothing has changed, and count."""
    with inside(make_world(scenes, 3), settings=SETTINGS) as stage:
        stage.sync()
        stage.reconcile()
        stage.work()
        stage.reset_counts()
        rows = stage.store.connection.total_changes
        with Statements(stage).counted() as said:
            assert stage.reconcile().state == "done"
        assert stage.plex_counts()["PUT"] == 0
        return {
            "statements": sum(said.values()),
            "rows": stage.store.connection.total_changes - rows,
            "Plex": stage.plex_counts()["GET"],
            "Stash": sum(stage.stash_counts().values()),
        }
