"""One scene looked at for its tab: what `plexsync why` knows, with the addresses and dates that a page shows."""

from __future__ import annotations

import time
from pathlib import Path

from plexsync.domain.address import plex_page
from plexsync.domain.advice import explain
from plexsync.domain.paths.key import path_key
from plexsync.store import Store
from plexsync.store.history.journal import Entry
from plexsync.store.state import MACHINE_ID
from plexsync.usecases.dry_run.item_view import FieldView, ItemView
from plexsync.usecases.dry_run.picture_view import WHOSE, PictureView, Shown
from plexsync.usecases.opening import Opened, open_data
from plexsync.usecases.queue.rows import JobRow
from plexsync.usecases.scene_tab.view import FieldRow, LinkedItem, SceneJob, SceneTab, SceneWrite
from plexsync.usecases.why import Explanation, why

_OPEN = frozenset({"waiting", "dead"})


def tab_of(folder: Path, scene_id: int, now: float | None = None) -> SceneTab:
    """Look at a scene in both servers; what a server that is away hides is missing, and ``trouble`` says so."""
    with open_data(folder) as opened:
        found = why(opened, scene_id)
        return _tab(opened, found, time.time() if now is None else now)


def _tab(opened: Opened, found: Explanation, now: float) -> SceneTab:
    store, scene = opened.store, found.scene_id
    stamps = {key: record.synced_at for (_, key), record in store.links.of_scenes([scene]).items()}
    reasons = tuple(advice for code, advice in found.reasons if code != "file_found")
    return SceneTab(
        scene_id=scene,
        title=found.title,
        is_in_sync=found.in_sync,
        verdict=found.verdict,
        summary=_summary(found),
        reasons=reasons,
        items=tuple(_item(opened, item, scene, stamps.get(item.rating_key, 0.0)) for item in found.items),
        job=None if found.job is None else _job(found.job, now),
        writes=tuple(map(_write, found.entries)),
        has_choice=bool(store.decisions.choices_of(scene)),
        contested=found.contested,
        waits_for=tuple(outage.advice for outage in found.outages),
        trouble=found.trouble,
    )


def _summary(found: Explanation) -> str:
    if not found.verdict:
        return ""
    return str(explain("scene_in_sync" if found.in_sync else f"scene_{found.verdict}", {}))


def _item(opened: Opened, item: ItemView, scene_id: int, written_at: float) -> LinkedItem:
    return LinkedItem(
        rating_key=item.rating_key,
        title=item.title,
        library=item.library,
        paths=_own_paths(opened.store, item.rating_key, scene_id),
        address=plex_page(
            opened.context.settings.text("plex_url"), opened.store.state.get(MACHINE_ID) or "", item.rating_key
        ),
        written_at=written_at,
        fields=tuple(map(_field, item.fields)),
        pictures=tuple(map(_picture, item.pictures)),
    )


def _own_paths(store: Store, rating_key: str, scene_id: int) -> tuple[str, ...]:
    own = frozenset(store.scenes.keys_of(scene_id))
    return tuple(path for path, _ in store.library.parts_of(rating_key) if path_key(path) in own)


def _field(view: FieldView) -> FieldRow:
    return FieldRow(
        field=view.field,
        stash=view.stash,
        plex=view.plex,
        written=view.pushed,
        outcome=view.outcome,
        code=view.code,
        reason=view.advice.text,
        can_overwrite=view.can_overwrite,
    )


def _picture(view: PictureView) -> FieldRow:
    return FieldRow(
        field=view.field,
        stash=WHOSE[Shown.COVER] if view.stash else "",
        plex="" if view.shown is Shown.NONE else WHOSE[view.shown],
        written="",
        outcome=view.outcome,
        code=view.code,
        reason=view.advice.text,
        can_overwrite=False,
    )


def _job(row: JobRow, now: float) -> SceneJob:
    state = row.job.state.value
    is_open = state in _OPEN
    until = row.until(now) if state == "waiting" else None
    return SceneJob(state, row.advice if is_open else None, until)


def _write(entry: Entry) -> SceneWrite:
    return SceneWrite(entry.at, entry.field.value)
