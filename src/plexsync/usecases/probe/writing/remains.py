"""Tells apart the traces of a probe that was cut off and the changes that somebody has made since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from plexsync.domain.text import fold
from plexsync.usecases.probe.move import Pairs
from plexsync.usecases.probe.saved_item import LISTS, MARK, SCALARS, Name, SavedItem

_LOCKED = ".locked"
_RECAST = frozenset({"userRating", "originallyAvailableAt"})
"""Plex may round a rating, and make another date of an impossible one: what shows then is in no journal."""


class Whose(Enum):
    """By whom a part of the item differs from what was saved."""

    PROBE = "the probe"
    PERSON = "somebody else"
    UNSURE = "nobody can tell"


@dataclass(frozen=True, slots=True)
class Remains:
    """The parts of an item that differ from what was saved, and by whom each does."""

    saved: SavedItem
    now: SavedItem
    pending: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, saved: SavedItem, now: SavedItem, announced: Pairs) -> Remains:
        """Compare; ``announced`` are the parameters of edits since the item was last seen to be as it was."""
        parts = {_part(name) for name, _ in announced}
        pending = {part: frozenset(value for name, value in announced if _part(name) == part) for part in parts}
        return cls(saved, now, pending)

    def parts(self, whose: Whose) -> tuple[str, ...]:
        """Return the parts that differ by somebody; a list in which somebody else has put a name is theirs."""
        return tuple(part for part in self.saved.differences(self.now) if self._whose(part) is whose)

    def target(self, *, with_unsure: bool) -> SavedItem:
        """Return the item as it shall be: as it was saved, but for what somebody else has changed since."""
        left = {*self.parts(Whose.PERSON), *(() if with_unsure else self.parts(Whose.UNSURE))}
        lists = {of: self._without_probe(of) if of in left else self._whole(of) for of in LISTS}
        locks = {name for name in self.saved.locks ^ self.now.locks if f"{name}{_LOCKED}" in left}
        return replace(
            self.saved,
            values={
                name: value for name in SCALARS if (value := (self.now if name in left else self.saved).value(name))
            },
            lists={of: rows for of, rows in lists.items() if rows},
            locks=self.saved.locks ^ locks,
            pictures=self.now.pictures,
        )

    def _whose(self, part: str) -> Whose:
        if part.endswith(_LOCKED):
            of = part.removesuffix(_LOCKED)
            is_changed = of in self.saved.differences(self.now) and self._whose(of) is Whose.PERSON
            return Whose.PROBE if of in self.pending and not is_changed else Whose.PERSON
        if part in LISTS:
            return self._whose_list(part)
        return self._whose_value(part) if part in SCALARS else Whose.PERSON

    def _whose_value(self, part: str) -> Whose:
        shown, written = _plain(self.now.value(part)), set(map(_plain, self.pending.get(part, ())))
        if shown in written or _is_marked(shown):
            return Whose.PROBE
        return Whose.UNSURE if written and shown and part in _RECAST else Whose.PERSON

    def _whose_list(self, of: str) -> Whose:
        """Judge by what is missing too: on some servers names that are added replace the others."""
        own = [name for name in self.now.names(of) if self._is_own(of, name)]
        if of not in self.pending and not own:
            return Whose.PERSON
        missing = Counter(self.saved.lists.get(of, ())) - Counter(self.now.lists.get(of, ()))
        if not missing:
            return Whose.PERSON if self._strangers(of) else Whose.PROBE
        is_replaced = bool(own) and not set(self.saved.names(of)) & set(self.now.names(of))
        is_bare = missing.keys() == {row for row in missing if (row[0], "", "") in self.now.lists.get(of, ())}
        return Whose.PROBE if (is_replaced or is_bare) and not self._strangers(of) else Whose.UNSURE

    def _strangers(self, of: str) -> tuple[Name, ...]:
        known = set(self.saved.names(of))
        return tuple(row for row in self._without_probe(of) if row[0] not in known)

    def _whole(self, of: str) -> tuple[Name, ...]:
        return (*self.saved.lists.get(of, ()), *self._strangers(of))

    def _without_probe(self, of: str) -> tuple[Name, ...]:
        return tuple(row for row in self.now.lists.get(of, ()) if not self._is_own(of, row[0]))

    def _is_own(self, of: str, name: str) -> bool:
        """Tell whether a name is the probe's; one with a comma may have become two."""
        if name in self.saved.names(of):
            return False
        pieces = {fold(piece.strip()) for one in self.pending.get(of, ()) for piece in (one, *one.split(","))}
        return _is_marked(name) or fold(name) in pieces


def _part(name: str) -> str:
    """Return the part that a parameter of an edit is about."""
    return name.partition("[")[0].removesuffix(".value").removesuffix(_LOCKED)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _is_marked(text: str) -> bool:
    return text.casefold().startswith(MARK)


def edited(query: Iterable[tuple[str, str]]) -> Pairs:
    """Return the parameters of an edit that change an item; none for an edit of anything else."""
    told = dict(query)
    return tuple((name, value) for name, value in told.items() if "." in name) if told.get("type") == "1" else ()
