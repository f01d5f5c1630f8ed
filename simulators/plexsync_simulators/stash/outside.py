"""Answers of the world outside the server: scrapers, stash-boxes, old files; a test says it beforehand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from plexsync_simulators.shared.json_type import Row


@dataclass(slots=True)
class Outside:
    """`scenes` maps a scene's id to what a scraper finds for it (a list: several matches).

    `performers` and `studios` map an id or a name to what a stash-box knows, `screenshots` a scene's id to its old
    cover file. `import_seconds` is how long a full import leaves the library empty. `downloads` are the files that the
    server offers, by their key; `backup` is the library as it was when it was last backed up.
    """

    scenes: dict[str, Any] = field(default_factory=dict)
    performers: dict[str, Row] = field(default_factory=dict)
    studios: dict[str, Row] = field(default_factory=dict)
    screenshots: dict[str, bytes] = field(default_factory=dict)
    import_seconds: float = 0.0
    downloads: dict[str, bytes] = field(default_factory=dict)
    backup: bytes | None = None
