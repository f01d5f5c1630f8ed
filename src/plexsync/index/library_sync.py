"""The chosen libraries of Plex, listed into the path index, and what a listing shows that was not known.

Only this writes listings into the index. The worker and a reconcile run may list at the same time: each listing in full
has a mark of its own, and drops only what no newer listing has shown.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from plexsync.domain.advice import explain
from plexsync.domain.left_out import UNKNOWN, LeftOut
from plexsync.domain.model import Field, Item, ListedItem, Section
from plexsync.domain.paths.key import path_key
from plexsync.domain.text import fold
from plexsync.index.drift import has_ours
from plexsync.plex.client import SERVER
from plexsync.plex.editing.capabilities import meet
from plexsync.plex.libraries import Libraries
from plexsync.plex.library import ItemsRead, choose
from plexsync.runtime.clock import has_passed
from plexsync.runtime.target import Target
from plexsync.store import Store
from plexsync.store.jobs import Priority
from plexsync.store.library import SectionRow
from plexsync.store.state import CHOSEN_LIBRARIES, LISTING_MARK, MACHINE_ID, RESTORED_AT, ChosenLibraries

SWEEP_AFTER = 24 * 3600.0
RESTORE_SECONDS = 3600.0
"""Seconds within which all that is found older belongs to the same restore."""

UNEXPLAINED_PAUSE, UNEXPLAINED_PER_ITEM = 600.0, 0.1
CHUNK = 500
PROBES = 3
_log = logging.getLogger("plexsync")


@dataclass(slots=True)
class IndexChanges:
    """Everything in listings that the index did not know.

    ``new_libraries`` are the sections that were listed for the first time. In the others ``has_other_files`` tells that
    an item is new or has other files than it had; ``concerned`` are the scenes with a file at one of these places, old
    or new. ``drifted`` are those of items that were changed by somebody else since we last wrote to them or looked,
    ``lost`` those of items that are gone.
    """

    new_libraries: set[str] = field(default_factory=set)
    has_other_files: bool = False
    concerned: set[int] = field(default_factory=set)
    drifted: set[int] = field(default_factory=set)
    lost: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Listing:
    """The result of a listing: its newest change that is not yet to come by Plex's clock, and the rows left out.

    ``is_whole`` tells that it reached the number of rows that the server told.
    """

    newest: int
    left_out: tuple[LeftOut, ...]
    is_whole: bool


class LibrarySync:
    """Lists the libraries of one server into one store; for one thread."""

    def __init__(
        self, store: Store, target: Target, libraries: Libraries, now: Callable[[], float] = time.time
    ) -> None:
        self._store = store
        self._target = target
        self._libraries = libraries
        self._now = now
        self.sections: tuple[Section, ...] = ()
        self._renamed: dict[str, str] = {}
        self._explained: set[str] = set()
        self._unexplained: set[str] = set()

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders of all chosen libraries."""
        return tuple(folder for section in self.sections for folder in section.locations)

    def check_server(self) -> bool:
        """See which server answers; for another one than before all is looked up anew. Tells whether it is another.

        Scenes of which something was once left there are wanted. Raises server errors.
        """
        identity = self._libraries.identity()
        who = identity.machine_id
        with self._store.transaction():
            meet(self._store, identity)
            known = self._store.state.get(MACHINE_ID)
            if known == who:
                return False
            returned = frozenset[int]() if known is None else self._store.change_plex(known, who)
            self._store.state.put(MACHINE_ID, who)
        if known is not None:
            _log.warning("another Plex server answers: its items are looked up anew")
        for scenes in chunks(returned):
            with self._store.transaction():
                self._store.jobs.enqueue_again(scenes, priority=Priority.MANY, origin="plex", now=self._now())
        return known is not None

    def adopt(self) -> bool:
        """Find the chosen libraries without listing any; tells whether all were listed, and on this server.

        Raises server errors and :class:`NoSuchLibrary`.
        """
        who = self._libraries.identity().machine_id
        self.sections = self._chosen(self._libraries.sections())
        known = self._store.library.sections()
        return who == self._store.state.get(MACHINE_ID) and all(section.id in known for section in self.sections)

    def list_changes(self, *, anew: bool = False) -> IndexChanges:
        """List new libraries, and old listings, in full, of the others what changed; forget those that are gone.

        Where anything has changed, or ``anew``, it is seen whether it is still the same server. Raises server errors
        and :class:`NoSuchLibrary`.
        """
        changes = IndexChanges()
        offered = self._libraries.sections()
        if (anew or self._is_other(offered)) and self.check_server():
            offered = self._libraries.sections()
        known = self._choose(offered, changes)
        for section in self.sections:
            row = known.get(section.id)
            if row is None or has_passed(self._sweep_after(section), row.swept_at, self._now()):
                self._list_in_full(section, changes, is_new=row is None)
            elif _has_moved(section, row):
                self._list_what_changed(section, row, changes)
        return changes

    def list_all(self, on_progress: Callable[[int], None]) -> IndexChanges:
        """List every chosen library in full; ``on_progress`` hears after each page how many items were listed so far.

        Raises as :meth:`list_changes`.
        """
        changes = IndexChanges()
        self.check_server()
        known = self._choose(self._libraries.sections(), changes)
        listed = 0

        def count(rows: int) -> None:
            nonlocal listed
            listed += rows
            on_progress(listed)

        for section in self.sections:
            self._list_in_full(section, changes, is_new=section.id not in known, on_progress=count)
        return changes

    def read(self, rating_keys: Iterable[str]) -> IndexChanges:
        """Read single items, of which Plex told something, into the index; raises server errors."""
        changes, keys = IndexChanges(), sorted(rating_keys)
        read = self._libraries.read_items(keys)
        found = read.items
        self._explained.update(self._store.library.section_of(keys).values())
        ours = {section.id for section in self.sections}
        self._index_items([_listed(item) for item in found.values() if item.section_id in ours], changes)
        # A stamp has whole seconds: somebody may have changed an item right after we did.
        for key, record in self._store.links.of_items(found).items():
            if record.item_updated_at == found[key].updated_at and not has_ours(found[key], record.base):
                changes.drifted.add(record.scene_id)
        self._drop([key for key in keys if key not in found and key not in read.unreadable], changes)
        self._name_unreadable(read)
        return changes

    def _name_unreadable(self, read: ItemsRead) -> None:
        """Keep which items cannot be read, under the titles they had, and forget those that can."""
        sections = self._store.library.section_of(read.unreadable)
        titles = self._store.library.titles(read.unreadable)
        names = {section.id: section.title for section in self.sections}
        with self._store.transaction():
            self._store.left_out.forget(SERVER, read.items)
            self._store.left_out.add(
                LeftOut(SERVER, place, key, names.get(place, ""), titles.get(key, ""), "", problem)
                for key, problem in read.unreadable.items()
                if (place := sections.get(key)) is not None
            )

    def _is_other(self, offered: Sequence[Section]) -> bool:
        """Tell whether anything has changed in the libraries that are indexed; without an index nothing has."""
        known, now = self._store.library.sections(), {section.id: section for section in offered}
        return any(
            key not in now or now[key].title != row.title or _has_moved(now[key], row) for key, row in known.items()
        )

    def _choose(self, offered: Sequence[Section], changes: IndexChanges) -> dict[str, SectionRow]:
        """Find the chosen libraries; returns what is remembered of them, without those that are chosen no more."""
        self.sections = self._chosen(offered)
        known = self._store.library.sections()
        for gone in set(known) - {section.id for section in self.sections}:
            with self._store.transaction():
                self._note_lost(self._store.library.unswept(gone, sys.maxsize), changes)
                self._store.library.drop_section(gone)
                self._store.left_out.replace(SERVER, gone, ())
        if any((row := known.get(one.id)) is not None and 0 < one.changed < row.changed for one in self.sections):
            self._note_restored(changes)
        self._note_agents(known)
        return known

    def _note_restored(self, changes: IndexChanges) -> None:
        """Note that Plex has an older database than before: values that PlexSync replaced since are there again.

        All scenes are looked at, those as well whose items were touched since: their stamps are new.
        """
        if not has_passed(RESTORE_SECONDS, self._store.state.get(RESTORED_AT, 0.0), self._now()):
            return
        self._store.state.put(RESTORED_AT, self._now())
        changes.drifted |= self._store.scenes.ids()
        _log.warning("%s", explain("plex_restored", {}))

    def _note_agents(self, known: Mapping[str, SectionRow]) -> None:
        """Look at the scenes of a library again that has got another agent: its pictures may follow other rules."""
        for section in self.sections:
            row = known.get(section.id)
            if row is not None and row.agent != section.agent:
                with self._store.transaction():
                    scenes = self._store.library.change_agent(section)
                for some in chunks(scenes):
                    with self._store.transaction():
                        self._store.jobs.enqueue_again(some, priority=Priority.MANY, origin="plex", now=self._now())

    def _chosen(self, offered: Sequence[Section]) -> tuple[Section, ...]:
        """Pick libraries by their names, or by the key a name once had: a renamed library is still the same."""
        names = self._target.settings.names("plex_libraries")
        server, known = self._store.state.get(MACHINE_ID), self._store.state.get(CHOSEN_LIBRARIES)
        kept = known.keys if known is not None and known.server == server else {}
        keys = {section.id: section.title for section in offered}
        titles = {fold(section.title) for section in offered}
        now_called = [name if fold(name) in titles else keys.get(kept.get(fold(name), ""), name) for name in names]
        for name, title in zip(names, now_called, strict=True):
            if name != title and self._renamed.get(name) != title:
                self._renamed[name] = title
                _log.warning("library %s is called %s now: correct plex_libraries", name, title)
        chosen = choose(offered, tuple(now_called))
        by_title = {fold(section.title): section.id for section in chosen}
        fresh = {fold(name): by_title[fold(title)] for name, title in zip(names, now_called, strict=True)}
        if fresh != kept:
            self._store.state.put(CHOSEN_LIBRARIES, ChosenLibraries(server, fresh))
        self._target.agents.update({section.id: section.agent for section in chosen})
        return chosen

    def _list_in_full(
        self,
        section: Section,
        changes: IndexChanges,
        *,
        is_new: bool,
        on_progress: Callable[[int], None] = lambda _: None,
    ) -> None:
        mark = self._new_mark()
        self._unexplained.discard(section.id)
        if is_new:
            changes.new_libraries.add(section.id)
        listing = self._index_pages(section, None, changes, on_progress)
        with self._store.transaction():
            self._store.left_out.replace(SERVER, section.id, listing.left_out)
            self._store.library.keep(_keys_of(listing.left_out), section.id, mark)
        unlisted = [row.key for row in listing.left_out if row.key.startswith(UNKNOWN)]
        if unlisted or not listing.is_whole:
            self._keep_unlisted(section.id, mark, unlisted)
        with self._store.transaction():
            self._note_lost(self._store.library.unswept(section.id, mark), changes)
            self._store.library.drop_unswept(section.id, mark)
            self._store.library.remember_section(section, listing.newest, self._now())

    def _keep_unlisted(self, section_id: str, mark: int, unlisted: Sequence[str]) -> None:
        """Keep the items that a listing did not tell of, and that are still there when they are asked for.

        Each of them is one of the rows that were ``unlisted``, if there are any.
        """
        keys = self._store.library.unswept(section_id, mark)
        if not keys:
            return
        others = self._store.library.some(PROBES, but=keys)
        read = self._libraries.read_items(keys, others)
        there = (*read.items, *read.unreadable)
        with self._store.transaction():
            self._store.library.keep(there, section_id, mark)
            self._store.left_out.forget(SERVER, unlisted[: len(there)])
        self._name_unreadable(read)

    def _list_what_changed(self, section: Section, row: SectionRow, changes: IndexChanges) -> None:
        """List what changed; where as much is not there as was, something is gone that only a full listing tells.

        Likewise where the counter moved and no item shows why: a file may have moved without a new ``updatedAt``.
        """
        listing = self._index_pages(section, row.watermark, changes, lambda _: None)
        with self._store.transaction():
            # Places are those of full listings.
            known = [row for row in listing.left_out if not row.key.startswith(UNKNOWN)]
            self._store.left_out.add(known)
            self._store.library.keep(_keys_of(known), section.id, self._mark())
        if section.changed and listing.newest <= row.watermark and section.id not in self._explained:
            self._unexplained.add(section.id)
        self._explained.discard(section.id)
        if self._is_short(section) or has_passed(self._sweep_after(section), row.swept_at, self._now()):
            self._list_in_full(section, changes, is_new=False)
            return
        with self._store.transaction():
            self._store.library.remember_section(section, max(row.watermark, listing.newest), row.swept_at)

    def _is_short(self, section: Section) -> bool:
        """Tell whether a library has another number of items than the index; a server may not tell its own."""
        total = self._libraries.total(section)
        if total is None:
            self._unexplained.add(section.id)
            return False
        unlisted = self._store.left_out.without_key(SERVER, section.id)
        return total != self._store.library.number_in(section.id) + unlisted

    def _sweep_after(self, section: Section) -> float:
        """Return how long after a full listing the next one is due: soon where something happened unexplained."""
        if section.id not in self._unexplained:
            return SWEEP_AFTER
        return max(UNEXPLAINED_PAUSE, UNEXPLAINED_PER_ITEM * self._store.library.number_in(section.id))

    def _index_pages(
        self,
        section: Section,
        since: int | None,
        changes: IndexChanges,
        on_progress: Callable[[int], None],
    ) -> _Listing:
        """Index what a listing shows."""
        newest, is_whole = 0, False
        left_out: list[LeftOut] = []
        for page in self._libraries.listing(section, since):
            self._index_items(page.items, changes)
            left_out += page.left_out
            newest, is_whole = max((newest, *(item.updated_at for item in page.items))), page.is_end
            on_progress(len(page.items))
        clock = self._libraries.clock
        return _Listing(min(newest, int(self._now() if clock is None else clock)), tuple(left_out), is_whole)

    def _index_items(self, page: Sequence[ListedItem], changes: IndexChanges) -> None:
        summaries = self._store.links.owners_of(item.rating_key for item in page)
        for item in page:
            summary = summaries.get(item.rating_key)
            if summary is not None and summary.is_complete and summary.item_updated_at != item.updated_at:
                changes.drifted.add(summary.scene_id)
            if summary is not None and 0 < item.updated_at < summary.item_updated_at:
                self._note_restored(changes)
        with self._store.transaction():
            others = self._store.library.put(page, self._mark())
        of_old_libraries = {item.rating_key for item in page if item.section_id not in changes.new_libraries}
        # A lost file matters too: a scene that shared the item may have it alone now.
        places = {key for item, keys in others.items() if item in of_old_libraries for key in keys}
        if places:
            changes.has_other_files = True
            changes.concerned.update(*self._store.scenes.claimants(places).values())

    def _drop(self, rating_keys: Sequence[str], changes: IndexChanges) -> None:
        with self._store.transaction():
            self._note_lost(rating_keys, changes)
            self._store.library.drop_items(rating_keys)
            self._store.left_out.forget(SERVER, rating_keys)

    def _note_lost(self, rating_keys: Sequence[str], changes: IndexChanges) -> None:
        changes.lost.update(summary.scene_id for summary in self._store.links.owners_of(rating_keys).values())

    def correct(self, rating_keys: Iterable[str], items: dict[str, Item]) -> bool:
        """Bring the index in line with items that were just read; tells whether it was wrong about any.

        Plex moves files from item to item when it, or a person, merges or splits them.
        """
        known = self._store.library.keys_of(rating_keys)
        gone = [key for key in known if key not in items]
        wrong = [items[key] for key in known if key in items and set(known[key]) != part_keys(items[key])]
        if not gone and not wrong:
            return False
        if self.check_server():
            return True
        changes = IndexChanges()
        self._index_items([_listed(item) for item in wrong], changes)
        with self._store.transaction():
            self._store.library.drop_items(gone)
            self._wake_rivals(changes)
        return True

    def _wake_rivals(self, changes: IndexChanges) -> None:
        """Let those go on that were held up by who shared an item with them: no listing will tell of it again."""
        self._store.jobs.wake_waiting(changes.concerned, "ambiguous", self._now())

    def _mark(self) -> int:
        """The mark of the newest full listing, to be asked for within the transaction that uses it."""
        return self._store.state.get(LISTING_MARK, 0)

    def _new_mark(self) -> int:
        with self._store.transaction():
            mark = self._mark() + 1
            self._store.state.put(LISTING_MARK, mark)
        return mark


def _keys_of(rows: Iterable[LeftOut]) -> list[str]:
    return [row.key for row in rows if not row.key.startswith(UNKNOWN)]


def part_keys(item: Item | ListedItem) -> set[str]:
    """Return the normalised paths of an item's files."""
    return {path_key(part.path) for part in item.parts}


def chunks(scenes: Iterable[int]) -> Iterator[list[int]]:
    """Yield scenes in order, a few hundred at a time."""
    rest = iter(sorted(scenes))
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _has_moved(section: Section, row: SectionRow) -> bool:
    """Tell whether a library may have changed; a server that keeps no counter says 0 for ever."""
    return row.changed != section.changed or not section.changed


def _listed(item: Item) -> ListedItem:
    return ListedItem(item.rating_key, item.section_id, str(item.fields[Field.TITLE]), item.updated_at, 0, item.parts)
