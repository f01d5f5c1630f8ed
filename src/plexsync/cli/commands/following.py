"""A command that the agent carries out, followed to its end."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from plexsync.cli.frame import Frame, failure
from plexsync.cli.progress import progress_bar
from plexsync.store import Store
from plexsync.usecases.sync import failure_of, follow


def follow_to_end(frame: Frame, store: Store, command_id: int, label: str) -> Mapping[str, Any]:
    """Show how a command goes and return its result; raises :class:`~plexsync.cli.frame.Failure` where it failed."""
    with progress_bar(frame.err, label, shown=not frame.as_json) as move:
        command = follow(
            store,
            command_id,
            show=lambda progress, _: move(round(100 * progress), 100),
            now=time.time,
            sleep=time.sleep,
        )
    if command.state != "done":
        raise failure(*failure_of(command))
    return command.result
