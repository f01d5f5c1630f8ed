"""Work that the brakes hold, and how a person lets it pass once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from plexsync.domain.advice import Advice, explain
from plexsync.domain.reconcile.brakes import Vanished
from plexsync.store import Store
from plexsync.store.history.runs import RECONCILE, SYNC
from plexsync.store.state import VANISHED
from plexsync.usecases.data_folder import open_store

EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Released:
    """How many scenes were let pass, and whether a reconcile waits for the same word."""

    scenes: int
    is_reconcile_braked: bool


def brake_advice(store: Store) -> Iterator[Advice]:
    """Say what the brakes hold and why, with examples of what would be taken away."""
    vanished = store.state.get(VANISHED, Vanished())
    if vanished.is_alarming:
        yield explain("scenes_vanished", {"gone": str(vanished.gone), "linked": str(vanished.linked)})
    held = store.jobs.number_held()
    if held:
        yield explain("brake_holds", {"held": str(held), "linked": str(store.links.number())})
    for job in store.jobs.held_examples(EXAMPLES):
        yield explain("brake_example", {**job.detail, "scene": str(job.scene_id)})


def allow_once(folder: Path, origin: str, now: float) -> Released:
    """Let pass what the brakes hold now; what comes later is held anew."""
    with open_store(folder) as store, store.transaction():
        vanished = store.state.get(VANISHED, Vanished())
        store.state.put(VANISHED, replace(vanished, accepted=vanished.gone))
        newest = next((run for run in store.runs.newest_of(RECONCILE, 1) if run.state == "braked"), None)
        held = store.jobs.number_held()
        if held:
            run = store.runs.start(SYNC, origin, "held", now, allowed=True)
            store.runs.add(run, held)
            store.jobs.release_held(run, now)
        return Released(held, newest is not None)
