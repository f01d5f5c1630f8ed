"""The first dry run: how much changes, what would be lost, and the largest changes one by one."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from plexsync.domain.model import Field, Why
from plexsync.domain.paths.key import parse
from plexsync.usecases.dry_run.item_view import FieldView, ItemView
from plexsync.usecases.dry_run.sync import Prospect
from plexsync.usecases.setup.found import FieldLoss

SAMPLES = 30
_MAY_BE_PERSONS = frozenset(why.value for why in (Why.POLICY_STASH, Why.LIST_MIRROR, Why.STASH_CHANGED))
"""The reasons for which a locked value goes that is not PlexSync's own."""

_NAMED = 5
"""How many names that would be taken away are told."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A dry run over all scenes: how many there are and why some have no item, and what happens to the items.

    ``fields`` counts the items in which a field or picture changes, ``kept`` the values that stay because they may be a
    person's. ``samples`` are the scenes that change most.
    """

    scenes: int
    doubts: tuple[tuple[str, int], ...]
    items: int
    changing: int
    equal: int
    kept: int
    fields: tuple[tuple[str, int], ...]
    losses: tuple[FieldLoss, ...]
    samples: tuple[Prospect, ...]


@dataclass(slots=True)
class _Losses:
    overwritten: int = 0
    file_names: int = 0
    locked: int = 0
    taken_away: int = 0
    names: Counter[str] = field(default_factory=Counter)

    def add(self, view: FieldView, item: ItemView) -> None:
        """Count what a change takes away."""
        if isinstance(view.plex, tuple):
            gone = [name for name in view.plex if name not in view.after]
            self.taken_away += len(gone)
            self.names.update(gone)
            self.locked += bool(gone) and _may_be_persons(view)
        elif view.plex and view.plex != view.after:
            self.overwritten += 1
            self.file_names += view.plex in _file_names(item)
            self.locked += _may_be_persons(view)


class PreviewCount:
    """The sum of what was seen so far."""

    def __init__(self) -> None:
        self.scenes = self._items = self._changing = self._kept = 0
        self._doubts: Counter[str] = Counter()
        self._fields: Counter[str] = Counter()
        self._losses: dict[str, _Losses] = {}
        self._largest: list[tuple[int, int, int, Prospect]] = []

    def add(self, prospect: Prospect) -> None:
        """Count one scene."""
        self.scenes += 1
        if prospect.doubts:
            self._doubts[prospect.verdict] += 1
        for item in prospect.items:
            self._items += 1
            changes = [view for view in item.fields if view.outcome == "changes"]
            self._changing += item.number("changes") > 0
            self._kept += sum(view.code == Why.KEPT_PERSON.value for view in item.fields)
            self._fields.update(view.field for view in changes)
            self._fields.update(picture.field for picture in item.pictures if picture.outcome == "changes")
            for view in changes:
                self._losses.setdefault(view.field, _Losses()).add(view, item)
        if size := prospect.number("changes"):
            entry = (size, sum(map(_length, _changes(prospect))), -prospect.scene_id, prospect)
            heapq.heappush(self._largest, entry)
            if len(self._largest) > SAMPLES:
                heapq.heappop(self._largest)

    def result(self) -> Preview:
        """Return all of it."""
        losses = (_loss(of.value, self._losses[of.value]) for of in Field if of.value in self._losses)
        return Preview(
            scenes=self.scenes,
            doubts=tuple(self._doubts.most_common()),
            items=self._items,
            changing=self._changing,
            equal=self._items - self._changing,
            kept=self._kept,
            fields=tuple(self._fields.most_common()),
            losses=tuple(loss for loss in losses if loss.overwritten or loss.taken_away),
            samples=tuple(entry[3] for entry in sorted(self._largest, key=lambda entry: entry[:3], reverse=True)),
        )


def _may_be_persons(view: FieldView) -> bool:
    return view.locked and view.code in _MAY_BE_PERSONS


def _loss(name: str, losses: _Losses) -> FieldLoss:
    names = tuple(losses.names.most_common(_NAMED))
    return FieldLoss(name, losses.overwritten, losses.file_names, losses.locked, losses.taken_away, names)


def _changes(prospect: Prospect) -> Iterator[FieldView]:
    return (view for item in prospect.items for view in item.fields if view.outcome == "changes")


def _length(view: FieldView) -> int:
    return sum(len(value) if isinstance(value, str) else sum(map(len, value)) for value in (view.plex, view.after))


def _file_names(item: ItemView) -> frozenset[str]:
    """Return the names of an item's files without their endings."""
    return frozenset(parse(path).names[-1].rpartition(".")[0] for path in item.files if parse(path).names)
