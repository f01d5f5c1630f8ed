"""The one who refused a request: Plex, its database, or a proxy before it."""

from __future__ import annotations

import re
from collections.abc import Mapping

_PLEX_SIGN = "X-Plex-Protocol"
"""A header of every answer that is Plex's own, refusals too (recording ``ws_sections_get_401.json``)."""

_DATABASE = re.compile(
    r"\b(database|database table|db)\b.{0,20}\b(locked|busy)\b|\bbusy DB\b|\bSQLITE_(BUSY|LOCKED)\b", re.IGNORECASE
)
"""Words of SQLite as Plex's log has them (docs/engineering/plex.md §6); whether an answer has them too is not known."""


def refuser(headers: Mapping[str, str], words: str) -> dict[str, str]:
    """Return who refused as data of an error: ``by``, and ``because`` where it was the database."""
    if _PLEX_SIGN not in headers:
        return {"by": "A proxy before Plex"}
    return {"by": "Plex's database", "because": "database"} if _DATABASE.search(words) else {"by": "Plex"}
