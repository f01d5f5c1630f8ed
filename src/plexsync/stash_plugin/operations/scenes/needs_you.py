"""Operations about scenes that need a person."""

from __future__ import annotations

from plexsync.stash_plugin.argument import text, whole, wholes
from plexsync.stash_plugin.operations.operation import Operation, PageRequest
from plexsync.usecases.needs_you import causes, ignoring, scanning
from plexsync.usecases.needs_you.causes import NeedsYou, NeedyPage
from plexsync.usecases.needs_you.ignoring import Heeded, IgnoredPage, NowIgnored
from plexsync.usecases.needs_you.scanning import ScanAsked
from plexsync.usecases.queue import dead_letters
from plexsync.usecases.queue.dead_letters import Retried
from plexsync.usecases.refusal import Refused

_MOST_ROWS = 1000
_LONGEST_CAUSE = 40
_LIMIT = whole("limit", "At most so many rows.", default=100, least=1, most=_MOST_ROWS)
_OFFSET = whole("offset", "Skip so many of the first rows.", default=0)
_CAUSE = text("cause", "All scenes that need a person for this cause.", longest=_LONGEST_CAUSE)
_SCENES = wholes("scenes", "The ids of the scenes.")


def show(request: PageRequest) -> NeedsYou:
    """Return all causes with their first scenes."""
    return causes.needs_you(request.folder, request.now(), request.numbers("seen"))


def rows(request: PageRequest) -> NeedyPage:
    """Return some scenes of one cause."""
    limit, offset = request.number("limit"), request.number("offset")
    return causes.scenes_of(request.folder, request.text("cause"), request.now(), limit=limit, offset=offset)


def retry(request: PageRequest) -> Retried:
    """Try scenes again, or all of one cause."""
    cause, scenes = _scenes_or_cause(request)
    if cause is not None:
        return Retried(dead_letters.retry(request.folder, request.now(), cause))
    return Retried(dead_letters.retry_scenes(request.folder, scenes, request.now()))


def ignore(request: PageRequest) -> NowIgnored:
    """Leave scenes alone, or all of one cause."""
    cause, scenes = _scenes_or_cause(request)
    if cause is not None:
        return ignoring.ignore_cause(request.folder, cause, request.now())
    return ignoring.ignore(request.folder, scenes, request.now())


def heed(request: PageRequest) -> Heeded:
    """Ignore scenes no longer, or take back one act of ignoring."""
    act = request.text("act")
    if act:
        return ignoring.heed_act(request.folder, act, request.now())
    return ignoring.heed(request.folder, request.numbers("scenes"), request.now())


def ignored(request: PageRequest) -> IgnoredPage:
    """Return some ignored scenes."""
    return ignoring.ignored(request.folder, limit=request.number("limit"), offset=request.number("offset"))


def scan(request: PageRequest) -> ScanAsked:
    """Have Plex scan."""
    return scanning.ask_scan(request.folder, request.numbers("scenes"), request.now())


def _scenes_or_cause(request: PageRequest) -> tuple[str | None, tuple[int, ...]]:
    """Return the cause or the scenes, of which there must be one; raises :class:`Refused`."""
    cause, scenes = request.text_or_none("cause"), request.numbers("scenes")
    if (cause is None) == (not scenes):
        raise Refused("scenes_or_cause")
    return cause, scenes


OPERATIONS: tuple[Operation[object], ...] = (
    Operation(
        name="needs_you",
        help="All that needs a person, by cause, with the first scenes of each.",
        twin="plexsync needs-you",
        answer=NeedsYou,
        ask=show,
        arguments=(wholes("seen", "Scenes shown before: say what became of them.", longest=200),),
    ),
    Operation(
        name="needs_you_rows",
        help="Some of the scenes that need a person for one cause.",
        twin="plexsync needs-you",
        answer=NeedyPage,
        ask=rows,
        arguments=(text("cause", "The cause.", needed=True, longest=_LONGEST_CAUSE), _LIMIT, _OFFSET),
    ),
    Operation(
        name="retry",
        help="Try dead letters again: some scenes, or all of one cause.",
        twin="plexsync queue retry",
        answer=Retried,
        ask=retry,
        changes=True,
        arguments=(_SCENES, _CAUSE),
    ),
    Operation(
        name="ignore",
        help="Leave scenes alone, or all that need a person for one cause.",
        twin="plexsync ignore",
        answer=NowIgnored,
        ask=ignore,
        changes=True,
        arguments=(_SCENES, _CAUSE),
    ),
    Operation(
        name="heed",
        help="Ignore scenes no longer, or take back one act of ignoring by its name.",
        twin="plexsync ignore",
        answer=Heeded,
        ask=heed,
        changes=True,
        arguments=(_SCENES, text("act", "The name that ignoring gave.", default="", longest=40)),
    ),
    Operation(
        name="ignored",
        help="Some of the ignored scenes, the newest decision first.",
        twin="plexsync ignore",
        answer=IgnoredPage,
        ask=ignored,
        arguments=(_LIMIT, _OFFSET),
    ),
    Operation(
        name="scan",
        help="Have Plex scan for the files of some scenes, or of all whose file it does not list.",
        twin="plexsync scan",
        answer=ScanAsked,
        ask=scan,
        changes=True,
        arguments=(_SCENES,),
    ),
)
