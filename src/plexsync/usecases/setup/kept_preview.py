"""Making the set-up's preview for the page: a process of its own does it, however long that takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from plexsync.agent import spawn
from plexsync.domain.model import Field
from plexsync.domain.reconcile.preview import PreviewRow
from plexsync.previews.file import PreviewFile
from plexsync.previews.head import DONE, SET_UP, Head
from plexsync.previews.rows import encoded
from plexsync.runtime.sync_state import preview_print
from plexsync.usecases.adopt.adopting import adopt
from plexsync.usecases.adopt.views import Adopted
from plexsync.usecases.opening import Opened
from plexsync.usecases.preview.maker import KEEP_SECONDS, PreviewCancelled, ask_preview, carry_out
from plexsync.usecases.preview.rows import field_row
from plexsync.usecases.preview.show import head_now
from plexsync.usecases.runs.reconcile import ReconcileRequest
from plexsync.usecases.setup.found import SetupPreview, setup_preview
from plexsync.usecases.setup.preview import Preview
from plexsync.usecases.setup.steps import minding_libraries
from plexsync.usecases.setup.survey import Survey, survey

MOST_ROWS = 200
FRESH_SECONDS = 900.0
"""A preview that is older is made anew when somebody asks for it."""


def start_setup_preview(
    opened: Opened, plugin_dir: Path, now: float, *, anew: bool = False, adopted: tuple[str, ...] = ()
) -> SetupPreview:
    """Have a process of its own make it, unless one does, or has made one that still fits and nobody wants it ``anew``.

    Some fields may be adopted first. Raises :class:`Refused` while another preview is made.
    """
    found = setup_preview(opened.folder, now)
    if not (anew or adopted) and (found.is_under_way or _fits(opened, now)):
        return found
    ask_preview(opened.folder, {**ReconcileRequest("all", SET_UP).arguments(), "adopted": list(adopted)}, now)
    spawn.start(spawn.preview_command(plugin_dir, opened.folder))
    return setup_preview(opened.folder, now)


def is_of_set_up(folder: Path, now: float) -> bool:
    """Tell whether the preview that was asked for is the set-up's."""
    head, _ = head_now(folder, now)
    return head is not None and head.is_of_set_up


def make_setup_preview(folder: Path, now: Callable[[], float]) -> None:
    """Make it and keep what was found; raises as :func:`carry_out`."""

    def work(data: Opened, file: PreviewFile, head: Head) -> Mapping[str, Any]:
        tell = _teller(file, now)
        fields = frozenset(map(Field, head.request["adopted"]))
        with minding_libraries(data):
            adopted = adopt(data, fields, tell, now()) if fields else None
            return _figures(survey(data, tell), adopted)

    carry_out(folder, work, now)


def _fits(opened: Opened, now: float) -> bool:
    """Tell whether the one that is kept is done, not old, and was made by what is in force now."""
    head, _ = head_now(opened.folder, now)
    if head is None or not head.is_of_set_up or head.state != DONE:
        return False
    is_fresh = 0 <= now - head.asked_at < FRESH_SECONDS
    return is_fresh and bool(head.figures["by"] == preview_print(opened.store, opened.context.settings))


def _teller(file: PreviewFile, now: Callable[[], float]) -> Callable[[int, int], None]:
    """Make what keeps how far it is, a few times a second, and stops it where somebody has asked for that."""
    kept_at = 0.0

    def tell(compared: int, total: int) -> None:
        nonlocal kept_at
        if now() - kept_at >= KEEP_SECONDS:
            kept_at = now()
            if not file.heads.show(compared, total):
                raise PreviewCancelled

    return tell


def _figures(survey_: Survey, adopted: Adopted | None) -> Mapping[str, Any]:
    found = survey_.preview
    counts = {"items": found.items, "changing": found.changing, "equal": found.equal, "kept": found.kept}
    return {
        **counts,
        "by": survey_.by,
        "doubts": found.doubts,
        "losses": [asdict(one) for one in found.losses],
        "samples": [encoded(row) for row in islice(_samples(found), MOST_ROWS)],
        "foreign": [asdict(one) for one in survey_.foreign],
        "adopted": None if adopted is None else asdict(adopted),
    }


def _samples(found: Preview) -> Iterator[PreviewRow]:
    for scene in found.samples:
        for item in scene.items:
            changes = (view for view in item.fields if view.outcome == "changes")
            yield from (field_row(scene.scene_id, scene.title, item, view) for view in changes)
