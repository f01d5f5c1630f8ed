"""A reconcile as the page sees it from its start to the last write: started, followed, stopped, gone on with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

from plexsync.agent.lock import is_held
from plexsync.domain.advice import Advice, explain
from plexsync.domain.phrases import counted
from plexsync.domain.reconcile.preview import Brake
from plexsync.store import Store
from plexsync.store.commands import Command
from plexsync.store.history.runs import RECONCILE, Run
from plexsync.usecases.data_folder import open_store
from plexsync.usecases.refusal import Refused
from plexsync.usecases.runs.follow import failure_of, require_agent
from plexsync.usecases.runs.reconcile import ReconcileRequest

YEAR = 365 * 24 * 3600.0
MEASURED_SECONDS = 10.0
"""So long the rate is measured before the time left is told."""

SOON = 5.0
RECENT = 20
"""Among so many of the newest runs there may be some that still write."""


@dataclass(frozen=True, slots=True)
class RunState:
    """How a reconcile stands.

    ``phase`` is none, comparing, writing, done, stopped, braked, cancelled or failed; then ``trouble`` says why.
    ``command`` and ``run`` name it, 0 where there is none (yet). While it compares, ``compared`` of ``total`` scenes
    are judged. Then ``scenes`` were queued, of which ``written`` are done and ``stopped`` wait for a person;
    ``changes`` fields were written, and ``already_queued`` scenes waited before. ``seconds_left`` is None until it can
    be told. From ``taking`` of ``linked`` items it takes something away. ``since`` a moment that was asked for, so many
    scenes were written, by whatever way.
    """

    phase: str
    command: int = 0
    run: int = 0
    compared: int = 0
    total: int = 0
    scenes: int = 0
    written: int = 0
    stopped: int = 0
    changes: int = 0
    already_queued: int = 0
    seconds_left: float | None = None
    taking: int = 0
    linked: int = 0
    since: int = 0
    brakes: tuple[Brake, ...] = ()
    trouble: Advice | None = None


@dataclass(frozen=True, slots=True)
class Rest:
    """The fate of the rest of a stopped run: how many scenes, and that in words."""

    scenes: int
    text: str


def start_reconcile(folder: Path, asked: ReconcileRequest, now: float) -> RunState:
    """Have the agent compare both sides and queue what differs; it goes on when nobody watches.

    Raises :class:`Refused` where no agent lives.
    """
    with open_store(folder) as store:
        require_agent(store)
        command = store.commands.ask(RECONCILE, asked.arguments(), now)
        store.commands.listen(command, now + YEAR)  # or the agent takes it back when nobody says that he waits
        return _state(store, command, now)


def reconcile_state(folder: Path, now: float, command: int = 0, since: float | None = None) -> RunState:
    """Say how a reconcile stands: that of a command, else the one that compares now, else the newest.

    ``since`` (UTC seconds) asks how many scenes were written from then on.
    """
    with open_store(folder) as store:
        state = _state(store, command, now)
        return state if since is None else replace(state, since=store.journal.scenes_since(since))


def stop_reconcile(folder: Path, now: float) -> RunState:
    """Stop what compares, or let wait what a run has not written yet.

    Raises :class:`Refused` where there is neither.
    """
    with open_store(folder) as store:
        command = store.commands.unfinished(RECONCILE)
        if command is not None:
            store.commands.cancel(command.id)
            return _state(store, command.id, now)
        stopped = sum(store.queue.stop_run(run.id, now) for run in store.runs.newest_of(RECONCILE, RECENT))
        if not stopped:
            raise Refused("no_run_to_stop")
        return _state(store, 0, now)


def resume_stopped(folder: Path, now: float) -> Rest:
    """Go on with what was stopped."""
    with open_store(folder) as store:
        scenes = store.queue.resume_stopped(now)
        return Rest(scenes, f"{counted(scenes, 'scene')} queued again.")


def remove_stopped(folder: Path, now: float) -> Rest:
    """Take what was stopped out of the queue; the next reconcile finds again what differs."""
    with open_store(folder) as store:
        scenes = store.queue.remove_stopped(now)
        return Rest(scenes, f"{counted(scenes, 'scene')} taken out of the queue.")


def _state(store: Store, command_id: int, now: float) -> RunState:
    command = store.commands.get(command_id) if command_id else store.commands.unfinished(RECONCILE)
    if command is not None and command.state in {"new", "running"}:
        return _comparing(store, command, now)
    if command is not None and command.state != "done":
        phase = "cancelled" if command.state == "cancelled" else "failed"
        return RunState(phase, command.id, trouble=explain(*failure_of(command)))
    run = _current(store) if command is None else store.runs.get(int(command.result["run"]))
    return RunState("none") if run is None else _of_run(store, run, 0 if command is None else command.id, now)


def _current(store: Store) -> Run | None:
    """Return the newest run that still writes, else the newest one with a rest, else the newest."""
    runs = store.runs.newest_of(RECONCILE, RECENT)
    rests = {run.id: store.queue.rest_of_run(run.id) for run in runs}
    writing = (run for run in runs if rests[run.id].coming)
    stopped = (run for run in runs if rests[run.id].stopped)
    return next(chain(writing, stopped, runs), None)


def _comparing(store: Store, command: Command, now: float) -> RunState:
    if now - command.asked_at >= SOON and not is_held(store.folder):
        return RunState("failed", command.id, trouble=explain("no_agent", {}))
    return RunState(
        "comparing",
        command.id,
        compared=int(command.result.get("compared", 0)),
        total=int(command.result.get("total", 0)),
    )


def _of_run(store: Store, run: Run, command: int, now: float) -> RunState:
    rest = store.queue.rest_of_run(run.id)
    written = max(0, run.total - rest.coming - rest.stopped - rest.parked)
    return RunState(
        phase=_phase(run, rest.coming, rest.stopped),
        command=command,
        run=run.id,
        compared=int(run.result.get("compared", 0)),
        total=int(run.result.get("total", 0)),
        scenes=run.total,
        written=written,
        stopped=rest.stopped,
        changes=store.journal.written_in_run(run.id),
        already_queued=int(run.result.get("already_queued", 0)),
        seconds_left=_seconds_left(run, written, rest.coming, now),
        taking=int(run.result.get("taking", 0)),
        linked=int(run.result.get("linked", 0)),
        brakes=tuple(_brake(brake) for brake in run.result.get("brakes", ())),
        trouble=_trouble(run),
    )


def _phase(run: Run, left: int, stopped: int) -> str:
    if run.state != "done":
        return {"running": "comparing", "stopped": "cancelled"}.get(run.state, run.state)
    return "stopped" if stopped else "writing" if left else "done"


def _trouble(run: Run) -> Advice | None:
    if run.state == "failed":
        return explain(str(run.result.get("code", "unknown")), run.result.get("data", {}))
    return explain("cancelled", {}) if run.state == "stopped" else None


def _seconds_left(run: Run, written: int, left: int, now: float) -> float | None:
    seconds = now - run.ended_at
    return left * seconds / written if run.ended_at and written and left and seconds >= MEASURED_SECONDS else None


def _brake(brake: Mapping[str, Any]) -> Brake:
    return Brake(str(brake["code"]), brake["data"], explain(str(brake["code"]), brake["data"]))
