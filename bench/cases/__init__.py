"""The cases of the benchmark, one noun a file."""

from __future__ import annotations

from cases import (
    burst,
    covers,
    enqueue,
    gaps,
    hook,
    idle,
    latency,
    memory,
    poll,
    reconcile,
    rename,
    save,
    start,
    state,
    sync,
    undo,
)
from measuring.case import FULL, SMALL, TINY, Case


def _sizes(tiny: int, small: tuple[int, ...], *full: int) -> dict[str, tuple[int, ...]]:
    return {TINY: (tiny,), SMALL: small, FULL: full}


CASES: tuple[Case, ...] = (
    Case("hook", "hook.py as a process against an empty Python", _sizes(0, (0,), 0), hook.measure),
    Case("save", "a save and a bulk edit, with and without PlexSync", _sizes(60, (600,), 600), save.measure),
    Case(
        "enqueue",
        "noting that scenes need looking at",
        # 20,000 fit into SQLite's page cache, 200,000 do not: between them everything grows once, and then no more.
        _sizes(2000, (2000, 20_000), 20_000, 200_000, 800_000),
        enqueue.measure,
    ),
    Case("latency", "from a save in Stash until Plex shows it", _sizes(60, (300,), 300), latency.measure),
    Case("burst", "edits by eight clients until all are in Plex", _sizes(60, (400,), 2000), burst.measure),
    Case("sync", "a first sync, and a second one", _sizes(60, (400,), 1000, 10_000, 50_000), sync.measure),
    Case("undo", "a whole run taken back, and that too", _sizes(60, (400,), 1000, 10_000), undo.measure),
    Case("covers", "a first sync with covers, beside bare uploads", _sizes(60, (400,), 1000), covers.measure),
    Case("rename", "a tag of every scene gets another name", _sizes(60, (400,), 5000), rename.measure),
    Case("reconcile", "both sides compared", _sizes(60, (200, 2000), 1000, 10_000, 100_000), reconcile.measure),
    Case("poll", "one poll of the feed", _sizes(60, (200, 2000), 10_000, 100_000), poll.measure),
    Case("start", "start on a very large state.db, no servers needed", _sizes(60, (20_000,), 500_000), start.measure),
    Case("state", "start, `--help`, `status` and `why`", _sizes(60, (200, 2000), 1000, 100_000), state.measure),
    Case("idle", "what an agent takes at rest", _sizes(60, (200,), 5000), idle.measure),
    Case("gaps", "planted gaps, found and mended", _sizes(300, (1000,), 10_000), gaps.measure),
    Case("memory", "an agent on a very large library", _sizes(60, (2000,), 500_000), memory.measure),
)
