"""Making the set-up's preview for the page: a process of its own does it, however long that takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from plexsync.agent import spawn
from plexsync.domain.reconcile.preview import PreviewRow
from plexsync.previews.file import PreviewFile
from plexsync.previews.head import SET_UP, Head
from plexsync.previews.rows import encoded
from plexsync.usecases.opening import Opened
from plexsync.usecases.preview.maker import KEEP_SECONDS, PreviewCancelled, ask_preview, carry_out
from plexsync.usecases.preview.rows import field_row
from plexsync.usecases.preview.show import head_now
from plexsync.usecases.runs.reconcile import ReconcileRequest
from plexsync.usecases.setup.found import SetupPreview, setup_preview
from plexsync.usecases.setup.preview import Preview, preview
from plexsync.usecases.setup.steps import minding_libraries

MOST_ROWS = 200


def start_setup_preview(folder: Path, plugin_dir: Path, now: float) -> SetupPreview:
    """Have a process of its own make it, unless one does; raises :class:`Refused` while it makes another preview."""
    found = setup_preview(folder, now)
    if found.state not in {"starting", "running"}:
        ask_preview(folder, ReconcileRequest("all", SET_UP), now)
        spawn.start(spawn.preview_command(plugin_dir, folder))
        found = setup_preview(folder, now)
    return found


def is_asked_for(folder: Path, now: float) -> bool:
    """Tell whether the preview that is to be made is the set-up's."""
    head, _ = head_now(folder, now)
    return head is not None and head.is_of_set_up


def make_setup_preview(folder: Path, now: Callable[[], float]) -> None:
    """Make it and keep what was found; raises as :func:`carry_out`."""

    def work(data: Opened, file: PreviewFile, _head: Head) -> Mapping[str, Any]:
        with minding_libraries(data):
            return _figures(preview(data, _teller(file, now)))

    carry_out(folder, work, now)


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


def _figures(found: Preview) -> Mapping[str, Any]:
    counts = {"items": found.items, "changing": found.changing, "equal": found.equal, "kept": found.kept}
    samples = [encoded(row) for row in islice(_samples(found), MOST_ROWS)]
    return {**counts, "doubts": found.doubts, "losses": [asdict(one) for one in found.losses], "samples": samples}


def _samples(found: Preview) -> Iterator[PreviewRow]:
    for scene in found.samples:
        for item in scene.items:
            changes = (view for view in item.fields if view.outcome == "changes")
            yield from (field_row(scene.scene_id, scene.title, item, view) for view in changes)
