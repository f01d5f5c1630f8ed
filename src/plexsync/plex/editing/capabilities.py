"""The forms of edits that the present server understands, kept in ``state.db`` for it and its version alone.

Nothing is tried on purpose on a value of a person. Ordinary writes teach, when they are read back. With another
version everything is learnt anew.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from plexsync.domain.advice import explain
from plexsync.domain.capabilities import Adding, EditCapabilities, Lesson, Seen, setting_of
from plexsync.domain.model import Field
from plexsync.plex.items import Items
from plexsync.plex.library import Identity
from plexsync.store import Store
from plexsync.store.state import KNOWN_SERVERS, KnownServers

IDENTITY_SECONDS = 60.0
"""For how long a server is taken for the one that last answered."""

_log = logging.getLogger("plexsync")


def known_servers(store: Store) -> KnownServers:
    """Return what is remembered of servers."""
    return store.state.get(KNOWN_SERVERS, KnownServers())


def meet(store: Store, who: Identity) -> EditCapabilities:
    """Note which server and version answers; returns what it was seen to do."""
    kept, server = known_servers(store), (who.machine_id, who.version)
    known = kept.of(server)
    if kept.servers[:1] != (known,):
        store.state.put(KNOWN_SERVERS, kept.with_current(known))
    return known


def try_again(store: Store, names: Collection[str]) -> None:
    """Forget that fields, or the photos of actors, were written in vain to the server that answered last."""
    kept = known_servers(store)
    if {*kept.current.arrived, *kept.current.in_vain} & set(names):
        store.state.put(KNOWN_SERVERS, kept.with_current(kept.current.anew(names)))


class ServerCapabilities:
    """Knows and learns what one server does; for the worker's thread."""

    def __init__(self, store: Store, items: Items, now: Callable[[], float] = time.time) -> None:
        self._store = store
        self._items = items
        self._now = now
        self._asked_at = float("-inf")

    @property
    def remembered(self) -> EditCapabilities:
        """That of the server that answered last, whichever answers now."""
        return known_servers(self._store).current

    def known(self) -> EditCapabilities:
        """Return that of the server that answers now; raises server errors."""
        if not 0 <= self._now() - self._asked_at < IDENTITY_SECONDS:
            who = self._items.identity()
            with self._store.transaction():
                meet(self._store, who)
            self._asked_at = self._now()
        return self.remembered

    def in_use(self) -> EditCapabilities:
        """Return what edits are to go by; who answers is asked only where that matters. Raises server errors."""
        kept = self.remembered
        return kept if kept.is_as_assumed else self.known()

    def learn(self, lessons: Sequence[Lesson]) -> None:
        """Keep what writes have shown; raises server errors."""
        telling = [lesson for lesson in lessons if lesson.is_telling]
        kept = self.remembered if telling else EditCapabilities()
        if kept.taught(telling) != kept:
            self._keep(self.known(), lambda known: known.taught(telling))

    @property
    def due_again(self) -> frozenset[str]:
        """The fields that are off and are to be tried on one more item."""
        return self.remembered.due_again(self._now())

    def try_again(self, names: Collection[str]) -> None:
        """Note that fields that are off are about to be tried on one more item; raises server errors."""
        if names:
            self._keep(self.known(), lambda known: known.tried_now(names, self._now()))

    def learn_adding(self, adding: Adding) -> None:
        """Keep how names come to a list; raises server errors."""
        self._keep(self.known(), lambda known: replace(known, adding=adding))

    def learn_stamps(self, moves: Mapping[Field, bool]) -> None:
        """Keep whether edits of single fields move ``updatedAt``; raises server errors."""
        told = {of.value: has_moved for of, has_moved in moves.items()}
        self._keep(self.known(), lambda known: replace(known, stamps={**known.stamps, **told}))

    def _keep(self, before: EditCapabilities, change: Callable[[EditCapabilities], EditCapabilities]) -> None:
        with self._store.transaction():
            kept = known_servers(self._store)
            known = change(kept.of(before.server))
            known = known.tried_now(known.off - before.off, self._now())
            if known != kept.of(before.server):
                self._store.state.put(KNOWN_SERVERS, kept.with_current(known))
        self._tell(before, known)

    @staticmethod
    def _tell(before: EditCapabilities, known: EditCapabilities) -> None:
        if (before.adding, before.forms, before.stamps) != (known.adding, known.forms, known.stamps):
            told = [answer.code for answer in known.answers if answer.seen is not Seen.NOT_SEEN]
            _log.info("Plex %s with edits: %s", known.server[-1], ", ".join(told))
        for name in sorted(known.off - before.off):
            _log.warning("%s", explain("switched_off", {"fields": name, "setting": setting_of(name)}))
