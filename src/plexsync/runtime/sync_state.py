"""How far PlexSync has got with Stash as a whole: first read, read up to, to be compared."""

from __future__ import annotations

from plexsync.store import Store

SCANNED_AT = "census_at"
CURSOR = "cursor"
WANTS_RUN = "rebuilt_wants_run"


def is_scanned(store: Store) -> bool:
    """Tell whether all of Stash was read once."""
    return store.get(SCANNED_AT) is not None
