"""Reading items back after edits: what Plex shows is compared with what was to be written.

Most of a round is read while its last edits are on their way. Items that have moved by then are compared, a few with
each edit. All others are read at the end: a server may show edits late.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Mapping, Sequence
from math import ceil

from plexsync.domain.errors import PlexSyncError
from plexsync.domain.model import Item
from plexsync.plex.editing.capabilities import ServerCapabilities
from plexsync.plex.editing.edit_batching import EditBatching
from plexsync.plex.editing.lateness import Lateness
from plexsync.plex.edits import Edit
from plexsync.plex.items import Items
from plexsync.runtime.clock import has_passed
from plexsync.sync.sending.item_write import ItemWrite
from plexsync.sync.sending.sender import Sent

PARTS, LEAST = 4, 40
"""A round is read early in so many parts, each of so many items at least: a request costs more than its items."""

EARLIEST_SECONDS = 0.3
"""A server that shows edits late has so much time before anybody looks."""

WITNESSES = 5


class EarlyReading:
    """Reads back what is through of one round, as long as other edits of it are on their way."""

    def __init__(
        self, items: Items, writes: Mapping[str, ItemWrite], edits: Sequence[Edit], now: Callable[[], float]
    ) -> None:
        self._items = items
        self._writes = writes
        self._now = now
        self._left = Counter(key for edit in edits for key in edit.rating_keys)
        self._part = max(LEAST, ceil(len(self._left) / PARTS))
        self._through: deque[tuple[float, ItemWrite]] = deque()
        self._read: list[tuple[float, ItemWrite, Item]] = []
        self._is_over = False
        self._seen: set[str] = set()

    def note(self, sent: Sequence[Sent]) -> None:
        """Note edits that were answered; an item is through with the last of its edits, if all went well."""
        for edit in (one.edit for one in sent if one.is_well):
            self._left.subtract(edit.rating_keys)
            through = [self._writes[key] for key in edit.rating_keys if not self._left[key]]
            self._through.extend((self._now(), write) for write in through)

    @property
    def has_work(self) -> bool:
        """Tell whether there is anything to read or to compare now."""
        return bool(self._read) or self._is_due

    @property
    def _is_due(self) -> bool:
        if self._is_over or len(self._through) < self._part:
            return False
        return has_passed(EARLIEST_SECONDS, self._through[self._part - 1][0], self._now())

    def go_on(self) -> None:
        """Read a part, or compare one item."""
        if self._read:
            self._compare()
        elif self._is_due:
            self._read_part()

    def close(self) -> frozenset[str]:
        """Compare what was read and return the items that need not be read again."""
        while self._read:
            self._compare()
        return frozenset(self._seen)

    def _read_part(self) -> None:
        """Read the next part, and no other one if nothing of this one shows yet, or the server fails."""
        part = [self._through.popleft()[1] for _ in range(self._part)]
        at = self._now()
        try:
            shown = self._items.read([write.plan.rating_key for write in part])
        except PlexSyncError:  # whoever reads at the end of the round meets it too
            shown = {}
        found = ((write, shown.get(write.plan.rating_key)) for write in part)
        self._read = [(at, write, item) for write, item in found if item and not write.is_as_before(item)]
        self._is_over = not self._read

    def _compare(self) -> None:
        at, write, item = self._read.pop()
        write.see(item)
        write.read_at = at
        self._seen.add(write.plan.rating_key)


class ReadBack:
    """Reads back a whole round at its end, and mends what a server turns out to do otherwise than was known."""

    def __init__(
        self,
        items: Items,
        batching: EditBatching,
        capabilities: ServerCapabilities,
        lateness: Lateness,
        now: Callable[[], float],
    ) -> None:
        self._items = items
        self._batching = batching
        self._capabilities = capabilities
        self._lateness = lateness
        self._now = now

    def compare(self, writes: Collection[ItemWrite], seen: Collection[str] = ()) -> None:
        """Compare items with what was to be written, but for those that were ``seen``; raises server errors."""
        there = [write for write in writes if not write.is_gone]
        left = [write for write in there if write.plan.rating_key not in seen]
        shown = self._shown(left, are_prompt=len(left) < len(there)) if left else {}
        for write in left:
            write.see(shown.get(write.plan.rating_key))
            write.read_at = self._now()
        if any(write.doubled for write in there):
            self._batching.learn_from_doubles()
        swept = [write for write in there if write.swept]
        for write in swept:
            self._batching.bring_back(write.plan, write.swept)
        if swept:
            self.compare(swept)

    def _shown(self, writes: Sequence[ItemWrite], *, are_prompt: bool) -> dict[str, Item]:
        """Read what Plex shows; where none of them shows anything of all that it took, they are given a moment.

        Some of them bear witness meanwhile: a server that is asked too often refuses. Where others ``are_prompt``,
        these would show too.
        """
        shown = self._items.read([write.plan.rating_key for write in writes])
        hopeful = [write for write in writes if write.may_be_late]
        if not hopeful:
            return shown
        if are_prompt or not _is_none_moved(hopeful, shown):
            self._lateness.showed(0.0)
            return shown
        known, witnesses, began = self._capabilities.remembered, hopeful[:WITNESSES], time.monotonic()
        guesses = {write.plan.rating_key for write in hopeful if write.is_guess(known)}
        for seconds in self._lateness.pauses(is_guess=bool(guesses)):
            time.sleep(seconds)
            if not _is_none_moved(witnesses, self._items.read([write.plan.rating_key for write in witnesses])):
                self._lateness.showed(time.monotonic() - began)
                return shown | self._items.read([write.plan.rating_key for write in hopeful])
        for write in hopeful:
            write.wait_in_vain(is_sure=write.plan.rating_key in guesses)
        return shown


def _is_none_moved(writes: Sequence[ItemWrite], shown: Mapping[str, Item]) -> bool:
    return all(write.is_as_before(shown.get(write.plan.rating_key)) for write in writes)
