"""The end of wishes: fields have gone back with the text, and pictures go back after it, one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from plexsync.domain.errors import ItemError
from plexsync.domain.merge.undo import UndoVerdict
from plexsync.domain.model import Artwork, Field
from plexsync.runtime.servers import Servers
from plexsync.runtime.target import Target
from plexsync.store import Store
from plexsync.store.history.runs import UNDO
from plexsync.store.history.undo import UndoRow, UndoState
from plexsync.store.jobs import Priority
from plexsync.sync.applier import Applied
from plexsync.sync.batch_sizes import NOTED_AT_ONCE, parts
from plexsync.sync.steps import Moment, Step, Steps
from plexsync.sync.undoing.picture import PictureUndo
from plexsync.sync.undoing.plan import Undoing


class UndoSettlement:
    """For the worker's thread."""

    def __init__(self, store: Store, target: Target, servers: Servers, now: Callable[[], float]) -> None:
        self._store = store
        self._now = now
        self._pictures = PictureUndo(store, target, servers, now)

    def settle(self, undoing: Undoing, applied: Mapping[int, Applied]) -> Steps[None]:
        """Note what went back of scenes that were dealt with, and take back their pictures; raises server errors.

        Trouble with a scene leaves its rows to the next try.
        """
        through = [scene for scene in undoing.going if scene in applied and applied[scene].error is None]
        for part in parts(through, NOTED_AT_ONCE):
            rows = [row for scene in part for row in undoing.going[scene]]
            with self._store.transaction():
                self._store.undos.keep(
                    _with_text(row, row.field, applied[row.scene_id]) for row in rows if isinstance(row.field, Field)
                )
            for row in rows:
                if isinstance(row.field, Artwork):
                    yield Moment(Step.IMAGE)
                    settled = self._take_back(row, row.field)
                    with self._store.transaction():
                        self._store.undos.keep([settled])
            with self._store.transaction():
                again = {row.scene_id for row in self._store.undos.wanted(part)}
                self._store.jobs.enqueue(again, priority=Priority.MANY, origin=UNDO, now=self._now())

    def _take_back(self, row: UndoRow, image: Artwork) -> UndoRow:
        try:
            return self._pictures.take_back(row, image)
        except ItemError as error:
            return replace(row, state=UndoState.FAILED, reason=error.code, detail=error.data)

    def stay(self, scene_ids: Sequence[int], reason: str) -> None:
        """Note of scenes that all that is left to take back there stays as it is."""
        rows = self._store.undos.wanted(scene_ids)
        self._store.undos.keep(replace(row, state=UndoState.STAYS, reason=reason) for row in rows)

    def fail(self, scene_id: int, code: str, data: Mapping[str, str]) -> None:
        """Note that what is left to take back of a scene was given up."""
        rows = self._store.undos.wanted([scene_id])
        self._store.undos.keep(replace(row, state=UndoState.FAILED, reason=code, detail=data) for row in rows)


def _with_text(row: UndoRow, of: Field, applied: Applied) -> UndoRow:
    """Return the row of a field after the text of its scene was written."""
    if (row.rating_key, of) in applied.overtaken:
        return replace(row, state=UndoState.STAYS, reason=UndoVerdict.CHANGED.value)
    return replace(row, state=UndoState.BACK)
