"""One poll of the feed at Stash, in this process: with nothing written, nothing found, and one edit found."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import closing

from measuring.baselines import QUERY, STATS, Replay
from measuring.case import Tools
from measuring.measured import Baseline, Row
from plexsync.detect.stash_watcher import PROOF_SECONDS, StashWatcher
from plexsync.runtime.context import Context
from plexsync.runtime.shared import Shared
from plexsync.runtime.stash_load.prefetch import Prefetch
from plexsync.stash import queries
from plexsync.stash.changes import feed
from plexsync.stash.scenes import above
from plexsync.store import Store
from plexsync.store.state import CURSOR
from plexsync_simulators.rig import Rig
from prepared.rigging import counts

STEP = 20.0
QUIET = 30


class Feed:
    """A stash watcher in our own hands, and its clock."""

    def __init__(self, rig: Rig, store: Store) -> None:
        self._rig = rig
        self._store = store
        self.later = 0.0
        context = Context(rig.data, {})
        context.refresh(store)
        self._stash_watcher = StashWatcher(store, Shared.begin(context, Prefetch()), lambda: time.time() + self.later)

    def poll(self, later: float = 0.0) -> float:
        """Let so much time go by and the watcher poll; returns the seconds it took."""
        self.later += later
        began = time.perf_counter()
        self._stash_watcher.turn(lambda _: None)
        taken = time.perf_counter() - began
        if self._stash_watcher.breaker.trip is not None:
            raise RuntimeError(self._stash_watcher.breaker.trip)
        return taken

    def settle(self) -> None:
        """Let it do all that a start brings with it: a full scan, a page at a time."""
        quiet = 0
        while quiet < QUIET:
            counts(self._rig)
            self.poll(STEP)
            _, stash = counts(self._rig)
            quiet = 0 if "Listing" in stash else quiet + 1

    def cursor(self) -> feed.Cursor:
        """Where the next poll begins."""
        return feed.Cursor.from_json(self._store.state.get(CURSOR, ""))


def measure(tools: Tools, size: int) -> Iterator[Row]:
    """Poll with nothing written, with nothing to find, and with one edit to find; each beside the bare query."""
    rig, number = tools.libraries.still(size), tools.times(3, 20, 60)
    with closing(Store(rig.data)) as store:
        feed_, replay = Feed(rig, store), Replay(rig)
        feed_.settle()
        asleep = tuple(feed_.poll() for _ in range(10 * number))
        least = Baseline(STATS, tuple(stats(rig) for _ in range(10 * number)))
        yield Row("poll, nothing written", asleep, baseline=least, grows=True)
        polls, bare = [], []
        for _ in range(number):
            polls.append(feed_.poll(PROOF_SECONDS + 1))
            bare.append(query(replay, feed_.cursor()))
        baseline = Baseline(QUERY, tuple(bare))
        yield Row("poll, nothing found", tuple(polls), baseline=baseline, grows=True)
        found, bare = [], []
        scenes = list(rig.world.belongs)
        for turn in range(number):
            rig.edit_scene(scenes[turn % len(scenes)], rating100=turn % 100 + 1)
            found.append(feed_.poll(PROOF_SECONDS + 1))
            bare.append(query(replay, feed_.cursor()))
        yield Row("poll, one edit found", tuple(found), baseline=Baseline(QUERY, tuple(bare)), grows=True)


def stats(rig: Rig) -> float:
    """Look once at Stash's database file and its log, as whoever watches them must; returns the seconds."""
    database = rig.folder / "stash" / "stash-go.sqlite"
    began = time.perf_counter()
    for file in (database, f"{database}-wal"):
        os.stat(file)  # noqa: PTH116  as cheaply as it can be done
    return time.perf_counter() - began


def query(replay: Replay, cursor: feed.Cursor) -> float:
    """Send the question of a poll; returns the seconds."""
    began = time.perf_counter()
    replay.query(queries.poll(files=True), {"stamp": above(cursor.bound)})
    return time.perf_counter() - began
