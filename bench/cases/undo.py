"""An undo of a whole run, held against one PUT after the other."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing

from measuring.baselines import PUTS
from measuring.case import Tools
from measuring.measured import PER_SECOND, Baseline, Limit, Row
from plexsync.store import Store
from prepared.rigging import counts, running, sequential_rate, some_keys, sync_all

LEAST = Limit("ratio", least=0.90)
PACE = 200
BOUND_FROM = 1000
LONGEST = 1800.0


def measure(tools: Tools, size: int) -> Iterator[Row]:
    """Sync all, take it back, and take that back too; each in items a second, beside one PUT for each item."""
    del tools
    with running(size) as rig:
        sync_all(rig)
        with closing(Store(rig.data)) as store:
            (run,) = store.runs.newest_of("sync", 1)
            keys = some_keys(rig, PACE)
            for what, undone in (("undo of a first sync", run.id), ("undo of that undo", 0)):
                before = sequential_rate(rig, keys)
                counts(rig)
                number, took = undo(store, undone or newest_undo(store))
                asked = dict(counts(rig)[0])
                baseline = Baseline(PUTS, (before, sequential_rate(rig, keys)))
                limits = (LEAST,) if size >= BOUND_FROM else ()
                yield Row(f"{what}: items", (number / took,), PER_SECOND, baseline, limits, asked)


def newest_undo(store: Store) -> int:
    """Return the newest undo."""
    (run,) = store.runs.newest_of("undo", 1)
    return run.id


def undo(store: Store, run: int) -> tuple[int, float]:
    """Take back a run; returns how many items went back, and the seconds from the wish until the run had ended."""
    began = time.time()
    command = store.commands.ask("undo", {"run": run, "origin": "bench"}, began)
    while time.time() < began + LONGEST:
        store.commands.listen(command, time.time())
        newest = store.runs.newest_of("undo", 1)
        if newest and newest[0].scope == str(run) and newest[0].state != "running":
            return items_back(store, newest[0].id), newest[0].ended_at - began
        time.sleep(0.25)
    raise TimeoutError(f"run {run} is not undone")


def items_back(store: Store, run: int) -> int:
    """Count the items of which something went back."""
    row = store.connection.execute(
        "SELECT count(DISTINCT rating_key) FROM undo WHERE run_id = ? AND state = 'back'", (run,)
    )
    return int(row.fetchone()[0])
