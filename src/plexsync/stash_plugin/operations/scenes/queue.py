"""Operations about the queue."""

from __future__ import annotations

from plexsync.domain.person.lanes import QUEUED_LANES, Lane
from plexsync.stash_plugin.argument import choices, text, whole, wholes
from plexsync.stash_plugin.operations.operation import Operation, PageRequest
from plexsync.usecases.queue import changes, pages
from plexsync.usecases.queue.changes import Clearing, NowQueued, Removed, Reordered
from plexsync.usecases.queue.pages import QueuePage

_MOST_ROWS = 1000
_SCENES = wholes("scenes", "The ids of the scenes.", needed=True)


def show(request: PageRequest) -> QueuePage:
    """Return a page of the queue."""
    lanes = tuple(map(Lane, request.words("lanes"))) or QUEUED_LANES
    limit, offset = request.number("limit"), request.number("offset")
    return pages.listed(request.folder, lanes, text=request.text("text"), limit=limit, offset=offset)


def front(request: PageRequest) -> Reordered:
    """Let scenes go first."""
    return changes.move_to_front(request.folder, request.numbers("scenes"), request.now())


def remove(request: PageRequest) -> Removed:
    """Take scenes out of the queue."""
    return changes.remove(request.folder, request.numbers("scenes"), request.now())


def clearing(request: PageRequest) -> Clearing:
    """Say what clearing would do."""
    return changes.clearing(request.folder, request.now())


def clear(request: PageRequest) -> Removed:
    """Clear the queue."""
    return changes.clear(request.folder, request.now())


def sync_now(request: PageRequest) -> NowQueued:
    """Look at scenes before all others."""
    return changes.sync_now(request.folder, request.numbers("scenes"), request.now())


OPERATIONS: tuple[Operation[object], ...] = (
    Operation(
        name="queue_rows",
        help="Some rows of the queue, in the order of the work, and how many there are in each part.",
        twin="plexsync queue list",
        answer=QueuePage,
        ask=show,
        arguments=(
            choices(
                "lanes", "The parts of the queue; left out, all but what was given up.", [one.value for one in Lane]
            ),
            text("text", "Words to look for in id, title, path and cause.", default=""),
            whole("limit", "At most so many rows.", default=100, least=1, most=_MOST_ROWS),
            whole("offset", "Skip so many of the first rows.", default=0),
        ),
    ),
    Operation(
        name="queue_front",
        help="Let scenes go before all others; one that waits is tried at once.",
        twin="plexsync queue front",
        answer=Reordered,
        ask=front,
        changes=True,
        arguments=(_SCENES,),
    ),
    Operation(
        name="queue_remove",
        help="Take scenes out of the queue; a reconcile finds again what differs.",
        twin="plexsync queue remove",
        answer=Removed,
        ask=remove,
        changes=True,
        arguments=(_SCENES,),
    ),
    Operation(
        name="queue_clearing",
        help="How many scenes clearing the queue would take out, and what is lost by it.",
        twin="plexsync queue clear",
        answer=Clearing,
        ask=clearing,
    ),
    Operation(
        name="queue_clear",
        help="Take all scenes out of the queue.",
        twin="plexsync queue clear",
        answer=Removed,
        ask=clear,
        changes=True,
    ),
    Operation(
        name="sync_now",
        help="Look at scenes before all others.",
        twin="plexsync sync",
        answer=NowQueued,
        ask=sync_now,
        changes=True,
        arguments=(_SCENES,),
    ),
)
