"""The operation about other tools that bring Stash's values to Plex."""

from __future__ import annotations

from plexsync.stash_plugin.operations.operation import Operation, PageRequest
from plexsync.usecases.adopt.tools import OtherToolsView, other_tools_view
from plexsync.usecases.opening import open_data


def show(request: PageRequest) -> OtherToolsView:
    """Name the tools whose settings are in Stash."""
    with open_data(request.folder) as opened:
        return other_tools_view(opened)


OPERATIONS: tuple[Operation[object], ...] = (
    Operation(
        name="other_tools",
        help="The other tools for Plex whose settings are in Stash, and what to do about them. Asks Stash.",
        twin="plexsync adopt",
        answer=OtherToolsView,
        ask=show,
    ),
)
