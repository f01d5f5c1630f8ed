"""Feeds inputs into targets, with a deadline for each, and keeps those that do harm."""

from __future__ import annotations

import contextlib
import hashlib
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import FrameType

import commands_target
import dates_target
import hook_parts_target
import hook_target
import paths_target
import plex_target
import settings_target
import stash_target
from target import Target

DEADLINE = 10.0
OPENERS: dict[str, Callable[[], AbstractContextManager[Target]]] = {
    "hook": hook_target.opened,
    "hook_parts": hook_parts_target.opened,
    "stash": stash_target.opened,
    "plex": plex_target.opened,
    "settings": settings_target.opened,
    "paths": paths_target.opened,
    "dates": dates_target.opened,
    "commands": commands_target.opened,
}


class Hung(BaseException):
    """An input took longer than the deadline."""


@dataclass
class Tally:
    """The result of a target's inputs; ``crashes`` are (digest, last lines of what was raised)."""

    target: str
    inputs: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    crashes: list[tuple[str, str]] = field(default_factory=list)


def _ring(_number: int, _frame: FrameType | None) -> None:
    raise Hung


@contextlib.contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raise :class:`Hung` in the main thread when the block takes longer."""
    before = signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def feed(target: Target, number: int, seed: int, tell: Callable[[int], None], keep: Path | None = None) -> Tally:
    """Feed so many inputs of a seed into a target; each is made from the seed and its own number alone."""
    tally = Tally(target.name)
    began = time.monotonic()
    for index in range(number):
        feed_one(target, target.make(Random(f"{seed} {target.name} {index}")), tally, keep)
        if index % 100 == 0:
            tell(index)
    tally.seconds = time.monotonic() - began
    return tally


def feed_one(target: Target, data: bytes, tally: Tally, keep: Path | None = None) -> None:
    """Feed one input and note what became of it."""
    began = time.monotonic()
    tally.inputs += 1
    try:
        with deadline(DEADLINE):
            target.run(data)
    except (Exception, Hung) as problem:  # noqa: BLE001  that is what is looked for
        digest = hashlib.sha1(data, usedforsecurity=False).hexdigest()[:12]
        lines = traceback.format_exception(problem)
        tally.crashes.append((digest, "".join(lines)[-1500:]))
        if keep is not None:
            (keep / target.name).mkdir(parents=True, exist_ok=True)
            (keep / target.name / digest).write_bytes(data)
    tally.slowest = max(tally.slowest, time.monotonic() - began)
