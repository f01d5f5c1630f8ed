"""A row of the history in words: one cause, what it wrote, and what has become of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plexsync.domain.model import in_order
from plexsync.domain.phrases import counted
from plexsync.store import Store
from plexsync.store.history.runs import EDIT, RECONCILE, SYNC, UNDO, Run

KINDS = (EDIT, SYNC, RECONCILE, UNDO)
_NO_LONGER_KEPT = "of a run that is no longer kept"
RENAMED = "_renamed"
_SCOPES: Mapping[str, str] = {
    "all": "all scenes",
    "since": "scenes changed lately",
    "scenes": "chosen scenes",
    "24h": "the last 24 hours",
    "7d": "the last 7 days",
    "custom": "a chosen range",
    "changed": "changed scenes",
    "weighed": "changes that a brake let pass",
    "held": "scenes that a brake held",
    "overwrite": "Stash's value over Plex's own",
}
_BY: Mapping[str, str] = {
    "schedule": "by itself",
    "agent start": "after PlexSync started",
    "Stash start": "after Stash started",
    "changed settings": "after a change of settings",
    "returned scenes": "after most scenes came back to Stash",
    "rebuilt database": "after a damaged database was replaced",
    "page": "started on this page",
    "set-up": "at the end of the set-up",
    "command line": "from the command line",
    "task": "by a task",
}


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One cause: a run, or edits in Stash that belong together; moments are UTC seconds.

    ``kind`` is edit, sync, reconcile or undo. ``what`` names the kind and ``about`` tells the rest, both in words.
    ``scene_id`` is that of the only scene, else 0. ``fields`` are the names of all that was written, in their
    order, ``scenes`` how many it concerned. ``undone_by`` is the newest undo of this run, 0 for none. ``undoes_at`` is
    when that began which an undo takes back, 0.0 for nothing that is still kept.
    """

    run: int
    kind: str
    at: float
    ended_at: float
    state: str
    what: str
    about: str
    scenes: int
    scene_id: int
    fields: tuple[str, ...]
    can_undo: bool
    undone_by: int
    undoes_at: float = 0.0


class RowMaker:
    """Makes rows of runs, each by a few queries on indexes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def row(self, run: Run) -> HistoryRow:
        """Return the row of a run."""
        written = self._store.writes.summary(run.id)
        undone_by = self._store.runs.undone_by(run.id)
        undone = self._undone(run)
        fields = in_order(of for of in written.fields if of != "sort_title" or len(written.fields) == 1)
        return HistoryRow(
            run=run.id,
            kind=run.kind,
            at=run.started_at,
            ended_at=run.ended_at,
            state=run.state,
            what=_what(run),
            about=self._about(run, written.scenes, written.scene_id),
            scenes=written.scenes,
            scene_id=written.scene_id if written.scenes == 1 else 0,
            fields=fields,
            can_undo=written.scenes > 0 and run.state != "running",
            undone_by=0 if undone_by is None else undone_by.id,
            undoes_at=0.0 if undone is None else undone.started_at,
        )

    def _about(self, run: Run, scenes: int, scene_id: int) -> str:
        if run.kind == EDIT:
            return self._edit(run.result, scenes, scene_id)
        if run.kind == UNDO:
            return self._undo(run)
        parts = [_SCOPES.get(run.scope, run.scope), _by(run.origin), *_end(run, scenes)]
        return ", ".join(filter(None, parts))

    def _edit(self, facts: Mapping[str, Any], scenes: int, scene_id: int) -> str:
        if "after" in facts:
            return f"“{facts.get('before', '')}” → “{facts['after']}”"
        if scenes == 1:
            return self._store.scenes.title(scene_id) or f"scene {scene_id}"
        return f"{counted(scenes, 'scene')} edited together"

    def _undo(self, run: Run) -> str:
        counts = undo_counts(self._store, run)
        undone = self._undone(run)
        of = {"lift": "of what was taken back", "everything": "of everything"}.get(run.scope, _NO_LONGER_KEPT)
        if undone is not None:
            of = f"of “{_what(undone)}”"
        words = {"back": "went back", "stays": "stayed", "failed": "failed", "stopped": "not reached", "wanted": "left"}
        told = [f"{counts[state]} {word}" for state, word in words.items() if counts.get(state)]
        return ", ".join([of, *told])

    def _undone(self, run: Run) -> Run | None:
        """Return what an undo takes back, if that is one run that is still kept."""
        return self._store.runs.get(int(run.scope)) if run.kind == UNDO and run.scope.isdecimal() else None


def undo_counts(store: Store, run: Run) -> Mapping[str, int]:
    """Count the scenes of an undo by state; one that is over has kept that."""
    return store.undos.counts(run.id) if run.state == "running" else run.result


def _what(run: Run) -> str:
    if run.kind == EDIT:
        kind = run.origin.removesuffix(RENAMED)
        return f"{kind.capitalize()} renamed in Stash" if run.origin.endswith(RENAMED) else "Edit in Stash"
    if run.kind == UNDO and run.scope == "lift":
        return "Let go"
    return run.kind.capitalize()


def _by(origin: str) -> str:
    return _BY.get(origin, f"asked for by {origin}" if origin else "")


def _end(run: Run, scenes: int) -> tuple[str, ...]:
    if run.state in {"stopped", "failed"} and run.total:
        return (f"stopped in the middle: {scenes} of {counted(run.total, 'scene')} were written",)
    if run.state == "braked":
        return ("stopped by a brake",)
    if not scenes:
        return ("under way",) if run.state == "running" else ("nothing to write",)
    return ()
