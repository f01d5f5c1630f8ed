"""Tokens that may ask: those of the owner, people the server is shared with, and tokens that have expired."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Tokens:
    """Known tokens; one that is in none of the sets is refused."""

    owner: set[str] = field(default_factory=set)
    shared: set[str] = field(default_factory=set)
    expired: set[str] = field(default_factory=set)

    def status(self, token: str, *, writing: bool) -> int:
        """Return 0 to go on, else 401 (unknown), 403 (not the owner) or 498 (expired); docs/engineering/plex.md §6."""
        if token in self.expired:
            return 498
        if token in self.owner:
            return 0
        if token in self.shared:
            return 403 if writing else 0
        return 401
