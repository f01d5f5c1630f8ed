"""When the next automatic reconcile is due: once an interval, caught up once after a time without the agent."""

from __future__ import annotations

import random
from collections.abc import Mapping

INTERVALS: Mapping[str, float] = {"hourly": 3600.0, "daily": 24 * 3600.0, "weekly": 7 * 24 * 3600.0}
"""Seconds by the words of ``reconcile_interval``; "never" has none."""

JITTER = 0.05
RETRY_SECONDS = 60.0
LONGEST_RETRY = 900.0


def next_after(moment: float, interval: str, jitter: random.Random) -> float | None:
    """Return when a run after this moment is due (UTC seconds), a little sooner or later each time; None for never."""
    seconds = INTERVALS.get(interval)
    return None if seconds is None else moment + seconds * jitter.uniform(1 - JITTER, 1 + JITTER)


def is_sane(due: float | None, now: float, interval: str) -> bool:
    """Tell whether a planned moment can be right: after a clock was set back it may lie in a far future."""
    seconds = INTERVALS.get(interval)
    if due is None or seconds is None:
        return due is None and seconds is None
    return due <= now + seconds * (1 + JITTER)


def retry_after(now: float, failures: int) -> float:
    """Return when to try again after a run that a server's trouble ended: soon, then every quarter of an hour."""
    return now + min(LONGEST_RETRY, RETRY_SECONDS * 2.0 ** min(failures, 10))
