"""Making a preview: the same dry run as on the command line, and every row kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from plexsync.agent.lock import AgentLock
from plexsync.domain.errors import PlexSyncError
from plexsync.domain.reconcile.preview import Loss, PreviewRow
from plexsync.previews.file import PreviewFile, made_anew, opened
from plexsync.previews.head import CANCELLED, DONE, FAILED, STARTING, Head
from plexsync.previews.rows import CHANGE, LOCK, Added
from plexsync.usecases.data_folder import usable
from plexsync.usecases.dry_run.reconcile import ReconcileDryRun
from plexsync.usecases.opening import Opened, open_data
from plexsync.usecases.preview.rows import rows_of
from plexsync.usecases.preview.show import LOCK_NAME, preview_state
from plexsync.usecases.refusal import Refused
from plexsync.usecases.runs.reconcile import ReconcileRequest

PATIENCE_SECONDS = 2.0
KEEP_SECONDS = 0.25
CHUNK = 500
Show = Callable[[int, int], None]
"""Hears how many scenes are compared, and of how many."""

Work = Callable[[Opened, PreviewFile, Head], Mapping[str, Any]]
"""Compares, and returns the figures to keep; it may raise :class:`PreviewCancelled`."""


class PreviewCancelled(Exception):
    """Somebody has asked to stop."""


def ask_preview(folder: Path, asked: Mapping[str, object], now: float) -> None:
    """Note what a preview is to compare, as a command carries it; the one kept before is thrown away.

    Raises :class:`Refused` while one is being made.
    """
    with usable(folder):
        if preview_state(folder, now).is_under_way:
            raise Refused("preview_runs")
        with made_anew(folder) as file:
            file.heads.ask(asked, now)


def make_preview(folder: Path, *, show: Show, now: Callable[[], float]) -> None:
    """Compare both sides as was asked for, and keep what would change; raises as :func:`carry_out`."""

    def work(data: Opened, file: PreviewFile, head: Head) -> Mapping[str, Any]:
        run = ReconcileDryRun(data, ReconcileRequest.of(head.request), now())
        return _Keeper(file, run, show, now).keep()

    carry_out(folder, work, now)


def carry_out(folder: Path, work: Work, now: Callable[[], float]) -> None:
    """Do the work of the preview that was asked for, and keep its figures, or how it ended without them.

    Raises :class:`Refused` while another process makes one, or where it was cancelled; server and settings errors.
    """
    lock = AgentLock(folder, LOCK_NAME)
    with usable(folder):
        if not lock.take(PATIENCE_SECONDS):
            raise Refused("preview_runs")
        try:
            file = opened(folder)
            if file is None:
                raise Refused("preview_ended")
            with file:
                _carry_out(folder, file, work, now)
        finally:
            lock.release()


def _carry_out(folder: Path, file: PreviewFile, work: Work, now: Callable[[], float]) -> None:
    head = file.heads.get()
    if head is None or head.state != STARTING:
        raise Refused("preview_ended")
    file.heads.begin(now())
    try:
        with open_data(folder) as data:
            figures = work(data, file, head)
        file.heads.end(DONE, now(), trouble={}, figures=figures)
    except PreviewCancelled:
        file.heads.end(CANCELLED, now(), trouble={}, figures={})
        raise Refused("preview_cancelled") from None
    except KeyboardInterrupt:
        file.heads.end(CANCELLED, now(), trouble={}, figures={})
        raise
    except PlexSyncError as error:
        with suppress(sqlite3.Error):  # the disk is full: whoever reads it sees that the process is gone
            file.heads.end(FAILED, now(), trouble={"code": error.code, "data": dict(error.data)}, figures={})
        raise


class _Keeper:
    """Keeps rows as they are found, some hundred at a time."""

    def __init__(self, file: PreviewFile, run: ReconcileDryRun, show: Show, now: Callable[[], float]) -> None:
        self._file = file
        self._run = run
        self._show = show
        self._now = now
        self._rows: list[Added] = []
        self._kept_at = 0.0

    def keep(self) -> Mapping[str, Any]:
        """Carry out the dry run and keep all of it; returns its figures."""
        for found in self._run.found(self._tell):
            self._rows += rows_of(found, self._run.renames)
            if len(self._rows) >= CHUNK:
                self._flush()
        self._flush()
        self._file.rows.put_in_order()
        return figures_of(self._file, self._run.result)

    def _tell(self, _progress: float) -> None:
        if self._now() - self._kept_at >= KEEP_SECONDS:
            self._flush()

    def _flush(self) -> None:
        """Raises :class:`PreviewCancelled`."""
        self._kept_at = self._now()
        progress = self._run.progress
        self._file.begin()
        self._file.rows.add(self._rows)
        goes_on = self._file.heads.show(progress.compared, progress.total)
        self._file.commit()
        self._rows.clear()
        self._show(progress.compared, progress.total)
        if not goes_on:
            raise PreviewCancelled


def figures_of(file: PreviewFile, result: Mapping[str, Any]) -> Mapping[str, Any]:
    """Sum up a preview: scenes and rows by what becomes of them, losses, and what would brake the run."""
    counts = file.rows.counts()
    by_kind: dict[str, int] = {}
    for (about, kind), number in counts.items():
        if about != LOCK:
            by_kind[kind] = by_kind.get(kind, 0) + number
    taken = file.rows.taken()
    return {
        "scenes": result["scenes"],
        "equal": result["nothing_to_do"],
        "unasked": result["unasked"],
        **result["apart"],
        **file.rows.scenes(),
        "changes": sum(number for (about, _), number in counts.items() if about == CHANGE),
        "locks": sum(number for (about, _), number in counts.items() if about == LOCK),
        "taken_away": len(taken),
        "kinds": by_kind,
        "fields": file.rows.fields(),
        "losses": [[loss.field, loss.all, loss.items] for loss in _losses(taken)],
        "taking": result["taking"],
        "linked": result["linked"],
        "brakes": result["brakes"],
    }


def _losses(taken: tuple[PreviewRow, ...]) -> list[Loss]:
    """Count what is lost by field, the most first."""
    counts: dict[tuple[str, bool], int] = {}
    for row in taken:
        is_all = not (row.after or row.added or row.stay)
        counts[row.field, is_all] = counts.get((row.field, is_all), 0) + 1
    ordered = sorted(counts.items(), key=lambda pair: -pair[1])
    return [Loss(field, is_all, number) for (field, is_all), number in ordered]
