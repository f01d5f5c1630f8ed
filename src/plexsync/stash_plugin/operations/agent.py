"""Operations about the agent."""

from __future__ import annotations

from plexsync.stash_plugin.argument import choice, yes_no
from plexsync.stash_plugin.operations.operation import Operation, PageRequest
from plexsync.usecases.agent import waking
from plexsync.usecases.agent.waking import Woken
from plexsync.usecases.settings import switches
from plexsync.usecases.settings.switches import Switched


def wake(request: PageRequest) -> Woken:
    """Have the agent look at its settings again; it was started before if it was not running."""
    return waking.wake(request.folder, request.now())


def restart(request: PageRequest) -> Woken:
    """Have the agent end and start anew; it was started before if it was not running."""
    return waking.ask_restart(request.folder, request.now())


def switch(request: PageRequest) -> Switched:
    """Turn a switch on or off."""
    return switches.switch(request.folder, request.text("name"), on=request.flag("on"))


OPERATIONS: tuple[Operation[object], ...] = (
    Operation(
        name="wake",
        help="Start the agent if it is not running, and have it look at its settings again.",
        twin="plexsync agent",
        answer=Woken,
        ask=wake,
    ),
    Operation(
        name="restart",
        help="Have the agent end and start anew.",
        twin="plexsync restart",
        answer=Woken,
        ask=restart,
        changes=True,
    ),
    Operation(
        name="switch",
        help="Pause, go on, or turn the dry run on or off; kept in settings.toml.",
        twin="plexsync config set",
        answer=Switched,
        ask=switch,
        changes=True,
        arguments=(
            choice("name", "Which switch.", switches.SWITCHES, needed=True),
            yes_no("on", "Whether it is to be on."),
        ),
    ),
)
