"""Refusals of the simulated server."""

from __future__ import annotations

# The real server's words for what its programmers did not expect.
NIL_POINTER = "Internal system error. Error <runtime error: invalid memory address or nil pointer dereference>"


class ResolverError(Exception):
    """A resolver's error: the text becomes `errors[0].message` of the answer, with status 200."""


class NotSimulated(ResolverError):
    """The query is right and the real server would answer it, but the simulator has no such part."""
