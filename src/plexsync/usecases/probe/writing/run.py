"""The writing part of a probe as a whole: begun with a journal, ended with the item as it was, whatever happens."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from plexsync.domain.errors import FolderUnusable, PlexSyncError
from plexsync.store.files.probe_journal import KeptProbe, ProbeJournal
from plexsync.usecases.probe.asker import Asker
from plexsync.usecases.probe.question import Evidence, Inquiry
from plexsync.usecases.probe.saved_item import SavedItem
from plexsync.usecases.probe.writing.collection import CollectionRun, remove_own
from plexsync.usecases.probe.writing.remains import Remains, Whose, edited
from plexsync.usecases.probe.writing.restorer import ItemVanished, Learnt, Restorer, Viewer
from plexsync.usecases.probe.writing.trial_run import TrialRun
from plexsync.usecases.probe.writing.trials import TRIALS

COLLECTION_WRITE = "collection.add"


class JournalKeeper:
    """Keeps the journal of one probe: the item as it was, and each write before it is sent."""

    def __init__(self, journal: ProbeJournal) -> None:
        self._journal = journal
        self.may_own_collection = False

    def begin(self, server: str, saved: SavedItem) -> None:
        """Keep the item; raises :class:`FolderUnusable`, and then nothing was written."""
        try:
            self._journal.begin({"server": server, "item": saved.to_json()})
        except OSError as problem:
            raise self._unusable(problem) from problem

    def announce(self, inquiry: Inquiry, subject: Mapping[str, str]) -> None:
        """Keep a write before it is sent; raises :class:`FolderUnusable`."""
        try:
            self._journal.note(inquiry.name, edited(inquiry.told(subject).items()))
        except OSError as problem:
            raise self._unusable(problem) from problem
        self.may_own_collection |= inquiry.name == COLLECTION_WRITE

    def note_restored(self) -> None:
        """Keep that the item is as it was, for now; raises :class:`FolderUnusable`."""
        try:
            self._journal.note_restored()
        except OSError as problem:
            raise self._unusable(problem) from problem

    def end(self) -> None:
        """Forget it all: everything is as it was. Raises :class:`FolderUnusable`."""
        try:
            self._journal.end()
        except OSError as problem:
            raise self._unusable(problem) from problem

    def _unusable(self, problem: OSError) -> FolderUnusable:
        return FolderUnusable(path=str(self._journal.path), detail=problem.strerror or str(problem))


class WritingRun:
    """Carries out all trials on one item."""

    def __init__(
        self, asker: Asker, subject: Mapping[str, str], saved: SavedItem, seen: Evidence, keeper: JournalKeeper
    ) -> None:
        self._asker = asker
        self._subject = subject
        self._keeper = keeper
        self._trials = TrialRun(asker, subject, saved, seen)

    def carry_out(self, on_end: Callable[[], None]) -> None:
        """Do everything, and put the item back; the journal is gone afterwards only if that came off.

        ``on_end`` hears when it ends early, before the item is put back.
        Raises what :meth:`TrialRun.carry_out` raises, :class:`Unseen`, :class:`FolderUnusable` and KeyboardInterrupt.
        """
        try:
            for trial in TRIALS:
                self._trials.carry_out(trial)
                if not self._trials.has_unseen:
                    self._keeper.note_restored()
            CollectionRun(self._trials, self._subject).carry_out()
            self._trials.put_back_unseen()
            self._trials.put_back_order()
        except BaseException:  # a Ctrl-C too
            on_end()
            self._put_back()
            raise
        self._trials.require_seen()
        self._keeper.end()

    def _put_back(self) -> None:
        """Put everything back after a failure; one that comes of it leaves the journal there."""
        try:
            self._trials.put_back()
            self._remove_own()
            self._keeper.end()
        except ItemVanished:
            self._remove_own()
            raise
        except PlexSyncError:
            return  # the journal is still there, and whoever asked is told why

    def _remove_own(self) -> None:
        if self._keeper.may_own_collection:
            remove_own(self._asker, self._subject)


class AnotherItem(Exception):
    """Plex has given the rating key to another item, or the item another match; the text is the rating key."""


@dataclass(frozen=True, slots=True)
class RestoredItem:
    """An item that was put back.

    ``changed`` names the parts that somebody else has changed since, and that stay. ``reordered`` names the lists that
    the server keeps in another order than before.
    """

    rating_key: str
    title: str
    changed: tuple[str, ...]
    reordered: tuple[str, ...]


Agree = Callable[[Sequence[str]], bool]
"""Tells whether parts of the item are put back of which nobody can tell who has changed them."""


def put_back_after_crash(asker: Asker, kept: KeptProbe, agree: Agree) -> RestoredItem:
    """Put back what a probe has left, by its journal, and nothing that somebody else has changed since.

    Raises as :meth:`Restorer.restore_after_crash`, and :class:`AnotherItem` before anything was sent.
    """
    saved = SavedItem.from_json(kept.saved["item"])
    subject = {"item": saved.rating_key, "section": saved.section_id}
    try:
        looked = _require_same(asker, subject, saved)
        now = Restorer(asker, subject, saved, Learnt()).settled(looked)
        remains = Remains.of(saved, now, kept.pending)
        unsure = remains.parts(Whose.UNSURE)
        with_unsure = bool(unsure) and agree(unsure)
        target = remains.target(with_unsure=with_unsure)
        restorer = Restorer(asker, subject, target, Learnt())
        reordered = restorer.restore_order(restorer.restore(now))
    except ItemVanished:
        _remove_own(asker, subject, kept)
        raise
    _remove_own(asker, subject, kept)
    changed = (*remains.parts(Whose.PERSON), *(() if with_unsure else unsure))
    return RestoredItem(saved.rating_key, saved.value("title"), changed, reordered)


def _require_same(asker: Asker, subject: Mapping[str, str], saved: SavedItem) -> SavedItem:
    """Return the item as it is if it is the same one: a new database has other items under the same keys."""
    now = Viewer(asker, subject, Learnt(), restoring=True).read()
    if saved.guid and now.guid and now.guid != saved.guid:
        raise AnotherItem(saved.rating_key)
    return now


def _remove_own(asker: Asker, subject: Mapping[str, str], kept: KeptProbe) -> None:
    if COLLECTION_WRITE in kept.writes:
        remove_own(asker, subject)
