"""A contest: somebody else keeps changing a field of an item that PlexSync keeps writing.

A field is contested once PlexSync has put the same value back twice within an hour, or four times within a day. From
then on it is left alone, but for a reconcile, an edit of it in Stash, and a person who asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from plexsync.domain.model import Base, Desired, Field, Plan, Why

PUT_BACK, PUT_BACK_A_DAY = 2, 4
SPAN_SECONDS, DAY_SECONDS = 3600.0, 24 * 3600.0
FORGOTTEN_SECONDS = 8 * 24 * 3600.0
"""A contest of which nothing is seen for so long is over; longer than from one scheduled reconcile to the next."""


@dataclass(frozen=True, slots=True)
class Contest:
    """How often the same value was put back into a field of an item; moments are UTC seconds.

    They are counted from ``first_at`` on; where it is on, both moments are those of the last time. ``held_at`` is when
    the field was last left alone though it differed, 0.0 if it never was.
    """

    scene_id: int
    rating_key: str
    field: Field
    times: int = 0
    first_at: float = 0.0
    last_at: float = 0.0
    held_at: float = 0.0

    @property
    def is_on(self) -> bool:
        """Tell whether the field is to be left alone."""
        is_fast = self.times >= PUT_BACK and self.last_at - self.first_at < SPAN_SECONDS
        return is_fast or self.times >= PUT_BACK_A_DAY

    def put_back(self, now: float) -> Contest:
        """Return it after the value was written once more."""
        if self.is_on:
            return replace(self, times=self.times + 1, first_at=now, last_at=now)
        if self.times and 0.0 <= now - self.first_at < DAY_SECONDS:
            return replace(self, times=self.times + 1, last_at=now)
        return replace(self, times=1, first_at=now, last_at=now)

    def held(self, now: float) -> Contest:
        """Return it after the field was left alone."""
        return replace(self, held_at=now)

    def has_calmed(self, now: float) -> bool:
        """Tell whether nothing was put back or left alone for a while."""
        span = SPAN_SECONDS if self.is_on and self.times < PUT_BACK_A_DAY else DAY_SECONDS
        return not 0.0 <= now - max(self.last_at, self.held_at) < span


def put_back(plan: Plan, desired: Desired, before: Base) -> Iterator[Field]:
    """Yield the fields of a plan that are to get what PlexSync left there before, while Stash has said nothing new.

    ``before`` is what was remembered when the plan was made. Photos are not counted: Plex may not keep them.
    """
    for change in plan.changes:
        of = change.field
        is_known = bool(before.pushed.get(of)) and before.pushed.get(of) == plan.base.pushed.get(of)
        if change.why not in {Why.PHOTO, Why.UNDO} and is_known and before.wanted.get(of) == desired.fields[of]:
            yield of
