"""Operations of the set-up's preview."""

from __future__ import annotations

from plexsync.stash_plugin.operations.operation import Operation, PageRequest
from plexsync.usecases.setup.found import SetupPreview, setup_preview


def compare(request: PageRequest) -> SetupPreview:
    """Have it worked out what the first sync would do."""
    from plexsync.usecases.setup.kept_preview import start_setup_preview

    return start_setup_preview(request.folder, request.plugin_dir, request.now())


def see(request: PageRequest) -> SetupPreview:
    """Say how far that is, or what was found."""
    return setup_preview(request.folder, request.now())


OPERATIONS: tuple[Operation[object], ...] = (
    Operation(
        name="setup_preview_start",
        help="Try the first sync in the background; nothing is written. It goes on when the page is closed.",
        twin="plexsync setup",
        answer=SetupPreview,
        ask=compare,
    ),
    Operation(
        name="setup_preview",
        help="How far that is, and then its counts, what would be lost, and the largest changes.",
        twin="plexsync setup",
        answer=SetupPreview,
        ask=see,
    ),
)
