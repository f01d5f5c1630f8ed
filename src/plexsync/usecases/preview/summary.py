"""All scenes of a preview in one sentence: each is counted once, and what is not compared by its values says why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plexsync.domain.advice.causes import APART
from plexsync.domain.reconcile.gaps import GapKind
from plexsync.domain.standing.phrase import Sentence, counted_scenes, listed, number, sentence, verb

SCENES: Mapping[str, tuple[str, str]] = {
    "equal": (" equal", " equal"),
    "differ": (" differs", " differ"),
    "missing": (" not in Plex", " not in Plex"),
    "needs_you": (" needs you", " need you"),
    "reported": (" only reported", " only reported"),
    "unasked": (" differs in another way", " differ in other ways"),
    **{verdict: (f" {words}", f" {words}") for verdict, words in APART.items()},
}
"""Words for one and for more scenes, by what becomes of them; in the order in which it is told."""


def compared(figures: Mapping[str, Any], seconds: float) -> Sentence:
    """Say what became of the scenes: "300 scenes compared in 5 s: 284 equal, 11 differ, 5 without a file."."""
    parts = [
        sentence(number(many), verb(many, *words))
        for became, words in SCENES.items()
        if (many := figures.get(became, 0))
    ]
    head = (*counted_scenes(figures.get("scenes", 0)), *sentence(" compared in ", number(max(1, round(seconds))), " s"))
    orphans = figures.get("kinds", {}).get(GapKind.ORPHAN.value, 0)
    tail = sentence(" ", number(orphans), verb(orphans, " item has", " items have"), " no scene any more.")
    return (*head, *sentence(": " if parts else "", *listed(parts), "."), *(tail if orphans else ()))
