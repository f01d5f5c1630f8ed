"""SQLite: everything PlexSync remembers, in ``state.db``; one file per table, all SQL of a table in its file.

The store is loaded when it is first named: whoever only reads one of the small files beside it need not wait for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plexsync.store.store import Store

__all__ = ["Store"]


def __getattr__(name: str) -> object:
    """Load the store; raises AttributeError for any other name."""
    if name != "Store":
        raise AttributeError(name)
    from plexsync.store.store import Store  # noqa: PLC0415  that is the point

    return Store
