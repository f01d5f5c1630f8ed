"""Asking the agent for a sync, following it, waiting for the queue, and trying out what would change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, Literal

from plexsync.agent.lock import is_held
from plexsync.stash import scenes as stash_scenes
from plexsync.store import Store
from plexsync.store.commands import Command
from plexsync.sync.planner import ScenePlan
from plexsync.usecases.opening import Opened, rehearse

Scope = Literal["all", "since", "scenes"]
Show = Callable[[float, Mapping[str, Any]], None]

LISTEN_SECONDS = 1.0
NOBODY_SECONDS = 5.0
PREVIEW_BATCH = 200
ENDED = frozenset({"done", "failed", "cancelled"})


def ask_sync(  # noqa: PLR0913  scope, its two arguments, and who asks when
    store: Store,
    *,
    scope: Scope,
    origin: str,
    now: float,
    moment: float | None = None,
    scenes: Sequence[int] = (),
    allowed: bool = False,
) -> int:
    """Ask the agent to look at many scenes; returns the command's id. ``allowed`` releases the brake.

    ``moment`` (UTC seconds) goes with "since", ``scenes`` with "scenes". Raises ValueError for a scope without them.
    """
    arguments: dict[str, Any] = {"scope": scope, "origin": origin, "allowed": allowed}
    if scope == "since":
        if moment is None:
            raise ValueError("since when?")
        arguments["moment"] = moment
    if scope == "scenes":
        if not scenes:
            raise ValueError("which scenes?")
        arguments["scenes"] = list(scenes)
    return store.commands.ask("sync", arguments, now)


def follow(
    store: Store, command_id: int, *, show: Show, now: Callable[[], float], sleep: Callable[[float], None]
) -> Command:
    """Listen to a command until it has ended, showing its progress (0..1 and what it says) once a second.

    Whoever stops listening stops the command. It fails as "no_agent" when no agent lives for five seconds.
    """
    alone_since: float | None = None
    while True:
        store.commands.listen(command_id, now())
        command = store.commands.get(command_id)
        if command is None:
            raise LookupError(f"command {command_id} is gone")
        if command.state in ENDED:
            return command
        show(command.progress, command.result)
        if is_held(store.folder):
            alone_since = None
        elif alone_since is None:
            alone_since = now()
        elif now() - alone_since >= NOBODY_SECONDS:
            store.commands.end(command_id, "failed", {"code": "no_agent"}, now())
        sleep(_pause(command))


def failure_of(command: Command) -> tuple[str, Mapping[str, str]]:
    """Return the code and data by which the end of a command that failed is explained."""
    code = command.result.get("code") or command.result.get("error") or command.state
    return str(code), command.result.get("data", {})


def _pause(command: Command) -> float:
    """Look sooner at a command that is new: most end within a second."""
    return 0.1 if command.state == "new" else LISTEN_SECONDS / 4


def preview(
    opened: Opened, *, scope: Scope, moment: float | None = None, scenes: Iterable[int] = ()
) -> Iterator[ScenePlan]:
    """Yield what a sync would do to each scene: nothing is written to Plex and no job changes.

    Raises server and settings errors; a scene that Stash does not have is left out.
    """
    client = opened.context.stash
    with rehearse(opened) as rehearsal:
        ids = _ids(opened, scope, moment, scenes)
        while batch := list(islice(ids, PREVIEW_BATCH)):
            read = stash_scenes.read(client, batch).scenes
            yield from rehearsal.planner.plan([read[scene] for scene in batch if scene in read])


def _ids(opened: Opened, scope: Scope, moment: float | None, scenes: Iterable[int]) -> Iterator[int]:
    client = opened.context.stash
    if scope == "scenes":
        yield from dict.fromkeys(scenes)
    elif scope == "since":
        if moment is None:
            raise ValueError("since when?")
        yield from sorted(stash_scenes.since(client, moment))
    else:
        for page in stash_scenes.listing(client):
            yield from page.ids
