"""Operations about the kept preview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plexsync.domain.model import ORDER
from plexsync.domain.reconcile.gaps import GapKind
from plexsync.domain.reconcile.preview import Filter
from plexsync.stash_plugin.argument import Argument, choice, choices, text, whole, yes_no
from plexsync.stash_plugin.operations.operation import Operation, PageRequest
from plexsync.usecases.preview.show import PreviewPage, PreviewState, cancel_preview, preview_page, preview_state

if TYPE_CHECKING:
    from plexsync.usecases.runs.reconcile import ReconcileRequest

MOST_ROWS = 1000
SCOPES = ("all", "24h", "7d", "custom")
KINDS = tuple(kind.value for kind in GapKind)
REQUEST: tuple[Argument, ...] = (
    choice("scope", "The scenes to compare.", SCOPES, default="all"),
    text("begin", "Beginning of a custom range, as a person writes a moment.", default="", longest=40),
    text("end", "End of a custom range.", default="", longest=40),
    choices("kinds", "Only gaps of these kinds; none means all.", KINDS),
    yes_no("deep", "Read every scene and item in full."),
)


def asked_by(request: PageRequest, *, allowed: bool = False) -> ReconcileRequest:
    """Return what the arguments of :data:`REQUEST` ask for."""
    from plexsync.usecases.runs.reconcile import page_request

    return page_request(
        request.text("scope"),
        request.text("begin"),
        request.text("end"),
        request.words("kinds"),
        deep=request.flag("deep"),
        allowed=allowed,
    )


def start(request: PageRequest) -> PreviewState:
    """Have a process of its own make a preview."""
    from plexsync.usecases.preview.start import start_preview

    return start_preview(request.folder, request.plugin_dir, asked_by(request), request.now())


def state(request: PageRequest) -> PreviewState:
    """Say how the preview stands."""
    return preview_state(request.folder, request.now())


def cancel(request: PageRequest) -> PreviewState:
    """Stop the preview that is being made."""
    return cancel_preview(request.folder, request.now())


def rows(request: PageRequest) -> PreviewPage:
    """Return a block of rows."""
    wanted = Filter(
        kind=request.text("kind"),
        field=request.text("field"),
        text=request.text("text"),
        taken_away=request.flag("taken_away"),
        only_locked=request.flag("only_locked"),
    )
    return preview_page(request.folder, wanted, offset=request.number("offset"), limit=request.number("limit"))


OPERATIONS: tuple[Operation[object], ...] = (
    Operation(
        name="preview_start",
        help="Compare both sides in the background and keep what would change; nothing is written.",
        twin="plexsync preview start",
        answer=PreviewState,
        ask=start,
        arguments=REQUEST,
    ),
    Operation(
        name="preview",
        help="How the kept preview stands, and its counts once it is done.",
        twin="plexsync preview status",
        answer=PreviewState,
        ask=state,
    ),
    Operation(
        name="preview_cancel",
        help="Stop the preview that is being made.",
        twin="plexsync preview cancel",
        answer=PreviewState,
        ask=cancel,
    ),
    Operation(
        name="preview_rows",
        help="A block of the preview's rows, in their order.",
        twin="plexsync preview show",
        answer=PreviewPage,
        ask=rows,
        arguments=(
            choice("kind", "Only gaps of this kind.", ("", *KINDS), default=""),
            choice("field", "Only this field.", ("", *ORDER), default=""),
            text("text", "Only rows with this in a title or value.", default="", longest=200),
            yes_no("taken_away", "Only rows that take something away."),
            yes_no("only_locked", "Only rows that lock a value which is right already."),
            whole("offset", "Skip so many of the first rows.", default=0),
            whole("limit", "At most so many rows.", default=MOST_ROWS, least=1, most=MOST_ROWS),
        ),
    ),
)
