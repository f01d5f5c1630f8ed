"""Operations about the history."""

from __future__ import annotations

from plexsync.stash_plugin.argument import choices, text, whole
from plexsync.stash_plugin.operations.operation import Operation, PageRequest
from plexsync.usecases.history.pages import KINDS, HistoryPage, HistoryWish, HistoryWrites, history_page, run_writes

_MOST_ROWS = 100
_MOST_WRITES = 1000


def rows(request: PageRequest) -> HistoryPage:
    """Return a page of the history."""
    kinds, scene, words = request.words("kinds") or KINDS, request.number("scene"), request.text("text")
    wish = HistoryWish(kinds, scene, words, 0.0, request.text("cursor"), request.number("limit"))
    return history_page(request.folder, wish)


def writes(request: PageRequest) -> HistoryWrites:
    """Return a block of a run's writes."""
    return run_writes(
        request.folder,
        request.number("run"),
        scene=request.number("scene"),
        field=request.text("field"),
        text=request.text("text"),
        offset=request.number("offset"),
        limit=request.number("limit"),
    )


OPERATIONS: tuple[Operation[object], ...] = (
    Operation(
        name="history",
        help="A page of the history, the newest first: one row for each cause.",
        twin="plexsync history",
        answer=HistoryPage,
        ask=rows,
        arguments=(
            choices("kinds", "Only these kinds; none means all.", KINDS),
            whole("scene", "Only this scene; 0 for all.", default=0),
            text("text", "A scene's title, a field or a value to look for.", default="", longest=200),
            text("cursor", "That of the page before; nothing for the first.", default="", longest=60),
            whole("limit", "At most so many rows.", default=30, least=1, most=_MOST_ROWS),
        ),
    ),
    Operation(
        name="history_run",
        help="A block of what a run wrote, scene by scene: each field before and after, and why.",
        twin="plexsync history",
        answer=HistoryWrites,
        ask=writes,
        arguments=(
            whole("run", "The number of the run.", needed=True, least=1),
            whole("scene", "Only this scene; 0 for all.", default=0),
            text("field", "Only this field.", default="", longest=40),
            text("text", "A scene's title, a field or a value to look for.", default="", longest=200),
            whole("offset", "Skip so many of the first rows.", default=0),
            whole("limit", "At most so many rows.", default=_MOST_WRITES, least=1, most=_MOST_WRITES),
        ),
    ),
)
