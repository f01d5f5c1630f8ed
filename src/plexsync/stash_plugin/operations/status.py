"""Operations that say how things stand."""

from __future__ import annotations

from plexsync.stash_plugin.operations.operation import Operation, PageRequest
from plexsync.usecases.status.report import Status, status


def show(request: PageRequest) -> Status:
    """Return all of how things stand."""
    return status(request.folder, request.now())


OPERATIONS: tuple[Operation[object], ...] = (
    Operation(
        name="status",
        help="All of how things stand, from what is remembered.",
        twin="plexsync status",
        answer=Status,
        ask=show,
        is_for_page=False,
    ),
)
