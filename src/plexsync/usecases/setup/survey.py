"""A survey of all scenes: what the first sync would do, and which locked values are not PlexSync's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from plexsync.runtime.sync_state import note_preview, preview_print
from plexsync.stash import scenes as stash_scenes
from plexsync.usecases.adopt.foreign import ForeignCounts, values_of
from plexsync.usecases.adopt.views import ForeignField
from plexsync.usecases.dry_run.rehearsal import rehearse
from plexsync.usecases.dry_run.sync import considered
from plexsync.usecases.opening import Opened
from plexsync.usecases.setup.preview import Preview, PreviewCount

Progress = Callable[[int, int], None]
"""Hears how many scenes were compared, and of how many."""


@dataclass(frozen=True, slots=True)
class Survey:
    """The result: a preview of the first sync, and the foreign values by field.

    ``by`` names what it was worked out by (``runtime/sync_state.py``, ``preview_print``).
    """

    by: str
    preview: Preview
    foreign: tuple[ForeignField, ...]


def survey(opened: Opened, progress: Progress) -> Survey:
    """Compare all scenes; nothing is written. Raises server and settings errors."""
    by = preview_print(opened.store, opened.context.settings)
    count, foreign = PreviewCount(), ForeignCounts()
    with rehearse(opened) as rehearsal:
        known = rehearsal.store.scenes.number()
        ids = (scene for some in stash_scenes.all_ids(opened.context.stash) for scene in some)
        for scene_plan, prospect in considered(opened, rehearsal, ids):
            count.add(prospect)
            for value in values_of(scene_plan):
                foreign.add(value)
            progress(count.scenes, max(known, count.scenes))
    return Survey(by, count.result(), foreign.result())


def note_seen(opened: Opened, by: str) -> None:
    """Note in a set-up that a person sees the preview of a survey; after the start nothing changes."""
    note_preview(opened.store, by)
