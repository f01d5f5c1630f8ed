"""Stash's value in fields of one scene, whatever stays there in Plex: what that would do, and the asking for it.

The worker writes it at the scene's next turn. It is a run of its own, so an undo brings back what was there.
"""

from __future__ import annotations

from pathlib import Path

from plexsync.domain.model import Field, Why
from plexsync.store.history.runs import OVERWRITES, SYNC
from plexsync.store.history.undo import OVERWRITE, UndoRow
from plexsync.store.jobs import Priority
from plexsync.usecases.dry_run.item_view import FieldView
from plexsync.usecases.opening import Opened, open_data
from plexsync.usecases.refusal import Refused
from plexsync.usecases.scene_tab.view import OverwriteRequest, Overwriting, StayingValue
from plexsync.usecases.why import why


def staying(opened: Opened, wish: OverwriteRequest) -> tuple[StayingValue, ...]:
    """Return the values that would give way; raises :class:`Refused` where the scene cannot be compared now."""
    found = why(opened, wish.scene)
    if found.trouble is not None:
        raise Refused("overwrite_unknown", {"detail": found.trouble.text.rstrip(".")})
    return tuple(
        StayingValue(item.rating_key, view.field, view.plex, view.stash)
        for item in found.items
        if wish.item in {"", item.rating_key}
        for view in item.fields
        if view.can_overwrite and _is_meant(view, wish)
    )


def _is_meant(view: FieldView, wish: OverwriteRequest) -> bool:
    """Tell whether a field is meant; a sort title that was taken back with its title goes with it again."""
    if not wish.fields or view.field in wish.fields:
        return True
    follows = view.field == Field.SORT_TITLE.value and view.code == Why.UNDONE.value
    return follows and Field.TITLE.value in wish.fields


def overwrite(opened: Opened, wish: OverwriteRequest, now: float) -> Overwriting:
    """Have Stash's values written over those that Plex keeps.

    Raises :class:`Refused` where nothing of it stays, in a dry run, or where the scene cannot be compared now.
    """
    if opened.context.settings.flag("dry_run"):
        raise Refused("overwrite_dry_run")
    values = staying(opened, wish)
    if not values:
        raise Refused("overwrite_nothing", {"scene": str(wish.scene)})
    store = opened.store
    with store.transaction():
        run = store.runs.start(SYNC, wish.origin, OVERWRITES, now, allowed=True)
        store.undos.keep(UndoRow(run, wish.scene, one.rating_key, Field(one.field), OVERWRITE) for one in values)
        store.jobs.enqueue([wish.scene], priority=Priority.PERSON, origin="person", now=now, run_id=run)
        store.runs.add(run, 1)
        store.runs.end(run, "done", {"queued": 1}, now)
    return Overwriting(run, len(values))


def overwrite_in(folder: Path, wish: OverwriteRequest, now: float) -> Overwriting:
    """Do the same by the data folder."""
    with open_data(folder) as opened:
        return overwrite(opened, wish, now)
