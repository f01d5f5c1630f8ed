"""Time that has passed by a clock that people and time servers set."""

from __future__ import annotations


def has_passed(seconds: float, since: float, now: float) -> bool:
    """Tell whether so many seconds have passed; a clock that was set back meanwhile tells nothing, so they may have."""
    return not 0 <= now - since < seconds


def has_come(moment: float, now: float, longest: float) -> bool:
    """Tell whether a moment has come that was planned at most ``longest`` seconds ahead.

    One that lies further ahead was planned before the clock was set back.
    """
    return not 0 < moment - now <= longest
