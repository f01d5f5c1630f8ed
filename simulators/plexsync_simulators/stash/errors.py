"""What the simulated server says no with."""

from __future__ import annotations


class Refused(Exception):
    """A resolver's error: the text becomes `errors[0].message` of the answer, with status 200."""


class NotSimulated(Refused):
    """The query is right and the real server would answer it, but the simulator has no such part."""
