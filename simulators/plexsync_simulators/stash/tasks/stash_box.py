"""Batch tagging of performers and studios from a stash-box (internal/manager/task_stash_box_tag.go, not recorded).

A find overwrites the row and moves its own `updated_at`; no hook, and no scene moves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plexsync_simulators.stash.graphql.inputs import atoi
from plexsync_simulators.stash.jobs import Job
from plexsync_simulators.stash.state import Stash
from plexsync_simulators.stash.writing.columns import Columns, changes, write


@dataclass(frozen=True, slots=True)
class BatchTag:
    """One call of stashBoxBatchPerformerTag or stashBoxBatchStudioTag; `table` is performers or studios."""

    stash: Stash
    table: str
    columns: Columns
    given: Mapping[str, Any]

    async def run(self, job: Job) -> None:
        """Look up the rows named by id, the names that may be new, or all rows."""
        rows = getattr(self.stash.library, self.table)
        ids = self.given.get("ids") or self.given.get("performer_ids") or []
        names = self.given.get("names") or self.given.get("performer_names") or []
        wanted = [rows.one(atoi(id_, "converting id")) for id_ in ids] or ([] if names else self._all())
        total = len(wanted) + len(names)
        for number, one in enumerate([*wanted, *names], 1):
            self._tag(one, one if isinstance(one, str) else str(one.id))
            job.progress = number / total
            await asyncio.sleep(0)

    def _all(self) -> list[Any]:
        """Without names: the rows that have an identity there when refreshing, else those that have none."""
        rows = getattr(self.stash.library, self.table)
        return [row for row in rows if bool(row.stash_ids) is bool(self.given.get("refresh"))]

    def _tag(self, one: Any, key: str) -> None:
        known = getattr(self.stash.outside, self.table).get(key)
        if known is None:
            return
        rows = getattr(self.stash.library, self.table)
        excluded = self.given.get("exclude_fields") or ()
        values = {name: value for name, value in known.items() if name not in {*excluded, "parent"}}
        row = None if isinstance(one, str) else one
        found = changes(row, values, self.columns, self.stash)
        if known.get("parent") and "parent" not in excluded:
            found["parent_id"] = self._parent(known["parent"])
        if row is None:
            row = rows.add()
        write(row, found)
        rows.touch(row)
        self.stash.database.commit()

    def _parent(self, name: str) -> int | None:
        studios = self.stash.library.studios
        found = next((row for row in studios if row.name.lower() == name.lower()), None)
        if found is None and self.given.get("createParent"):
            found = studios.add(name=name)
        return None if found is None else found.id
