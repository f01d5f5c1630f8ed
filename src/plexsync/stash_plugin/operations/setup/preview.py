"""Operations of the set-up's preview."""

from __future__ import annotations

from plexsync.stash_plugin.argument import yes_no
from plexsync.stash_plugin.operations.operation import Operation, PageRequest
from plexsync.usecases.setup.found import SetupPreview, seen_preview, setup_preview


def compare(request: PageRequest) -> SetupPreview:
    """Have it worked out what the first sync would do."""
    from plexsync.usecases.opening import open_data
    from plexsync.usecases.setup.kept_preview import start_setup_preview

    with open_data(request.folder) as opened:
        return start_setup_preview(opened, request.plugin_dir, request.now(), anew=request.flag("anew"))


def see(request: PageRequest) -> SetupPreview:
    """Say how far that is, or what was found."""
    show = seen_preview if request.flag("seen") else setup_preview
    return show(request.folder, request.now())


OPERATIONS: tuple[Operation[object], ...] = (
    Operation(
        name="setup_preview_start",
        help="Make the set-up's preview in the background, unless the last one still fits. Nothing is written. "
        "It goes on when the page is closed.",
        twin="plexsync setup",
        answer=SetupPreview,
        ask=compare,
        arguments=(yes_no("anew", "Make it even if the last one still fits."),),
    ),
    Operation(
        name="setup_preview",
        help="How far the preview is. Once it is made: counts, losses, the largest changes, foreign values.",
        twin="plexsync setup",
        answer=SetupPreview,
        ask=see,
        arguments=(yes_no("seen", "A person sees it now: the step Preview is answered once it is made."),),
    ),
)
