"""Operations about taking back what a run wrote."""

from __future__ import annotations

import time
from collections.abc import Mapping

from plexsync.stash_plugin.argument import Argument, choices, whole, yes_no
from plexsync.stash_plugin.operations.operation import Operation, PageRequest
from plexsync.usecases.undo.request import FIELDS, PICTURES, UndoRequest
from plexsync.usecases.undo.run import UndoBegun, UndoResult, begin, stop, undo_state
from plexsync.usecases.undo.view import UndoBlock

ORIGIN = "page"
_RUN = whole("run", "The number of the undo.", needed=True, least=1)
WISH: tuple[Argument, ...] = (
    whole("run", "The run to take back; 0 for the last one that wrote something for the scene.", default=0),
    whole("scene", "Only this scene; 0 for all.", default=0),
    choices("fields", "Only these fields and pictures; none means all.", (*FIELDS, *PICTURES)),
    yes_no("lift", "Let PlexSync write again what was taken back before."),
)


def _wish(request: PageRequest) -> UndoRequest:
    run, scene = request.number("run") or None, request.number("scene")
    return UndoRequest(ORIGIN, run, scene, request.words("fields"), request.flag("lift"))


def preview(request: PageRequest) -> UndoBlock:
    """Say what would go back of the next scenes."""
    from plexsync.usecases.opening import open_data
    from plexsync.usecases.undo.preview import preview_block

    with open_data(request.folder) as opened:
        return preview_block(opened, _wish(request), request.number("cursor"))


def start(request: PageRequest) -> UndoBegun:
    """Begin an undo."""
    return UndoBegun(begin(request.folder, _wish(request), show=_nobody, now=request.now, sleep=time.sleep))


def state(request: PageRequest) -> UndoResult:
    """Say how far an undo is."""
    return undo_state(request.folder, request.number("run"))


def end(request: PageRequest) -> UndoResult:
    """Stop an undo."""
    return stop(request.folder, request.number("run"), now=request.now, sleep=time.sleep)


def _nobody(_progress: float, _figures: Mapping[str, object]) -> None:
    pass


OPERATIONS: tuple[Operation[object], ...] = (
    Operation(
        name="undo_preview",
        help="Look at an undo, some scenes at a time: what goes back, what stays, and why. Nothing is written.",
        twin="plexsync undo",
        answer=UndoBlock,
        ask=preview,
        arguments=(*WISH, whole("cursor", "That of the part before; 0 for the first.", default=0)),
    ),
    Operation(
        name="undo_start",
        help="Take back a run, or what it wrote for one scene or field; the agent works on it.",
        twin="plexsync undo",
        answer=UndoBegun,
        ask=start,
        changes=True,
        arguments=WISH,
    ),
    Operation(
        name="undo_state",
        help="How far an undo is, and why fields stayed.",
        twin="plexsync undo",
        answer=UndoResult,
        ask=state,
        arguments=(_RUN,),
    ),
    Operation(
        name="undo_stop",
        help="Stop an undo: scenes under way come to their end, all others stay as they are.",
        twin="plexsync undo",
        answer=UndoResult,
        ask=end,
        changes=True,
        arguments=(_RUN,),
    ),
)
