"""Undos that people ask for: notes what is to go back and queues its scenes; the worker does the rest."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import Any

from plexsync.domain.model import Artwork, Field
from plexsync.runtime.observer.happenings import RunBegan, RunEnded
from plexsync.runtime.shared import Shared
from plexsync.store import Store
from plexsync.store.commands import Command
from plexsync.store.history.journal import Entry
from plexsync.store.history.runs import UNDO
from plexsync.store.history.undo import LIFT, SCOPES, UndoRow, UndoState
from plexsync.store.jobs import Priority
from plexsync.sync.undoing.arguments import AskedUndo
from plexsync.sync.undoing.same_server import entries_here

CHUNK = 500

_NOTED = "noted"
"""In the result of a run: all that is to go back stands in the table."""


class UndoRows:
    """Finds the rows of an undo: what the journal says that a run wrote, or what is held back now."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, asked: AskedUndo, run: int, after: int = 0) -> Iterator[list[UndoRow]]:
        """Yield what is to go back, some scenes at a time, of those with ids beyond one; ``run`` is the undo itself."""
        if asked.run == LIFT:
            for scenes in _pages(asked, self._store.links.scenes_taken_back, after):
                yield [row for row in self._lifted(run, scenes) if asked.is_about(row.field)]
            return
        for scenes in _pages(asked, partial(self._store.journal.scenes_undone, asked.run), after):
            entries = [one for one in self._store.journal.undone(asked.run, scenes) if asked.is_about(one.field)]
            here = {entry.id for entry in entries_here(self._store, entries)}
            yield [_row(run, asked.run, those, here) for those in _by_field(entries)]

    def _lifted(self, run: int, scenes: Sequence[int]) -> Iterator[UndoRow]:
        for record in self._store.links.taken_back(scenes):
            images = [image for image in Artwork if image.value in record.cover.taken_back]
            places: tuple[Field | Artwork, ...] = (*sorted(record.base.taken_back), *images)
            for of in places:
                yield UndoRow(run, record.scene_id, record.rating_key, of, LIFT)


class UndoRequests:
    """Carries out the commands ``undo`` (a lift too) and ``undo_stop``."""

    def __init__(self, store: Store, shared: Shared, now: Callable[[], float]) -> None:
        self._store = store
        self._shared = shared
        self._now = now
        self._rows = UndoRows(store)

    def begin(self, command: Command) -> Mapping[str, Any]:
        """Note what is to go back, as a run of its own; returns the run and how many scenes it is about."""
        asked = AskedUndo.of(command.arguments)
        scope = SCOPES.get(asked.run, str(asked.run))
        run = self._store.runs.start(UNDO, asked.origin, scope, self._now())
        self._shared.observer.tell(RunBegan(run, UNDO, scope, asked.origin))
        scenes = 0
        for rows in self._rows.of(asked, run):
            scenes += self._note(run, rows)
            self._store.commands.show(command.id, 0.0, {"run": run, "scenes": scenes})
        self._store.runs.show(run, {_NOTED: True})
        self._shared.urgent.set()
        return {"run": run, "scenes": scenes}

    def _note(self, run: int, rows: Sequence[UndoRow]) -> int:
        """Keep rows and queue their scenes; returns how many scenes they are about."""
        concerned = {row.scene_id for row in rows}
        wanted = sorted({row.scene_id for row in rows if row.state is UndoState.WANTED})
        with self._store.transaction():
            self._store.undos.keep(rows)
            self._store.jobs.enqueue(wanted, priority=Priority.MANY, origin=UNDO, now=self._now(), run_id=run)
            self._store.runs.add(run, len(concerned))
        self._shared.wanted.set()
        return len(concerned)

    def after_a_kill(self) -> None:
        """Give up undos that were cut off while they were noted; all others go on, as their rows and jobs say."""
        for run in self._store.runs.running(UNDO):
            if not run.result.get(_NOTED):
                self._store.undos.stop(run.id)
                self._store.runs.end(run.id, "stopped", self._store.undos.counts(run.id), self._now())

    def stop(self, command: Command) -> Mapping[str, Any]:
        """Take back what an undo has not done yet; scenes under way come to their end."""
        asked = AskedUndo.of(command.arguments)
        with self._store.transaction():
            stopped = self._store.undos.stop(asked.run)
            self._store.jobs.withdraw_run(asked.run, self._now(), Priority.MANY)
        return {"run": asked.run, "stopped": stopped}

    def end_runs(self) -> None:
        """Close the undos of which nothing is left to do."""
        for run in self._store.runs.running(UNDO):
            if not self._store.undos.is_left(run.id):
                counts = self._store.undos.counts(run.id)
                state = "stopped" if UndoState.STOPPED.value in counts else "done"
                self._store.runs.end(run.id, state, counts, self._now())
                self._shared.observer.tell(RunEnded(run.id, UNDO, state, counts))


def _pages(asked: AskedUndo, following: Callable[[int, int], tuple[int, ...]], after: int) -> Iterator[Sequence[int]]:
    if asked.scene:
        yield (asked.scene,)
        return
    while scenes := following(after, CHUNK):
        yield scenes
        after = scenes[-1]


def _by_field(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    def place(entry: Entry) -> tuple[int, str, str]:
        return entry.scene_id, entry.rating_key, entry.field.value

    for _, those in groupby(sorted(entries, key=place), key=place):
        yield list(those)


def _row(run: int, undone: int, entries: Sequence[Entry], here: Collection[int]) -> UndoRow:
    one = entries[0]
    row = UndoRow(run, one.scene_id, one.rating_key, one.field, undone)
    if any(entry.id in here for entry in entries):
        return row
    return replace(row, state=UndoState.STAYS, reason="undo_other_server")
