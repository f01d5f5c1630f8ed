"""What a task or an operation works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from plexsync.door.protocol import Channel
from plexsync.store import Store


@dataclass(frozen=True, slots=True)
class Errand:
    """One run of the door: where its data is, how it speaks to Stash, and its clock."""

    store: Store
    folder: Path
    plugin_dir: Path
    channel: Channel
    now: Callable[[], float]
    sleep: Callable[[float], None]
