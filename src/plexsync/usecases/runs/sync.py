"""Asking the agent for a sync, and what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from plexsync.store import Store
from plexsync.store.jobs import PARKED
from plexsync.usecases.data_folder import open_store
from plexsync.usecases.runs.follow import Show, require_agent, result_of

Scope = Literal["all", "since", "scenes"]
_DAY = 86400.0


@dataclass(frozen=True, slots=True)
class SyncRequest:
    """The scenes to sync: all, those changed since a ``moment`` (UTC seconds), or some by id.

    ``origin`` says who asks, ``allowed`` releases the brake.
    """

    scope: Scope
    origin: str
    moment: float | None = None
    scenes: tuple[int, ...] = ()
    allowed: bool = False


@dataclass(frozen=True, slots=True)
class Queued:
    """A sync that the agent has begun: its run, how many scenes it queued, and how long that took."""

    run: int
    scenes: int
    seconds: float


@dataclass(frozen=True, slots=True)
class SyncResult:
    """The results of a sync's scenes: ``became`` counts them by "done", by their cause, or by "" while queued."""

    became: Mapping[str, int]

    def is_complete(self, scope: Scope) -> bool:
        """Tell whether nothing is left to do; scenes that Plex does not have are left over only if asked for by id."""
        return self.became.keys() <= ({"done"} if scope == "scenes" else {"done"} | PARKED)


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
    arguments: dict[str, object] = {"scope": scope, "origin": origin, "allowed": allowed}
    if scope == "since":
        if moment is None:
            raise ValueError("since when?")
        arguments["moment"] = moment
    if scope == "scenes":
        if not scenes:
            raise ValueError("which scenes?")
        arguments["scenes"] = list(scenes)
    return store.commands.ask("sync", arguments, now)


def sync(
    folder: Path, asked: SyncRequest, *, show: Show, now: Callable[[], float], sleep: Callable[[float], None]
) -> Queued:
    """Have the agent queue scenes; the work itself goes on in the background.

    Ctrl-C stops the watching, not the work. Raises :class:`Refused` where no agent lives or the agent refuses.
    """
    with open_store(folder) as store:
        require_agent(store)
        began = now()
        command = ask_sync(
            store,
            scope=asked.scope,
            origin=asked.origin,
            now=began,
            moment=asked.moment,
            scenes=asked.scenes,
            allowed=asked.allowed,
        )
        try:
            result = result_of(store, command, show=show, now=now, sleep=sleep)
        except KeyboardInterrupt:
            store.commands.listen(command, now() + _DAY)  # or the agent takes back what nobody waits for
            raise
    return Queued(int(result["run"]), int(result["queued"]), max(0.1, now() - began))


def result(folder: Path, queued: Queued) -> SyncResult:
    """Say what has become of a sync's scenes by now."""
    with open_store(folder) as store:
        return SyncResult(store.jobs.result_of_run(queued.run))
