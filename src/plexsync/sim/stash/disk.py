"""What a scan would find: files a test laid on the imagined disk, moved there, or took away."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Disk:
    """Announcements in order, each `{"what", "how"}` and applied by the next scan (`scanning`) or clean."""

    pending: list[dict[str, Any]] = field(default_factory=list)
