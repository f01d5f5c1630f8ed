"""Decides when a write to Stash sets off a full scan, and when the scan has to wait.

Stash's time is given in small doses. After a full scan the next one rests many times as long as that took. Scans that
find nothing or fail come ever less often while something keeps writing.

Three kinds of writes ask for one. A write that nothing explains asks at once. A write that is explained may hide
another of the same moment: one scan follows the whole spell of writing, once Stash has been quiet for a minute. A
person who watches a video (play counts, every few seconds) sets off one an hour at most.
"""

from __future__ import annotations

from plexsync.runtime.clock import has_passed

SHARE_OF_TIME = 0.05
SHARE_AFTER_SPELLS = 0.01
FRUITLESS_PAUSES = (0.0, 2.0, 10.0, 40.0, 160.0, 600.0)
MOST_FAILED = 3
QUIET_SECONDS = 60.0
PATIENT_SECONDS = 3600.0


class FullScanBackoff:
    """Decides when a full scan is due; times are UTC seconds."""

    def __init__(self, now: float) -> None:
        self._ended_at = now
        self._resting_until = 0.0
        self._fruitless = 0
        self._unexplained_at = 0.0
        self._is_owed = False
        self._is_owed_patiently = False
        self._is_owed_for_spell = False
        self._was_owed = False
        self._written_at = 0.0
        self._spells_rest_until = 0.0

    def written(self, now: float) -> None:
        """Note that somebody writes to Stash: a spell of writing goes on."""
        self._written_at = now

    def owe_after_spell(self, now: float) -> None:
        """Note a write that is explained, and may hide another one that no stamp tells."""
        self._written_at = now
        self._is_owed_for_spell = True

    def owe(self, now: float) -> None:
        """Note a write that nothing explains. After a quiet time it is a matter of its own, and served at once."""
        if has_passed(QUIET_SECONDS, self._unexplained_at, now):
            self._fruitless = 0
        self._unexplained_at = now
        self._is_owed = True

    def owe_patiently(self) -> None:
        """Note that something may have been missed, though there is a good explanation or no sign of it."""
        self._is_owed_patiently = True

    @property
    def is_owed(self) -> bool:
        """Tell whether a full scan is to come as soon as there is time for it."""
        return self._is_owed

    @property
    def owes_anything(self) -> bool:
        """Tell whether a full scan is to come at all."""
        return self._is_owed or self._is_owed_patiently or self._is_owed_for_spell

    def is_due(self, now: float) -> bool:
        """Tell whether it is time for a full scan."""
        if now < self._ended_at:  # the clock was set back
            self._ended_at = self._resting_until = self._spells_rest_until = now
        if self._is_owed:
            pause = FRUITLESS_PAUSES[min(self._fruitless, len(FRUITLESS_PAUSES) - 1)]
            return now >= max(self._resting_until, self._ended_at + pause if self._fruitless else 0.0)
        if self._is_owed_for_spell and now >= self._spells_rest_until:
            return has_passed(QUIET_SECONDS, self._written_at, now)
        return self._is_owed_patiently and now >= self._ended_at + PATIENT_SECONDS

    def begin(self) -> None:
        """Note that a scan begins: it sees what was written until now. A write meanwhile asks for another one."""
        self._was_owed = self._is_owed
        self._is_owed = self._is_owed_patiently = self._is_owed_for_spell = False

    def done(self, now: float, cost_seconds: float, *, found: bool) -> None:
        """Note that a scan has ended, what it cost Stash, and whether it found anything."""
        self._ended_at = now
        self._resting_until = now + cost_seconds / SHARE_OF_TIME
        self._spells_rest_until = now + cost_seconds / SHARE_AFTER_SPELLS
        if found or self._was_owed:  # that nothing was hidden in a spell says nothing about other writes
            self._fruitless = 0 if found else self._fruitless + 1

    def failed(self, now: float, cost_seconds: float) -> None:
        """Note that a server's trouble ended a full scan: it is owed still, and paid for as one that found nothing.

        One that fails again and again is tried about once a minute: it may be mended any time.
        """
        fruitless = max(self._fruitless, min(self._fruitless + 1, MOST_FAILED))
        self.done(now, cost_seconds, found=False)
        self._fruitless, self._is_owed = fruitless, True
