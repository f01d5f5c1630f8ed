"""How far PlexSync has got with Stash as a whole."""

from __future__ import annotations

from plexsync.store import Store
from plexsync.store.state import CURSOR, SCANNED_AT


def is_scanned(store: Store) -> bool:
    """Tell whether all of Stash was read once, and it is known up to when."""
    return store.state.get(SCANNED_AT) is not None and store.state.get(CURSOR) is not None
