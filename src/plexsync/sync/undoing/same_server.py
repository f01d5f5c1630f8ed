"""Tells which entries of the journal are about the Plex server that answers now: keys of another mean other items."""

from __future__ import annotations

from collections.abc import Iterable

from plexsync.store import Store
from plexsync.store.history.journal import Entry
from plexsync.store.state import JOURNAL_SERVERS, MACHINE_ID


def entries_here(store: Store, entries: Iterable[Entry]) -> list[Entry]:
    """Return those of some entries that are about the server that answers now."""
    spans, here = store.state.get(JOURNAL_SERVERS, ()), store.state.get(MACHINE_ID)

    def is_here(entry: Entry) -> bool:
        about = [span.machine_id for span in spans if span.first <= entry.id]
        return not about or about[-1] == here

    return [entry for entry in entries if is_here(entry)]
