"""Behaviours of the simulated Stash that are a choice, changeable while it runs."""

from __future__ import annotations

from dataclasses import dataclass

from plexsync_simulators.shared.switchboard import Switchboard


@dataclass(slots=True)
class StashSwitches(Switchboard):
    """Every choice with its default; times are milliseconds."""

    read_ms: float = 0.0
    write_ms: float = 0.0
    # It waits for somebody to agree to the migration of its database; whatever needs the database panics.
    needs_migration: bool = False
    # Every cover is served as application/octet-stream, as AVIF, JPEG XL and TIFF are on the real server.
    octet_stream: bool = False
    # Text that is no UTF-8 leaves in the bytes it has, not as escapes.
    raw_bytes: bool = False
    # Scenes, by comma, that it cannot read: a query that lists one of them fails.
    broken_scenes: str = ""


# All that does not keep a client from doing its work, at once.
HOSTILE: dict[str, object] = {"octet_stream": True, "raw_bytes": True}
