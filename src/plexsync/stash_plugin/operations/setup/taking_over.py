"""Operations about locked values that another tool has left: taken over, left alone, and given back."""

from __future__ import annotations

from plexsync.domain.model import Field
from plexsync.stash_plugin.argument import choices, whole
from plexsync.stash_plugin.operations.operation import Operation, PageRequest
from plexsync.usecases.adopt.adopting import AdoptionRuns, GivenBack, adoptions, release
from plexsync.usecases.opening import open_data
from plexsync.usecases.setup.found import SetupPreview
from plexsync.usecases.setup.kept_preview import start_setup_preview
from plexsync.usecases.setup.steps import SetupView, leave_locked, setup_view


def adopt(request: PageRequest) -> SetupPreview:
    """Have the locked values of some fields taken over, and look again."""
    with open_data(request.folder) as opened:
        return start_setup_preview(opened, request.plugin_dir, request.now(), adopted=request.words("fields"))


def leave(request: PageRequest) -> SetupView:
    """Leave locked values as they are, and go on with the set-up."""
    with open_data(request.folder) as opened:
        leave_locked(opened)
        return setup_view(opened)


def taken(request: PageRequest) -> AdoptionRuns:
    """List what was taken over and can be given back."""
    with open_data(request.folder) as opened:
        return adoptions(opened)


def undo(request: PageRequest) -> GivenBack:
    """Give back what a run has taken over."""
    with open_data(request.folder) as opened:
        return release(opened, request.number("run"))


OPERATIONS: tuple[Operation[object], ...] = (
    Operation(
        name="adopt",
        help="Take over the locked values of some fields in the background, so that they follow Stash. "
        "Then the preview is made anew, as setup_preview_start does.",
        twin="plexsync adopt",
        answer=SetupPreview,
        ask=adopt,
        arguments=(choices("fields", "The fields.", tuple(of.value for of in Field), needed=True),),
        changes=True,
    ),
    Operation(
        name="adopt_leave",
        help="Leave locked values as they are, and go on with the set-up.",
        twin="plexsync setup",
        answer=SetupView,
        ask=leave,
        changes=True,
    ),
    Operation(
        name="adoptions",
        help="The runs that took something over and can be given back.",
        twin="plexsync adopt",
        answer=AdoptionRuns,
        ask=taken,
    ),
    Operation(
        name="adopt_undo",
        help="Give back what a run has taken over: its values count as a person's again.",
        twin="plexsync adopt",
        answer=GivenBack,
        ask=undo,
        arguments=(whole("run", "The run.", needed=True, least=1),),
        changes=True,
    ),
)
