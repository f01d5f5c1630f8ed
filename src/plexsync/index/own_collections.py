"""Collections in Plex that are PlexSync's own: they were not there before it put an item into them."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace

from plexsync.domain.errors import BadAnswer, Dropped, NoReply, NotAllowed
from plexsync.domain.model import Change, Field, Plan
from plexsync.domain.text import fold
from plexsync.plex.edits import added
from plexsync.plex.items import Items
from plexsync.runtime.clock import has_passed
from plexsync.store import Store
from plexsync.store.collections import KnownCollection, Place

UNTOLD_SECONDS = 600.0
"""For how long a server is not asked again that did not list its collections: edits are not to wait for it."""


class OwnCollections:
    """Learns which collections are our own, by listing them before the first item comes and after it.

    A collection that may be a person's is never taken for ours: where it is not certain, nothing is remembered, and the
    next listing finds that it was there before.
    """

    def __init__(self, store: Store, items: Items, now: Callable[[], float] = time.time) -> None:
        self._store = store
        self._items = items
        self._now = now
        self._untold_at = float("-inf")

    def list_before(self, plans: Collection[Plan]) -> frozenset[Place]:
        """Return the collections that these plans will make, and remember those that are there; raises server errors.

        Also notes from which of our own they are about to take an item.
        """
        self._note_leaving(plans)
        new = {(plan.section_id, fold(name)) for plan, change in _of_collections(plans) for name in added(change)}
        unknown = new - self._store.collections.known(new).keys()
        there = self._there(unknown)
        if there is None:
            return frozenset()
        self._remember(KnownCollection(place) for place in unknown & there.keys())
        return frozenset(unknown - there.keys())

    def list_after(self, plans: Collection[Plan], made: frozenset[Place]) -> None:
        """Remember collections that were not there before these plans as our own; raises server errors."""
        self._note_leaving(plans)
        there = self._there(made)
        self._remember(there[place] for place in made if there is not None and place in there)

    def _note_leaving(self, plans: Iterable[Plan]) -> None:
        leaving = {
            (plan.section_id, fold(name))
            for plan, change in _of_collections(plans)
            for name in set(change.before) - set(change.after)
        }
        known = self._store.collections.known(leaving).values()
        self._remember(replace(one, left_at=self._now()) for one in known if one.rating_key)

    def _there(self, places: Iterable[Place]) -> dict[Place, KnownCollection] | None:
        """List the collections of these libraries; None where the server does not tell.

        One that is away altogether will not take the edits either, so nothing is hidden by that.
        """
        if not has_passed(UNTOLD_SECONDS, self._untold_at, self._now()):
            return None
        try:
            return {
                place: KnownCollection(place, one.rating_key, one.title)
                for section in sorted({section for section, _ in places})
                for one in self._items.collections(section)
                for place in [(section, fold(one.title))]
            }
        except (BadAnswer, NotAllowed, Dropped, NoReply):
            self._untold_at = self._now()
            return None

    def _remember(self, collections: Iterable[KnownCollection]) -> None:
        kept = tuple(collections)
        if kept:
            with self._store.transaction():
                self._store.collections.keep(kept)


def _of_collections(plans: Iterable[Plan]) -> Iterator[tuple[Plan, Change]]:
    return ((plan, change) for plan in plans for change in plan.changes if change.field is Field.COLLECTIONS)
