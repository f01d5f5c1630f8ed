"""Waiting until Plex shows what it ought to, by looking."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from plexsync.cli.demo.plex import PlexViewer
from plexsync.cli.demo.truth import Truth

PATIENCE = 20.0
_PAUSE = 0.02
_COVERS_AT_ONCE = 40

Seen = Callable[[int], None]
"""Told how many of the items show what they ought to."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of an item that shows something else than it ought to."""

    item: str
    field: str
    wanted: object
    shown: object


def differences(viewer: PlexViewer, truth: Truth, items: Collection[str]) -> list[Difference]:
    """Compare some items as Plex shows them now with what they ought to show."""
    shown = viewer.show(items)
    found = []
    for item in sorted(items):
        seen = shown.get(item, {})
        for field, wanted in truth.wanted(item).items():
            if seen.get(field) != wanted:
                found.append(Difference(item, field, wanted, seen.get(field)))
    return found


def wait_for(left: Callable[[Collection[str]], Collection[str]], items: Collection[str], seen: Seen) -> Collection[str]:
    """Look until nothing is ``left`` of the items, or nothing has moved for a while; returns what is left."""
    pending, moved_at = items, time.monotonic()
    while pending and time.monotonic() - moved_at < PATIENCE:
        began = time.monotonic()
        before, pending = len(pending), left(pending)
        if len(pending) < before:
            moved_at = time.monotonic()
        seen(len(items) - len(pending))
        # Looking must not take much of the time of the server that is being written to.
        time.sleep(max(_PAUSE, 2 * (time.monotonic() - began)) if pending else 0)
    return pending


def unlike(viewer: PlexViewer, truth: Truth) -> Callable[[Collection[str]], Collection[str]]:
    """Look for items that do not show what they ought to."""
    return lambda items: {found.item for found in differences(viewer, truth, items)}


def uncovered(viewer: PlexViewer, covers: Mapping[str, bytes]) -> Callable[[Collection[str]], Collection[str]]:
    """Look for items that do not show their cover yet: a few of them at a time, one request each."""

    def left(items: Collection[str]) -> Collection[str]:
        looked_at = sorted(items)[:_COVERS_AT_ONCE]
        return set(items) - {item for item in looked_at if viewer.poster(item) == covers[item]}

    return left
