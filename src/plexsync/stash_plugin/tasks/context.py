"""The tools of a task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from plexsync.stash_plugin.argument import Given
from plexsync.stash_plugin.protocol import Channel


class NotDone(Exception):
    """A task that could not do its work; the text is for the person who started it."""


@dataclass(frozen=True, slots=True)
class TaskContext:
    """One run of the plugin: where its data is, how it speaks to Stash, its clock, and what Stash gave it along."""

    folder: Path
    plugin_dir: Path
    channel: Channel
    now: Callable[[], float]
    sleep: Callable[[float], None]
    arguments: Mapping[str, Given]

    def is_told(self, name: str) -> bool:
        """Tell whether an argument was given that says yes."""
        return self.arguments[name] is True

    def whole(self, name: str) -> int:
        """Return an argument that is a whole number; raises TypeError for another."""
        value = self.arguments[name]
        if not isinstance(value, int):
            raise TypeError(name)
        return value
