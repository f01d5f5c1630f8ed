"""What a scan would find: files a test laid on the imagined disk, moved there, or took away."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Disk:
    """Announcements in order, each applied by the next scan or clean (see `scanning`)."""

    pending: list[dict[str, Any]] = field(default_factory=list)

    def take(self) -> list[dict[str, Any]]:
        """Return the announcements and forget them."""
        taken, self.pending = self.pending, []
        return taken
