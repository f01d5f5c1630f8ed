"""Recent activity: the newest rows of the history that wrote something or are under way."""

from __future__ import annotations

from plexsync.history.rows import KINDS, HistoryRow, RowMaker
from plexsync.store import Store
from plexsync.store.history.runs import NEWEST

SHOWN = 5
READ = 50
"""So many runs are looked at: most may have written nothing."""


def recent_activity(store: Store) -> tuple[HistoryRow, ...]:
    """Return the newest rows, one for each cause."""
    maker = RowMaker(store)
    rows: list[HistoryRow] = []
    for run in store.runs.page(KINDS, NEWEST, 0.0, READ):
        row = maker.row(run)
        if row.scenes or row.state == "running":
            rows.append(row)
        if len(rows) == SHOWN:
            break
    return tuple(rows)
