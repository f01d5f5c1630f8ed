"""Finds out whether an edit of one field alone moves an item's ``updatedAt`` (docs/engineering/plex.md §9).

The first write that changes such a field is sent in two parts for one item: that field, and then the rest. Nothing is
written that was not to be written anyway.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from plexsync.domain.capabilities import STAMPED
from plexsync.domain.errors import BadAnswer, Dropped, ItemError
from plexsync.domain.model import Field, Item, Plan, Why
from plexsync.plex.editing.capabilities import ServerCapabilities
from plexsync.plex.editing.edit_batching import EditBatching
from plexsync.plex.items import Items

OLD_SECONDS = 5.0
"""A stamp has whole seconds: one that is very young may stay the same although it was set anew."""

MOST_TRIALS = 3

_log = logging.getLogger("plexsync")


class StampTrials:
    """For the worker's thread; after some trials that told nothing a field is let be."""

    def __init__(
        self,
        items: Items,
        batching: EditBatching,
        capabilities: ServerCapabilities,
    ) -> None:
        self._items = items
        self._batching = batching
        self._capabilities = capabilities
        self._trials: Counter[Field] = Counter()

    def has_trial(self, plans: Sequence[Plan], shown: Mapping[str, Item]) -> bool:
        """Tell whether :meth:`find_out` would send anything."""
        return next(self._chosen(plans, shown), None) is not None

    def find_out(self, plans: Sequence[Plan], shown: Mapping[str, Item]) -> Mapping[str, Field]:
        """Send parts of these plans and see whether the stamps move; returns the fields that Plex took, by item.

        ``shown`` are the items as they were read. Raises server errors.
        """
        taken: dict[str, Field] = {}
        found: dict[Field, bool] = {}
        for of, plan in self._chosen(plans, shown):
            self._trials[of] += 1
            after = self._send(of, plan)
            if after is None:
                continue
            before, taken[plan.rating_key] = shown[plan.rating_key], of
            if after.fields[of] != before.fields[of]:
                found[of] = after.updated_at != before.updated_at
        if found:
            self._capabilities.learn_stamps(found)
        return taken

    def _chosen(self, plans: Sequence[Plan], shown: Mapping[str, Item]) -> Iterator[tuple[Field, Plan]]:
        """Choose an item for each field of which nothing is known, none of them twice."""
        wanted = {change.field for plan in plans for change in plan.changes if change.why is not Why.LOCK}
        open_ = [of for of in STAMPED if of in wanted and self._trials[of] < MOST_TRIALS]
        known, taken = self._capabilities.remembered.stamps if open_ else {}, set[str]()
        for of in (of for of in open_ if of.value not in known):
            for plan in plans:
                changes = tuple(one for one in plan.changes if one.field is of and one.why is not Why.LOCK)
                if changes and plan.rating_key not in taken and self._is_old(shown[plan.rating_key]):
                    taken.add(plan.rating_key)
                    yield of, replace(plan, changes=changes)
                    break

    def _is_old(self, item: Item) -> bool:
        clock = self._items.clock
        return clock is not None and 0 < item.updated_at <= clock - OLD_SECONDS

    def _send(self, of: Field, plan: Plan) -> Item | None:
        """Return the item as it is after the edit, None where Plex did not take it."""
        try:
            for edit in self._batching.encode([plan], self._capabilities.in_use().forms):
                self._items.send(edit)
            return self._items.read([plan.rating_key]).get(plan.rating_key)
        except (ItemError, BadAnswer, Dropped) as failure:  # an edit like any other will meet it too, and is judged
            _log.debug("not found out whether %s moves the stamp: %s", of.value, failure)
            return None
