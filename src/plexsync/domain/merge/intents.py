"""Values whose writes were begun and never seen to arrive: for how long one may still take effect.

An edit that is answered by a fault, or by nothing, may lie in the server's queue, or in a proxy's. It then takes effect
after the next plan has read the item, or even after the next edit has arrived. Its value would pass for a person's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from plexsync.domain.model import Field, Intent, Value

LATEST_SECONDS = 900.0
"""After so long nobody's patience holds an edit any more: neither a proxy's nor that of a busy Plex."""

FIRST_RECHECK = 60.0


def added(intents: Iterable[Intent], more: Iterable[Intent]) -> tuple[Intent, ...]:
    """Return intents with newer ones before them, each value once."""
    found: dict[tuple[Field, Value], Intent] = {}
    for intent in (*more, *intents):
        found.setdefault((intent.field, intent.value), intent)
    return tuple(found.values())


def young(intents: Iterable[Intent], now: float) -> tuple[Intent, ...]:
    """Return those that may still take effect; those of a clock that was set back are as young as can be."""
    return tuple(replace(one, at=min(one.at, now)) for one in intents if one.at > now - LATEST_SECONDS)


def may_come(pictures: Mapping[str, float], now: float) -> dict[str, float]:
    """Return the pictures that may still be shown, of those that were sent in vain at some moments."""
    return {sha1: min(at, now) for sha1, at in pictures.items() if at > now - LATEST_SECONDS}


def next_recheck(moments: Iterable[float], now: float) -> float:
    """Return when to see whether what was sent at these moments has taken effect; 0.0 without any.

    It is seen soon, and once when nothing can take effect any more.
    """
    newest = max(moments, default=None)
    if newest is None:
        return 0.0
    return newest + (FIRST_RECHECK if now < newest + FIRST_RECHECK else LATEST_SECONDS)
