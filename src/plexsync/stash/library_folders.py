"""The folders that a person gave Stash to scan: its library."""

from __future__ import annotations

from plexsync.domain.errors import BadAnswer
from plexsync.net.decode import DECODE_ERRORS, misfit, text
from plexsync.stash import queries
from plexsync.stash.client import StashClient


def library_folders(client: StashClient) -> tuple[str, ...]:
    """Return the paths of Stash's library folders, as Stash writes them; raises server errors."""
    try:
        rows = client.query(queries.LIBRARY_FOLDERS)["configuration"]["general"]["stashes"]
        return tuple(text(row["path"]) for row in rows)
    except DECODE_ERRORS as problem:
        raise BadAnswer(server="stash", detail=misfit(problem)) from problem
