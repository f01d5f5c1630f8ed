"""Operations that ask Plex: whether it answers, and which libraries it has."""

from __future__ import annotations

import time

from plexsync.stash_plugin.operations.operation import Operation, PageRequest
from plexsync.usecases.opening import open_data
from plexsync.usecases.settings.connection import ConnectionTest, try_connection
from plexsync.usecases.settings.libraries import LibraryChoices, library_choices


def test(request: PageRequest) -> ConnectionTest:
    """Try the connection."""
    with open_data(request.folder) as opened:
        return try_connection(opened, time.monotonic)


def libraries(request: PageRequest) -> LibraryChoices:
    """Return the libraries to choose from."""
    with open_data(request.folder) as opened:
        return library_choices(opened)


OPERATIONS: tuple[Operation[object], ...] = (
    Operation(
        name="connection_test",
        help="Ask Plex who it is, how fast it answers, and what it lets PlexSync edit; changes nothing.",
        twin="plexsync check",
        answer=ConnectionTest,
        ask=test,
    ),
    Operation(
        name="libraries",
        help="The movie libraries of Plex, with what both sides know of their files.",
        twin="plexsync config libraries",
        answer=LibraryChoices,
        ask=libraries,
    ),
)
