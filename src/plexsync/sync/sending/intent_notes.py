"""Notes of what is about to be sent: no edit goes out before the notes of its items are kept.

A kill between a write and its note must not orphan our own values. Notes of items that come later are made while edits
are on their way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from plexsync.domain.model import Plan
from plexsync.sync.planner import ScenePlan

FEW = 10
"""Items that are noted at once while an edit is on its way: in much less time than that takes."""

Planned = tuple[ScenePlan, Plan]


class IntentNotes:
    """Keeps notes of plans, in their order; ``keep`` writes some of them down."""

    def __init__(self, plans: Iterable[Planned], keep: Callable[[Sequence[Planned]], None]) -> None:
        self._keep = keep
        self._left: dict[str, list[Planned]] = {}
        for scene_plan, plan in plans:
            self._left.setdefault(plan.rating_key, []).append((scene_plan, plan))

    @property
    def has_work(self) -> bool:
        """Tell whether any note is still to be made."""
        return bool(self._left)

    def note(self, rating_keys: Iterable[str]) -> None:
        """Make the notes of these items, and of a few that come next, unless these are made."""
        now = [key for key in rating_keys if key in self._left]
        if now:
            self._make(dict.fromkeys((*now, *islice(self._left, FEW))))

    def note_all(self) -> None:
        """Make all notes."""
        if self._left:
            self._make(tuple(self._left))

    def go_on(self) -> None:
        """Make a few notes."""
        self._make(tuple(islice(self._left, FEW)))

    def _make(self, rating_keys: Iterable[str]) -> None:
        self._keep([one for key in rating_keys for one in self._left.pop(key)])
