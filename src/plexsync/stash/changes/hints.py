"""Signs of writes that move no time stamp and no count: somebody watches, a folder has another path."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count

from plexsync.net.decode import DECODE_ERRORS, real, text, whole
from plexsync.stash import queries
from plexsync.stash.client import Json, StashClient, understood

FOLDER_PAGE = 10_000

Watched = tuple[float, int, int]
"""How long and how often was watched in all, and the O-count: it grows by watching and by nothing else."""

UNKNOWN: Watched = (-1.0, -1, -1)
"""Stands for figures that make no sense."""


@dataclass(frozen=True, slots=True)
class FolderPage:
    """Paths of some of Stash's folders by id: all there are with ids up to ``last`` that no page before held.

    ``total`` is how many folders there are in all.
    """

    paths: dict[int, str]
    last: int
    total: int


def watched(client: StashClient) -> Watched:
    """Return how much was ever watched in Stash; raises as :meth:`StashClient.query`."""
    answer = client.query(queries.WATCHED)
    try:
        stats = answer["stats"]
        return real(stats["total_play_duration"]), whole(stats["total_play_count"]), whole(stats["total_o_count"])
    except DECODE_ERRORS:
        return UNKNOWN


def folders(client: StashClient, rows: int = FOLDER_PAGE) -> Iterator[FolderPage]:
    """Yield all of Stash's folders in pages (13 ms for all of a library of 50,000 scenes).

    A renamed folder keeps its id and moves no stamp at all (recorded scan_renamed_folder). Pages are counted: one may
    be passed over while others are deleted. Needs ``Capabilities.folders``; raises as :meth:`StashClient.query`.
    """
    last = 0
    for page in count(1):
        answer = client.query(queries.FOLDERS, {"page": page, "rows": rows})
        with understood(client):
            found = answer["findFolders"]
            listed = list(found["folders"])
            paths = dict(_paths(listed))
            total = whole(found["count"])
            if paths and min(paths) <= last:
                raise ValueError(f"folder {min(paths)} comes after folder {last}")
        last = sys.maxsize if len(listed) < rows else max(paths, default=last)
        yield FolderPage(paths, last, total)
        if last == sys.maxsize:
            return


def _paths(rows: Iterable[Json]) -> Iterator[tuple[int, str]]:
    """Yield id and path of the folders that can be read."""
    for row in rows:
        with suppress(*DECODE_ERRORS):
            yield whole(row["id"]), text(row["path"])
