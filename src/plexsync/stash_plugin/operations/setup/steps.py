"""Operations of the set-up as a whole: how far it is, and the start."""

from __future__ import annotations

from plexsync.stash_plugin.operations.operation import Operation, PageRequest
from plexsync.usecases.opening import open_data
from plexsync.usecases.setup.steps import SetupStarted, SetupView, setup_view, start_and_sync


def steps(request: PageRequest) -> SetupView:
    """Say how far the set-up is."""
    with open_data(request.folder) as opened:
        return setup_view(opened)


def begin(request: PageRequest) -> SetupStarted:
    """End the set-up, and bring all scenes over."""
    with open_data(request.folder) as opened:
        return start_and_sync(opened, request.plugin_dir, request.now())


OPERATIONS: tuple[Operation[object], ...] = (
    Operation(
        name="setup",
        help="The steps of the set-up: which have an answer, and which one is next.",
        twin="plexsync setup",
        answer=SetupView,
        ask=steps,
    ),
    Operation(
        name="setup_start",
        help="Start: from now on PlexSync writes to Plex. Every step has to have an answer.",
        twin="plexsync setup",
        answer=SetupStarted,
        ask=begin,
        changes=True,
    ),
)
