"""Reconciling as the overview shows it: the last runs with their gaps by kind, the one under way, the next one."""

from __future__ import annotations

from dataclasses import dataclass

from plexsync.domain.advice import KIND_WORDS, SCOPE_WORDS
from plexsync.store import Store
from plexsync.store.history.runs import RECONCILE, Run
from plexsync.store.state import NEXT_RECONCILE

RUNS = 14


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many gaps of a kind a run has found."""

    kind: str
    words: str
    number: int


@dataclass(frozen=True, slots=True)
class RunView:
    """One run; ``started_at`` is UTC seconds, and ``progress`` is 0..1."""

    id: int
    scope: str
    state: str
    started_at: float
    progress: float
    gaps: int
    queued: int
    kinds: tuple[KindCount, ...]


@dataclass(frozen=True, slots=True)
class ReconcilesView:
    """The newest runs that are over, newest first, the one under way, and when the next is due (0.0 for never)."""

    runs: tuple[RunView, ...]
    running: RunView | None
    next_at: float


def reconciles_of(store: Store, *, alive: bool) -> ReconcilesView:
    """Return what is remembered of reconciling; a run that no agent is at is none."""
    planned = store.state.get(NEXT_RECONCILE)
    newest = store.runs.newest_of(RECONCILE, RUNS + 1)
    running = next((run for run in newest if alive and not run.ended_at), None)
    return ReconcilesView(
        tuple(_view(run) for run in newest if run.ended_at)[:RUNS],
        None if running is None else _view(running),
        (planned and planned.at) or 0.0,
    )


def _view(run: Run) -> RunView:
    kinds = run.result.get("kinds", {})
    return RunView(
        id=run.id,
        scope=SCOPE_WORDS.get(run.scope, run.scope),
        state=run.state,
        started_at=run.started_at,
        progress=1.0 if run.ended_at else float(run.result.get("progress", 0.0)),
        gaps=int(run.result.get("gaps", 0)),
        queued=int(run.result.get("queued", 0)),
        kinds=tuple(KindCount(kind, KIND_WORDS.get(kind, kind), int(number)) for kind, number in kinds.items()),
    )
