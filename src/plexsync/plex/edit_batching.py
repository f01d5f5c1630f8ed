"""Many items in one edit: where they differ only in what else is in their lists, if the server lets names be added.

The same server takes a list of hundreds of names in parts; one that does not must take it at once, or refuses it.
Whether it does is found out when it is worth it, by one edit of one item that is read back; the item is one whose list
holds nothing but what Stash says, so that nothing can be lost whichever way it comes out. What was found out is
believed for this server and version alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from plexsync.domain.model import Change, Plan, Why
from plexsync.domain.text import fold
from plexsync.plex import library as plex_library
from plexsync.plex.client import PlexClient
from plexsync.plex.edits import DELTA_FIELDS, MAX_IDS, Edit, added, encode, is_long, send
from plexsync.store import Store

KEPT = "adding_names"
WORTH = 10
"""Fewer requests than this are sent as they are."""

_log = logging.getLogger("plexsync")


class EditBatching:
    """Turns plans into requests for one server; for the worker's thread."""

    def __init__(self, store: Store, plex: Callable[[], PlexClient]) -> None:
        self._store = store
        self._plex = plex

    def encode(self, plans: Sequence[Plan]) -> tuple[Edit, ...]:
        """Return the edits to send; may send one by itself to find something out. Raises item and server errors."""
        whole = encode(plans)
        has_long = any(is_long(change) for plan in plans for change in plan.changes)
        if len(whole) < WORTH and not has_long:
            return whole
        deltas = encode(plans, deltas=True)
        return deltas if (has_long or 2 * len(deltas) <= len(whole)) and self._adds(plans) else whole

    def left_over(self, plans: Sequence[Plan]) -> frozenset[str]:
        """Return the items whose edit fills requests and yet comes last, in one that is not full.

        Always fewer than a request's worth of each edit; empty as long as it is not known whether names are added.
        """
        kept = self._store.get(KEPT)
        edits = encode(plans, deltas=kept is not None and bool(kept["adds"]))
        filling = {(edit.section_id, edit.parameters) for edit in edits if len(edit.rating_keys) == MAX_IDS}
        return frozenset(
            key
            for edit in edits
            if len(edit.rating_keys) < MAX_IDS and (edit.section_id, edit.parameters) in filling
            for key in edit.rating_keys
        )

    def _adds(self, plans: Sequence[Plan]) -> bool:
        """Tell whether this server adds the names of an edit to those that are there."""
        server = plex_library.identity(self._plex())
        key = [server.machine_id, server.version]
        kept = self._store.get(KEPT)
        if kept is not None and kept["server"] == key:
            return bool(kept["adds"])
        plan = next((plan for plan in plans if _can_tell(plan)), None)
        if plan is None:
            return False
        adds = self._try(plan)
        _log.info("Plex %s %s names to a list", server.version, "adds" if adds else "replaces all by the")
        self._store.put(KEPT, {"server": key, "adds": adds})
        return adds

    def _try(self, plan: Plan) -> bool:
        """Send what comes and goes alone and see whether the rest is still there; all is sent again afterwards."""
        for edit in encode([plan], deltas=True):
            send(self._plex(), edit)
        shown = plex_library.items(self._plex(), [plan.rating_key]).get(plan.rating_key)
        return shown is not None and all(
            {fold(name) for name in change.after} <= {fold(name) for name in shown.fields[change.field]}
            for change in plan.changes
            if change.field in DELTA_FIELDS
        )


def _can_tell(plan: Plan) -> bool:
    """Tell whether a plan adds to a list in which something stays, and which is Stash's and nobody else's."""
    kept = {one.field for one in plan.kept}
    return all(change.field not in kept for change in plan.changes) and any(map(_grows, plan.changes))


def _grows(change: Change) -> bool:
    """Tell whether names come to others, those of another request at least."""
    if change.field not in DELTA_FIELDS or change.why is Why.LOCK:
        return False
    return is_long(change) or 0 < len(added(change)) < len(change.after)
