"""A person puts the queue in order: what goes first, and what goes out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from plexsync.domain.advice import Advice, explain
from plexsync.domain.phrases import span
from plexsync.store.history.runs import UNDO
from plexsync.store.jobs import Priority, State
from plexsync.store.state import NEXT_RECONCILE, NextReconcile
from plexsync.usecases.data_folder import open_store
from plexsync.usecases.refusal import Refused


@dataclass(frozen=True, slots=True)
class Reordered:
    """How many scenes were moved, and how many a brake or a dry run holds where they are."""

    moved: int
    held: int


@dataclass(frozen=True, slots=True)
class NowQueued:
    """How many scenes were queued."""

    scenes: int


@dataclass(frozen=True, slots=True)
class Removed:
    """How many scenes were taken out of the queue, and what finds them again."""

    removed: int
    lost: Advice


@dataclass(frozen=True, slots=True)
class Clearing:
    """The question before the queue is cleared: how many scenes, and what is lost by it."""

    scenes: int
    lost: Advice


def move_to_front(folder: Path, scene_ids: Iterable[int], now: float) -> Reordered:
    """Let scenes go before all others, the first of them first."""
    scenes = list(dict.fromkeys(scene_ids))
    with open_store(folder) as store, store.transaction():
        held = sum(
            job.state is State.WAITING and job.cause in {"brake", "dry_run"}
            for job in map(store.jobs.get, scenes)
            if job is not None
        )
        return Reordered(store.queue.move_to_front(scenes, now), held)


def remove(folder: Path, scene_ids: Iterable[int], now: float) -> Removed:
    """Take scenes out of the queue."""
    scenes = tuple(scene_ids)
    with open_store(folder) as store, store.transaction():
        store.undos.stop_scenes(scenes)  # or they would go back whenever something else is written there
        return Removed(store.queue.remove(scenes, now), _lost(store.state.get(NEXT_RECONCILE), now))


def sync_now(folder: Path, scene_ids: Iterable[int], now: float) -> NowQueued:
    """Have scenes looked at before all others; raises :class:`Refused` for one that is ignored."""
    scenes = list(dict.fromkeys(scene_ids))
    with open_store(folder) as store, store.transaction():
        ignored = store.decisions.ignored_among(scenes)
        if ignored:
            raise Refused("sync_of_ignored", {"scene": str(min(ignored))})
        store.jobs.enqueue(scenes, priority=Priority.PERSON, origin="person", now=now)
        return NowQueued(len(scenes))


def clearing(folder: Path, now: float) -> Clearing:
    """Say what clearing the queue would take out of it, and what is lost by that."""
    with open_store(folder) as store:
        scenes = sum(count.number for count in store.jobs.counts() if count.state in {State.QUEUED, State.WAITING})
        return Clearing(scenes, _lost(store.state.get(NEXT_RECONCILE), now))


def clear(folder: Path, now: float) -> Removed:
    """Forget all that is queued or waiting."""
    with open_store(folder) as store:
        removed = store.queue.clear((State.QUEUED, State.WAITING), now)
        for run in store.runs.running(UNDO):
            store.undos.stop(run.id)
        return Removed(removed, _lost(store.state.get(NEXT_RECONCILE), now))


def _lost(planned: NextReconcile | None, now: float) -> Advice:
    at = None if planned is None else planned.at
    if at is None or at <= now:
        return explain("nothing_lost", {})
    return explain("nothing_lost.planned", {"when": span(at - now)})
