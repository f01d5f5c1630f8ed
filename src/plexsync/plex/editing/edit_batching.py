"""Many items in one edit: where they differ only in what else is in their lists, if the server lets names be added.

The same server takes a list of hundreds of names in parts; one that does not must take it at once, or refuses it. A
server may also keep a name twice that it gets twice. So which kind it is, is found out the first time it matters, by
one edit of one item that is read back. That item's list holds nothing of a person's, and it gets back what it had if
the server proves to replace. The finding counts for this server and version alone.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from plexsync.domain.capabilities import Adding, EditForms
from plexsync.domain.errors import BadAnswer, Dropped, ItemError
from plexsync.domain.model import LIST_FIELDS, Change, Plan, Value, Why
from plexsync.domain.text import fold
from plexsync.plex.editing.capabilities import ServerCapabilities
from plexsync.plex.edits import MAX_IDS, Edit, ListForm, added, adding, additions, encode, is_long
from plexsync.plex.items import Items

TRIES = 3

_log = logging.getLogger("plexsync")


class EditBatching:
    """Turns plans into requests for one server; for the worker's thread."""

    def __init__(self, items: Items, capabilities: ServerCapabilities) -> None:
        self._items = items
        self._capabilities = capabilities

    def encode(self, plans: Sequence[Plan], forms: EditForms) -> tuple[Edit, ...]:
        """Return the edits to send; raises server errors."""
        return encode(plans, ListForm.NEW if self._can_add(plans) else ListForm.WHOLE, forms)

    def encode_apart(self, plans: Sequence[Plan], forms: EditForms) -> tuple[Edit, ...]:
        """Return an edit for each value there is to write; raises server errors.

        How names are added depends on the server; where none is, those that go from a list go one by one.
        """
        coming = [plan for plan in plans if _brings_names(plan)]
        others = [plan for plan in plans if not _brings_names(plan)]
        form = ListForm.SINGLE if self._can_add(coming) else ListForm.WHOLE
        edits = (*encode(coming, form, forms), *encode(others, ListForm.SINGLE, forms))
        return tuple(single for edit in edits for single in edit.by_piece())

    def left_over(self, plans: Sequence[Plan]) -> frozenset[str]:
        """Return the items whose edit fills requests and yet comes last, in one that is not full.

        Always fewer than a request's worth of each edit; empty as long as it is not known whether names are added.
        """
        kept = self._capabilities.remembered
        edits = encode(plans, ListForm.NEW if _is_adding(kept.adding) else ListForm.WHOLE, kept.forms)
        filling = {(edit.section_id, edit.pieces) for edit in edits if len(edit.rating_keys) == MAX_IDS}
        return frozenset(
            key
            for edit in edits
            if len(edit.rating_keys) < MAX_IDS and (edit.section_id, edit.pieces) in filling
            for key in edit.rating_keys
        )

    def has_trial(self, plans: Sequence[Plan]) -> bool:
        """Tell whether :meth:`find_out` would send anything; raises server errors."""
        return self._trial(plans) is not None

    def find_out(self, plans: Sequence[Plan]) -> str | None:
        """Find out whether this server adds, if these plans need to know; returns the item that was tried, if any.

        Raises server errors.
        """
        trial = self._trial(plans)
        if trial is None:
            return None
        plan, change = trial
        try:
            found = self._try(plan, change)
        except (ItemError, BadAnswer, Dropped) as failure:  # an edit like any other will meet it too, and is judged
            _log.debug("not found out whether Plex adds names: %s", failure)
            return plan.rating_key
        if found is not None:
            self._capabilities.learn_adding(found)
        return plan.rating_key

    def bring_back(self, plan: Plan, changes: Sequence[Change]) -> None:
        """Send lists whole that have lost all but their new names; raises server errors.

        The server does otherwise than was known of it, which is noted.
        """
        for change in changes:
            for _ in range(TRIES):
                try:
                    self._items.send(adding(plan, change, change.after))
                    break
                except (ItemError, BadAnswer, Dropped) as failure:  # nobody else knows these names any more
                    _log.warning("item %s: %s lost names of before: %s", plan.rating_key, change.field.value, failure)
        self._capabilities.learn_adding(Adding.REPLACES)

    def learn_from_doubles(self) -> None:
        """Note that a server which showed a name of ours twice adds names, unless a trial has told already."""
        if self._adds() is None:
            self._capabilities.learn_adding(Adding.DOUBLES)

    def _trial(self, plans: Sequence[Plan]) -> tuple[Plan, Change] | None:
        return next(_trials(plans), None) if _needs_to_know(plans) and self._adds() is None else None

    def _can_add(self, plans: Sequence[Plan]) -> bool:
        return _needs_to_know(plans) and self._adds() is True

    def _adds(self) -> bool | None:
        """Tell whether this server adds the names of an edit to those that are there; None if that is not known."""
        found = self._capabilities.known().adding
        return None if found is None else _is_adding(found)

    def _try(self, plan: Plan, change: Change) -> Adding | None:
        """Send new names alone and see whether the others are still there; None if the new ones are not."""
        parts = additions(change, ListForm.NEW)
        for tags in parts[:1] if change.before else parts[:2]:
            self._items.send(adding(plan, change, tags))
        shown = self._items.read([plan.rating_key]).get(plan.rating_key)
        names = frozenset[str]() if shown is None else _folded(shown.fields[change.field])
        if _folded(change.before) | _folded(parts[0]) <= names:
            return Adding.ADDS
        if shown is None or _folded(change.before) <= names:
            return Adding.REPLACES if shown is not None and not change.before else None
        self._items.send(adding(plan, change, change.before))
        return Adding.REPLACES


def _is_adding(found: Adding | None) -> bool:
    return found in {Adding.ADDS, Adding.DOUBLES}


def _folded(names: Value) -> frozenset[str]:
    return frozenset(map(fold, names))


def _needs_to_know(plans: Sequence[Plan]) -> bool:
    """Tell whether any list would be sent otherwise to a server that adds."""
    return any(_gets_more(change) for plan in plans for change in plan.changes)


def _brings_names(plan: Plan) -> bool:
    """Tell whether any name comes to a list."""
    return any(change.field in LIST_FIELDS and additions(change, ListForm.WHOLE) for change in plan.changes)


def _gets_more(change: Change) -> bool:
    """Tell whether names come to others, those of another request at least."""
    if change.field not in LIST_FIELDS or change.why is Why.LOCK or not additions(change, ListForm.WHOLE):
        return False
    return is_long(change) or len(added(change)) < len(change.after)


def _trials(plans: Sequence[Plan]) -> Iterator[tuple[Plan, Change]]:
    """Yield the changes that can tell: they add to a list which is Stash's and nobody else's."""
    for plan in plans:
        kept = {one.field for one in plan.kept}
        for change in plan.changes:
            if _gets_more(change) and change.field not in {*kept, *plan.undo} and added(change):
                yield plan, change
