"""Puts an item back as it was saved, whatever has become of it, and shows that it is so.

Nothing depends on what was written last: the item is read, and each difference is put right. Surplus names are taken
away in one form after the other, for it is not known which one a server understands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from plexsync.net.decode import DECODE_ERRORS, misfit
from plexsync.usecases.probe.asker import Asker
from plexsync.usecases.probe.pace import Spent
from plexsync.usecases.probe.question import Inquiry
from plexsync.usecases.probe.saved_item import LISTS, SavedItem
from plexsync.usecases.probe.writing.edits import (
    REMOVALS,
    Removal,
    added,
    edit,
    everything,
    put_back,
    whole_list,
)

ITEM = Inquiry(
    "restore.look",
    "/library/metadata/{item}",
    (("skipRefresh", "1"), ("checkFiles", "0"), ("X-Plex-Container-Start", "0"), ("X-Plex-Container-Size", "1")),
)
RATE = Inquiry(
    "restore.rate",
    "/:/rate",
    (("identifier", "com.plexapp.plugins.library"), ("key", "{item}"), ("rating", "{rating}")),
    "PUT",
)
CLEARED = "-1"
"""The rating that takes a rating away (docs/engineering/plex.md §4.3)."""

PAUSES = (0.0, 0.5, 1.0, 1.5)
"""Reads after a write may be old by two seconds (docs/engineering/plex.md §6): in all, three seconds are waited."""

LONG_PAUSES = (*PAUSES, 4.0, 8.0, 20.0)
"""A server whose lag is not known yet may be slower than any that was described."""

SETTLING_SECONDS = 3.0
_NOT_FOUND = 404


class NotRestored(Exception):
    """The item is not as it was; ``differences`` names its parts that are otherwise."""

    def __init__(self, differences: Sequence[str]) -> None:
        super().__init__(", ".join(differences))
        self.differences = tuple(differences)


@contextmanager
def _within_limit() -> Iterator[None]:
    """Say that the item is not put back where no request is left for it."""
    try:
        yield
    except Spent as spent:
        raise NotRestored([str(spent)]) from spent


class ItemVanished(Exception):
    """The item is not in Plex any more, so there is nothing to put back."""


@dataclass(slots=True)
class Learnt:
    """The lessons of one probe for its own restores.

    ``lag`` is the longest span that a write took to show so far (seconds). ``removals`` are the forms in the order in
    which they are tried: the one that worked last comes first. ``pauses`` are those between reads of a write;
    ``has_shown`` tells whether any write was ever seen, ``has_removed`` whether a form has worked.
    """

    lag: float = 0.0
    pauses: tuple[float, ...] = LONG_PAUSES
    has_shown: bool = False
    has_removed: bool = False
    removals: tuple[Removal, ...] = REMOVALS

    def worked(self, form: Removal) -> None:
        """Try this form first from now on."""
        self.has_removed = True
        self.removals = (form, *(one for one in self.removals if one is not form))

    @property
    def turns(self) -> tuple[Removal, ...]:
        """The forms, and then the last resort: a list is emptied, and filled in another turn."""
        return (*self.removals, everything, self.removals[0])


@dataclass(slots=True)
class Viewer:
    """Reads the item, and waits for what was written to show."""

    asker: Asker
    subject: Mapping[str, str]
    learnt: Learnt
    restoring: bool = field(default=False, kw_only=True)

    def read(self) -> SavedItem:
        """Read the item as it is now; raises :class:`ItemVanished`, :class:`ServerError`, :class:`Spent`."""
        found = self.asker.ask(ITEM, self.subject, restoring=self.restoring)
        if found.status == _NOT_FOUND:
            raise ItemVanished
        try:
            return SavedItem.of(found.rows[0], found.container)
        except DECODE_ERRORS as problem:
            raise self.asker.client.nonsense(f"the item makes no sense: {misfit(problem)}", found.status) from problem

    def read_until(self, shows: Callable[[SavedItem], bool]) -> tuple[SavedItem, bool]:
        """Read the item until it shows something, or three seconds are over; returns it, and whether it does.

        The first time it waits half a minute: a write that shows later than that would stay.
        """
        began = self.asker.pace.clock.now()
        self.asker.pace.clock.sleep(self.learnt.lag)
        pauses, self.learnt.pauses = self.learnt.pauses, PAUSES
        for pause in pauses:
            self.asker.pace.clock.sleep(pause)
            now = self.read()
            if shows(now):
                self.learnt.has_shown = True
                waited = self.asker.pace.clock.now() - began if pause else 0.0
                self.learnt.lag = max(self.learnt.lag, waited)
                return now, True
        return now, False


class Restorer:
    """Puts one item back; each of its methods raises :class:`NotRestored` where that fails."""

    def __init__(self, asker: Asker, subject: Mapping[str, str], saved: SavedItem, learnt: Learnt) -> None:
        self._asker = asker
        self._subject = subject
        self._saved = saved
        self._learnt = learnt
        self._viewer = Viewer(asker, subject, learnt, restoring=True)

    def restore(self, shown: SavedItem | None = None) -> SavedItem:
        """Put right whatever differs, and read it back until nothing does; returns the item as it is then.

        ``shown`` is the item if it was just read.
        """
        with _within_limit():
            return self._restored(shown or self._viewer.read())

    def _restored(self, now: SavedItem) -> SavedItem:
        is_same = self._is_same(now)
        for turn, remove in enumerate(self._learnt.turns if not is_same else ()):
            wrong = self._saved.differences(now)
            self._put_back(wrong, is_first=not turn)
            self._put_back_lists(now, wrong, remove)
            now, is_same = self._viewer.read_until(self._is_same)
            if is_same:
                if turn < len(REMOVALS):
                    self._learnt.worked(remove)
                return now
        if not is_same:
            raise NotRestored(self._saved.differences(now))
        return now

    def restore_after_crash(self) -> SavedItem:
        """Put it back although a write may still be on its way; returns the item as it is then.

        An edit that changes nothing stands in line behind it: the server writes one after the other.
        """
        return self.restore(self.settled(self._saved))

    def restore_order(self, now: SavedItem) -> tuple[str, ...]:
        """Bring lists into their old order; returns those that keep another: the server has an order of its own.

        The names from the first wrong place on are taken away, in each form that there is, and added again; at last the
        whole list is. ``now`` is the item as it was just read.
        """
        try:
            for of in self._saved.reordered(now):
                for remove in (*self._learnt.removals, everything):
                    if of in self._saved.reordered(now):
                        self._send_end_again(of, now, remove)
                        now = self._restored(self._viewer.read_until(partial(self._stands, of))[0])
        except Spent:
            now = self._restored(now)
        return self._saved.reordered(now)

    def _send_end_again(self, of: str, now: SavedItem, remove: Removal) -> None:
        wanted, there = self._saved.names(of), now.names(of)
        first = next(place for place, names in enumerate(zip(wanted, there, strict=True)) if names[0] != names[1])
        kept = 0 if remove is everything else first
        for pairs in (*remove(of, wanted[kept:]), whole_list(of, self._saved, kept)):
            self._send(*pairs)

    def _stands(self, of: str, now: SavedItem) -> bool:
        return self._saved.names(of) == now.names(of)

    def settled(self, now: SavedItem) -> SavedItem:
        """Let writes that are on their way come in; returns the item as it is then. ``now`` is how it is."""
        with _within_limit():
            self._send(("title.locked", str(int("title" in now.locks))))
            self._asker.pace.clock.sleep(SETTLING_SECONDS)
            return self._viewer.read()

    def _is_same(self, now: SavedItem) -> bool:
        return not self._saved.differences(now)

    def _put_back(self, wrong: Sequence[str], *, is_first: bool) -> None:
        """Give fields and locks their values; a rating that does not take that is rated by its own address."""
        pairs = put_back(self._saved, [name for name in wrong if name not in LISTS])
        if pairs:
            self._send(*pairs)
        if "userRating" in wrong and not is_first:
            rating = self._saved.values.get("userRating", CLEARED)
            self._asker.ask(RATE, {**self._subject, "rating": rating}, restoring=True)

    def _put_back_lists(self, now: SavedItem, wrong: Sequence[str], remove: Removal) -> None:
        for of in (name for name in wrong if name in LISTS):
            kept = self._saved.lists.get(of, ())
            if set(kept) - set(now.lists.get(of, ())):
                self._send(*whole_list(of, self._saved))
            surplus = sorted({name for name in now.names(of) if name not in self._saved.names(of)})
            if surplus:
                for pairs in remove(of, surplus):
                    self._send(*pairs)
            self._undouble(of, now, remove)

    def _undouble(self, of: str, now: SavedItem, remove: Removal) -> None:
        """Take away names of the item's own that stand there twice, and add them once."""
        doubled = sorted({name for name in self._saved.names(of) if now.names(of).count(name) > 1})
        if doubled:
            for pairs in (*remove(of, doubled), added(of, doubled)):
                self._send(*pairs)

    def _send(self, *pairs: tuple[str, str]) -> None:
        inquiry, values = edit("restore.edit", pairs)
        self._asker.ask(inquiry, {**self._subject, **values}, restoring=True)
