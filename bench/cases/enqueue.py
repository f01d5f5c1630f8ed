"""The cost of queueing very many scenes."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from measuring.baselines import UPSERT, upsert
from measuring.case import Tools
from measuring.measured import Baseline, Row
from plexsync.store import Store
from plexsync.store.jobs import AT_ONCE, Priority


def measure(tools: Tools, size: int) -> Iterator[Row]:
    """Queue scenes that were never seen, and all of them again; in turns with a bare table."""
    first, again, bare = [], [], []
    for _ in range(tools.times(1, 3, 5)):
        with tempfile.TemporaryDirectory() as folder:
            bare.append(upsert(Path(folder), size, AT_ONCE))
            with closing(Store(Path(folder, "data"))) as store:
                first.append(enqueue(store, size))
                again.append(enqueue(store, size))
    baseline = Baseline(UPSERT, tuple(bare))
    yield Row("queue scenes", tuple(first), baseline=baseline, grows=True)
    yield Row("queue them again", tuple(again), baseline=baseline, grows=True)


def enqueue(store: Store, number: int) -> float:
    """Queue so many scenes in short transactions; returns the seconds."""
    began = time.perf_counter()
    for start in range(0, number, AT_ONCE):
        with store.transaction():
            ids = range(start, min(number, start + AT_ONCE))
            store.jobs.enqueue(ids, priority=Priority.BULK, origin="bench", now=time.time())
    return time.perf_counter() - began
