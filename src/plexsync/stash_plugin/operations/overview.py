"""The operation of the page's first view."""

from __future__ import annotations

from plexsync.stash_plugin.operations.operation import Operation, PageRequest
from plexsync.usecases.status.overview import Overview, overview


def show(request: PageRequest) -> Overview:
    """Return the overview; `plugin/hook.py` answers in its place while an agent keeps it ready."""
    return overview(request.folder, request.now())


OPERATIONS: tuple[Operation[object], ...] = (
    Operation(
        name="overview",
        help="How things stand in one sentence, both servers, the queue, reconciles and recent activity.",
        twin="plexsync status",
        answer=Overview,
        ask=show,
    ),
)
