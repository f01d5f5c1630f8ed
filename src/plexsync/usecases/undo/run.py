"""Asking the agent for an undo, watching it, and stopping it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from plexsync.agent.lock import is_held
from plexsync.domain.advice import Advice, explain
from plexsync.history.rows import undo_counts
from plexsync.store import Store
from plexsync.store.history.runs import UNDO
from plexsync.store.history.undo import UndoState
from plexsync.store.state import AGENT_STATUS, AgentStatus
from plexsync.usecases.data_folder import open_store
from plexsync.usecases.outages import outages
from plexsync.usecases.refusal import Refused
from plexsync.usecases.runs.follow import Show, require_agent, result_of
from plexsync.usecases.undo.request import UndoRequest, undone_run
from plexsync.usecases.undo.view import told

POLL_SECONDS = 0.5
GRACE_SECONDS = 5.0
OUTAGE_SECONDS = 60.0
_DAY = 86400.0
_REASONS = 1000


@dataclass(frozen=True, slots=True)
class UndoBegun:
    """The run of an undo that is under way."""

    run: int


@dataclass(frozen=True, slots=True)
class UndoResult:
    """How far an undo is: its run, that run's state, and its scenes by what became of them.

    ``end`` says why nobody waits any longer: "" for the end of the undo, or what keeps the agent from going on.
    ``reasons`` say why fields stayed or failed, each with its number.
    """

    run: int
    state: str
    counts: Mapping[str, int]
    reasons: tuple[tuple[int, Advice], ...] = ()
    end: str = ""
    advice: Advice | None = None


def begin(
    folder: Path, wish: UndoRequest, *, show: Show, now: Callable[[], float], sleep: Callable[[float], None]
) -> int:
    """Have the agent begin an undo and return its run; the work goes on in the background.

    Raises :class:`Refused` where no agent lives, dry run is on, or there is nothing to take back.
    """
    with open_store(folder) as store:
        require_agent(store)
        if store.state.get(AGENT_STATUS, AgentStatus()).dry_run:
            raise Refused("undo_dry_run")
        command = store.commands.ask("undo", wish.arguments(undone_run(store, wish)), now())
        result = result_of(store, command, show=show, now=now, sleep=sleep)
    return int(result["run"])


def watch(
    folder: Path, run: int, *, show: Show, now: Callable[[], float], sleep: Callable[[float], None]
) -> UndoResult:
    """Wait until an undo is through, or until waiting is of no use; ``show`` hears how far it is."""
    with open_store(folder) as store:
        began = now()
        while True:
            result = status(store, run)
            if result.state != "running":
                return result
            code, advice = _trouble(store, now() - began, now())
            if code:
                return UndoResult(run, result.state, result.counts, result.reasons, code, advice)
            left = result.counts.get(UndoState.WANTED.value, 0)
            known = store.runs.get(run)
            total = max(1, left, 0 if known is None else known.total)
            show((total - left) / total, {"done": total - left, "left": left})
            sleep(POLL_SECONDS)


def undo_state(folder: Path, run: int) -> UndoResult:
    """Say how far an undo is; raises :class:`Refused` where a run is none."""
    with open_store(folder) as store:
        return status(store, run)


def status(store: Store, run: int) -> UndoResult:
    """Say how far an undo is; raises :class:`Refused` where a run is none."""
    known = store.runs.get(run)
    if known is None or known.kind != UNDO:
        raise Refused("undo_not_running", {"run": str(run)})
    counts = undo_counts(store, known)
    reasons: dict[str, tuple[int, Advice]] = {}
    for state in (UndoState.STAYS, UndoState.FAILED):
        for row in store.undos.of_run(run, state, 0, _REASONS):
            number, words = reasons.get(row.reason, (0, explain(row.reason, told(row))))
            reasons[row.reason] = (number + 1, words)
    return UndoResult(run, known.state, counts, tuple(reasons.values()))


def _trouble(store: Store, waited: float, now: float) -> tuple[str, Advice | None]:
    """Return what keeps the agent from going on, "" for nothing."""
    if waited < GRACE_SECONDS:
        return "", None
    if not is_held(store.folder):
        return "no_agent", explain("no_agent", {})
    if store.state.get(AGENT_STATUS, AgentStatus()).paused:
        return "paused", explain("paused", {})
    for outage in outages(store):
        if now - outage.since >= OUTAGE_SECONDS:
            return "outage", outage.advice
    return "", None


def stop(folder: Path, run: int, *, now: Callable[[], float], sleep: Callable[[float], None]) -> UndoResult:
    """Stop an undo: what has gone back stays so, all else stays as it is; raises :class:`Refused`."""
    with open_store(folder) as store:
        if status(store, run).state != "running":
            raise Refused("undo_not_running", {"run": str(run)})
        require_agent(store)
        command = store.commands.ask("undo_stop", {"run": run, "origin": "somebody"}, now())
        result_of(store, command, show=lambda *_: None, now=now, sleep=sleep)
        return status(store, run)
