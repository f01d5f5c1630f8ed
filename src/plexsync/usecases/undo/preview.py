"""The preview of an undo, field by field: the values that go back, and those that stay, and why. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from plexsync.domain.advice import Advice, explain
from plexsync.domain.errors import ItemError
from plexsync.domain.merge.undo import names
from plexsync.domain.model import Artwork, Change, Field, Plan, Policy, Value, place_of
from plexsync.stash import scenes as stash_scenes
from plexsync.store.history.undo import LIFT, UndoRow, UndoState
from plexsync.sync.planner import ScenePlan
from plexsync.sync.undoing.picture import PictureUndo
from plexsync.sync.undoing.plan import UndoPlanner
from plexsync.sync.undoing.requests import UndoRows
from plexsync.usecases.dry_run.rehearsal import Rehearsal, consult
from plexsync.usecases.opening import Opened
from plexsync.usecases.undo.request import UndoRequest, undone_run
from plexsync.usecases.undo.view import UndoBlock, UndoLine, UndoPreview, told

AT_ONCE = 175
MOST_LINES = 100
"""So many lines of each kind are told of a part."""

MOST_PICTURES = 200
"""So many pictures are looked at for a preview: each takes two requests."""


def preview(opened: Opened, wish: UndoRequest) -> UndoPreview:
    """Look at everything that a run wrote; raises :class:`Refused`, server and settings errors."""
    return UndoPreview(undone_run(opened.store, wish), tuple(line for part in parts(opened, wish) for line in part))


def preview_block(opened: Opened, wish: UndoRequest, cursor: int) -> UndoBlock:
    """Look at the next scenes of what a run wrote; raises as :func:`preview`."""
    run = undone_run(opened.store, wish)
    rows = next(UndoRows(opened.store).of(wish.asked(run), 0, cursor), [])
    with consult(opened) as rehearsal:
        maker = _LineMaker(opened, rehearsal)
        scenes = sorted({row.scene_id for row in rows})
        lines = [
            line
            for start in range(0, len(scenes), AT_ONCE)
            for line in maker.in_order([row for row in rows if row.scene_id in scenes[start : start + AT_ONCE]])
        ]
    going = tuple(line for line in lines if line.goes)
    staying = tuple(line for line in lines if not line.goes)
    return UndoBlock(
        scenes=len(scenes),
        going=len({line.scene_id for line in going}),
        staying=len({line.scene_id for line in staying}),
        going_lines=going[:MOST_LINES],
        staying_lines=staying[:MOST_LINES],
        cursor=0 if wish.scene or not scenes else scenes[-1],
    )


def parts(opened: Opened, wish: UndoRequest) -> Iterator[tuple[UndoLine, ...]]:
    """Yield the lines of a preview, some scenes at a time; raises as :func:`preview`."""
    run = undone_run(opened.store, wish)
    with consult(opened) as rehearsal:
        maker = _LineMaker(opened, rehearsal)
        for rows in UndoRows(opened.store).of(wish.asked(run), 0):
            scenes = sorted({row.scene_id for row in rows})
            for start in range(0, len(scenes), AT_ONCE):
                some = set(scenes[start : start + AT_ONCE])
                yield maker.in_order([row for row in rows if row.scene_id in some])


class _LineMaker:
    """Makes lines of rows, as the worker would settle them."""

    def __init__(self, opened: Opened, rehearsal: Rehearsal) -> None:
        target = rehearsal.index.target
        self._opened = opened
        self._off = {of for of in Field if opened.context.settings.policy(of) is Policy.OFF}
        self._planner = rehearsal.planner
        self._undo = UndoPlanner(rehearsal.store)
        self._pictures = PictureUndo(rehearsal.store, target, target.servers, lambda: 0.0)
        self._pictures_read = 0

    def in_order(self, rows: Sequence[UndoRow]) -> tuple[UndoLine, ...]:
        """Return the lines of some scenes, item by item."""
        lines = self._lines(rows)
        return tuple(sorted(lines, key=lambda line: (line.scene_id, line.rating_key, place_of(line.field))))

    def _lines(self, rows: Sequence[UndoRow]) -> Iterator[UndoLine]:
        read = stash_scenes.read(self._opened.context.stash, sorted({row.scene_id for row in rows})).scenes
        titles = {scene.id: scene.title for scene in read.values()}
        for row in rows:
            if row.state is not UndoState.WANTED:
                yield _staying(row, titles)
            elif row.scene_id not in read:
                yield _line(row, titles, goes=False, code="undo_scene_gone")
        wanted = [row for row in rows if row.state is UndoState.WANTED and row.scene_id in read]
        undoing = self._undo.plan(self._planner.plan(list(read.values())), wanted)
        for row in undoing.settled:
            yield _staying(row, titles)
        for scene_plan in undoing.scene_plans:
            for row in undoing.going.get(scene_plan.scene.id, ()):
                yield self._going(row, scene_plan, titles)

    def _going(self, row: UndoRow, scene_plan: ScenePlan, titles: Mapping[int, str]) -> UndoLine:
        if isinstance(row.field, Artwork):
            return self._picture(row, row.field, titles)
        plan = next(plan for plan in scene_plan.plans if plan.rating_key == row.rating_key)
        shown = scene_plan.items[row.rating_key].fields[row.field]
        change = next((one for one in plan.changes if one.field is row.field), None)
        if row.undone_run == LIFT:
            after = shown if change is None else change.after
            return _line(row, titles, (shown, after), goes=True, code="undo_lifted")
        if change is None:
            return _line(row, titles, (shown, shown), goes=False, code="undo_already")
        notes = tuple(self._notes(row.field, plan, change))
        return _line(row, titles, (change.before, change.after), goes=True, code="undo_goes", notes=notes)

    def _notes(self, of: Field, plan: Plan, change: Change) -> Iterator[Advice]:
        if change.lock and not plan.lock:
            yield explain("undo_locked_again", {})
        if of in self._off:
            yield explain("undo_off", {})
        photos = plan.undo[of].photos
        if any(not before for name, (before, _) in photos.items() if name in names(change.after)):
            yield explain("undo_photo_stays", {})

    def _picture(self, row: UndoRow, image: Artwork, titles: Mapping[int, str]) -> UndoLine:
        if row.undone_run == LIFT:
            return _line(row, titles, goes=True, code="undo_lifted")
        self._pictures_read += 1
        if self._pictures_read > MOST_PICTURES:
            return _line(row, titles, goes=True, code="undo_picture_unseen")
        try:
            found = self._pictures.find(row, image)
        except ItemError as error:
            return _line(row, titles, goes=False, code=error.code, data=error.data)
        shown = (found.shown, found.way.to or found.shown)
        return _line(row, titles, shown, goes=not found.way.reason, code=found.way.reason or "undo_goes")


def _staying(row: UndoRow, titles: Mapping[int, str]) -> UndoLine:
    return _line(row, titles, goes=False, code=row.reason, data=told(row))


def _line(  # noqa: PLR0913  (of which row, what Plex shows, and why)
    row: UndoRow,
    titles: Mapping[int, str],
    values: tuple[Value, Value] = ("", ""),
    *,
    goes: bool,
    code: str,
    data: Mapping[str, str] | None = None,
    notes: tuple[Advice, ...] = (),
) -> UndoLine:
    words = explain(code, {"scene": str(row.scene_id), **(data or {})})
    title = titles.get(row.scene_id, "")
    return UndoLine(row.scene_id, title, row.rating_key, row.field.value, *values, goes, code, words, notes)
