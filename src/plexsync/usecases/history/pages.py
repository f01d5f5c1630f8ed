"""The history a page at a time, newest first: all of it, of one scene, or what holds a text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from plexsync.domain.advice import explain
from plexsync.domain.model import Value
from plexsync.history.rows import KINDS, HistoryRow, RowMaker
from plexsync.store import Store
from plexsync.store.history.journal import Entry
from plexsync.store.history.runs import EDIT, NEWEST, Run
from plexsync.store.history.writes import WriteFilter
from plexsync.usecases.data_folder import open_store
from plexsync.usecases.refusal import Refused
from plexsync.usecases.settings.page import settings_in_force

__all__ = [
    "KINDS",
    "HistoryPage",
    "HistoryRow",
    "HistoryWish",
    "HistoryWrites",
    "history_of",
    "history_page",
    "run_writes",
]

_READ = 50


@dataclass(frozen=True, slots=True)
class HistoryWish:
    """The rows that are asked for: of some kinds, of a scene (0 for all), with a text, since a moment (UTC seconds).

    ``cursor`` is that of the page before, "" for the first.
    """

    kinds: tuple[str, ...] = KINDS
    scene: int = 0
    text: str = ""
    since: float = 0.0
    cursor: str = ""
    limit: int = 30


@dataclass(frozen=True, slots=True)
class HistoryRows:
    """Rows, and the cursor of those that follow, "" where there are none."""

    rows: tuple[HistoryRow, ...]
    cursor: str


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Rows, and the cursor of the next page, "" where there is none; ``days`` is how long history is kept."""

    rows: tuple[HistoryRow, ...]
    cursor: str
    days: int


@dataclass(frozen=True, slots=True)
class HistoryWrite:
    """One field that was written: before, after and why, in words; ``at`` is UTC seconds."""

    scene_id: int
    title: str
    rating_key: str
    field: str
    before: Value
    after: Value
    why: str
    reason: str
    at: float


@dataclass(frozen=True, slots=True)
class HistoryWrites:
    """A run with a block of its writes, of ``total`` that there are."""

    row: HistoryRow
    writes: tuple[HistoryWrite, ...]
    total: int


def history_page(folder: Path, wish: HistoryWish) -> HistoryPage:
    """Return a page of the history."""
    with open_store(folder) as store:
        rows = history_of(store, wish)
    return HistoryPage(rows.rows, rows.cursor, int(settings_in_force(folder).number("history_days")))


def history_of(store: Store, wish: HistoryWish) -> HistoryRows:
    """Return rows of the history from an open store."""
    maker = RowMaker(store)
    if wish.text:
        return _searched(store, maker, wish)
    if wish.scene:
        runs = [run for run in map(store.runs.get, store.writes.runs_of_scene(wish.scene)) if run is not None]
        start = int(wish.cursor or 0)
        fitting = [run for run in runs if run.kind in wish.kinds and run.started_at >= wish.since]
        rows = tuple(maker.row(run) for run in fitting[start : start + wish.limit])
        return HistoryRows(rows, str(start + wish.limit) if start + wish.limit < len(fitting) else "")
    return _newest(store, maker, wish)


def _newest(store: Store, maker: RowMaker, wish: HistoryWish) -> HistoryRows:
    rows: list[HistoryRow] = []
    last: Run | None = None
    for run in _runs(store, wish):
        if len(rows) == wish.limit:
            return HistoryRows(tuple(rows), "" if last is None else f"{last.started_at!r}:{last.id}")
        row = maker.row(run)
        if row.scenes or run.kind != EDIT:  # an edit that led to no write is none of Plex's history
            rows.append(row)
        last = run
    return HistoryRows(tuple(rows), "")


def _runs(store: Store, wish: HistoryWish) -> Iterator[Run]:
    at, _, number = wish.cursor.partition(":")
    before = (float(at), int(number)) if number else NEWEST
    while runs := store.runs.page(wish.kinds, before, wish.since, _READ):
        yield from runs
        before = runs[-1].started_at, runs[-1].id


def _searched(store: Store, maker: RowMaker, wish: HistoryWish) -> HistoryRows:
    """Search a part of the journal; the page may be empty although the next one is not."""
    found, first = store.writes.runs_with(wish.text, int(wish.cursor or 0))
    runs = [run for run in map(store.runs.get, found) if run is not None and run.started_at >= wish.since]
    rows = tuple(maker.row(run) for run in runs if run.kind in wish.kinds)
    return HistoryRows(rows, str(first) if first else "")


def run_writes(  # noqa: PLR0913  which of them, and which block
    folder: Path, run: int, *, scene: int = 0, field: str = "", text: str = "", offset: int = 0, limit: int
) -> HistoryWrites:
    """Return a run and a block of its writes; raises :class:`Refused` where there is no such run."""
    wanted = WriteFilter(scene, field, text)
    with open_store(folder) as store:
        known = store.runs.get(run)
        if known is None:
            raise Refused("undo_no_such_run", {"run": str(run)})
        entries = store.writes.of_run(run, wanted, offset, limit)
        titles = {scene: store.scenes.title(scene) for scene in {entry.scene_id for entry in entries}}
        told = tuple(_write(entry, titles[entry.scene_id]) for entry in entries)
        is_last = len(entries) < limit and bool(entries or not offset)  # to count is to search all of it once more
        total = offset + len(entries) if is_last else store.writes.number(run, wanted)
        return HistoryWrites(RowMaker(store).row(known), told, total)


def _write(entry: Entry, title: str) -> HistoryWrite:
    prefix = "picture_" if entry.field.value in {"poster", "art"} else ""
    return HistoryWrite(
        scene_id=entry.scene_id,
        title=title,
        rating_key=entry.rating_key,
        field=entry.field.value,
        before=entry.before,
        after=entry.after,
        why=entry.why,
        reason=explain(prefix + entry.why, {}).text,
        at=entry.at,
    )
