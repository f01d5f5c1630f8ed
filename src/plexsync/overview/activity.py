"""Recent activity: the newest writes, one row for each cause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from plexsync.domain.phrases import counted
from plexsync.store import Store
from plexsync.store.journal import Entry

SHOWN = 5
READ = 400
MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class ActivityRow:
    """Writes of one cause: when (UTC seconds), of which scenes, which fields; ``run_id`` is 0 outside of a run.

    ``title`` is that of the scene where there is only one, else "".
    """

    at: float
    run_id: int
    scene_id: int
    title: str
    scenes: int
    fields: tuple[str, ...]
    text: str


def recent_activity(store: Store) -> tuple[ActivityRow, ...]:
    """Return the newest rows; what came together in one run or one minute is one."""
    entries = store.journal.newest_written(READ)
    rows: list[ActivityRow] = []
    for _, group in groupby(entries, key=lambda entry: (entry.run_id, 0 if entry.run_id else entry.at // MINUTE)):
        rows.append(_row(store, tuple(group)))
        if len(rows) == SHOWN:
            break
    return tuple(rows)


def _row(store: Store, entries: tuple[Entry, ...]) -> ActivityRow:
    newest = entries[0]
    scenes = {entry.scene_id for entry in entries}
    title = store.scenes.title(newest.scene_id) if len(scenes) == 1 else ""
    fields = tuple(dict.fromkeys(sorted(entry.field.value for entry in entries)))
    number = len(scenes)
    if len(entries) == READ and newest.run_id and (run := store.runs.get(newest.run_id)) is not None:
        number = max(number, run.total)
    text = "".join(_words(title, number, fields))
    return ActivityRow(newest.at, newest.run_id, newest.scene_id, title, number, fields, text)


def _words(title: str, scenes: int, fields: tuple[str, ...]) -> Iterator[str]:
    yield f"“{title}”" if title else counted(scenes, "scene")
    yield ": "
    yield ", ".join(field.replace("_", " ") for field in fields)
