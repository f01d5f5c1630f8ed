"""The wish to take something back, and the run that it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plexsync.domain.model import Artwork, Field
from plexsync.store import Store
from plexsync.store.history.journal import EVERYTHING
from plexsync.store.history.runs import UNDO, Run
from plexsync.store.history.undo import LIFT, SCOPES
from plexsync.sync.undoing.arguments import AskedUndo, field_of
from plexsync.usecases.refusal import Refused

FIELDS = tuple(of.value for of in Field if of is not Field.SORT_TITLE)
"""The fields that can be taken back alone; a sort title goes with its title."""

PICTURES = tuple(image.value for image in Artwork)


@dataclass(frozen=True, slots=True)
class UndoRequest:
    """A wish to take back a run, of one ``scene`` alone or (0) of all; ``run`` None is the scene's last one.

    ``fields`` are names, none for all. ``is_lift`` lets go of what was taken back before. ``is_everything`` takes back
    all that the history knows of.
    """

    origin: str
    run: int | None = None
    scene: int = 0
    fields: tuple[str, ...] = ()
    is_lift: bool = False
    is_everything: bool = False

    def arguments(self, run: int) -> dict[str, object]:
        """Return it as a command carries it."""
        return {"run": run, "scene": self.scene, "fields": list(self.fields), "origin": self.origin}

    def asked(self, run: int) -> AskedUndo:
        """Return it as the agent reads it."""
        return AskedUndo(run, self.scene, frozenset(map(field_of, self.fields)), self.origin)


def undone_run(store: Store, wish: UndoRequest) -> int:
    """Return the run that is to be taken back, or that it is a lift; raises :class:`Refused` where there is none."""
    if wish.is_lift:
        return LIFT
    if wish.is_everything:
        _refuse_twice(store.runs.running(UNDO), EVERYTHING)
        return EVERYTHING
    run = wish.run if wish.run is not None else store.journal.last_run_of(wish.scene)
    if run is None:
        raise Refused("undo_nothing_written")
    if store.runs.get(run) is None:
        raise Refused("undo_no_such_run", {"run": str(run)})
    _refuse_twice(store.runs.running(UNDO), run)
    return run


def _refuse_twice(running: tuple[Run, ...], run: int) -> None:
    for undo in running:
        if undo.scope == SCOPES.get(run, str(run)):
            facts: Mapping[str, str] = {"run": str(run), "undo": str(undo.id)}
            raise Refused("undo_runs_already", facts)
