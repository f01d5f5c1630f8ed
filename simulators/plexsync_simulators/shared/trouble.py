"""The trouble a test makes: planted faults, and a server that is down."""

from __future__ import annotations

import time
from dataclasses import dataclass

from plexsync_simulators.shared.faults import Faults


@dataclass(slots=True)
class Trouble:
    """Planted faults, and until when every connection is cut (epoch seconds)."""

    faults: Faults
    down_until: float = 0.0

    @property
    def down(self) -> bool:
        """Whether every connection is cut."""
        return time.time() < self.down_until
