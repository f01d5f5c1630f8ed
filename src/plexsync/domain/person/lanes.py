"""The parts of the queue, as a person sees them."""

from __future__ import annotations

from enum import Enum


class Lane(str, Enum):
    """A part of the queue; the first four are the queue itself, in the order of the work."""

    WORKING = "working"
    NEXT = "next"
    WAITING = "waiting"
    PARKED = "parked"
    DEAD = "dead"


QUEUED_LANES = (Lane.WORKING, Lane.NEXT, Lane.WAITING, Lane.PARKED)
"""The queue itself, without what was given up."""
