"""A person's decisions: which item is written for which scene, and which scenes are left alone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum

from plexsync.domain.model import Reason

DECLINED = frozenset({"item_unlinked", "item_given"})
"""Codes of the reasons for which an item of the scene's own files is not written for it."""

SAID = DECLINED | {"item_chosen"}
"""Codes of all reasons that are a person's word."""


class Says(str, Enum):
    """A person's word on a scene and an item."""

    CHOSEN = "chosen"
    UNLINKED = "unlinked"


@dataclass(frozen=True, slots=True)
class Choice:
    """A person's word on a scene and an item, one row for each of the scene's files in it.

    ``path_key`` is the file as Plex sees it. ``rating_key`` and ``section_id`` are "" where another server has taken
    the place of the one they belong to. ``at`` is UTC seconds.
    """

    scene_id: int
    says: Says
    rating_key: str
    section_id: str
    path_key: str
    at: float


@dataclass(frozen=True, slots=True)
class Places:
    """Facts about items: the path keys and the library of each, and the libraries there are."""

    keys: Mapping[str, Collection[str]]
    sections: Mapping[str, str]
    libraries: Collection[str]

    def is_about(self, choice: Choice, item: str) -> bool:
        """Tell whether a choice is about an item: the one that was chosen, or the one that took its place.

        Plex gives an item a new key, and then its file decides: within the library, unless that is gone as well.
        """
        if choice.rating_key == item:
            return True
        if choice.path_key not in self.keys.get(item, ()) or choice.path_key in self.keys.get(choice.rating_key, ()):
            return False
        return choice.section_id == self.sections.get(item) or choice.section_id not in self.libraries


@dataclass(frozen=True, slots=True)
class Claims:
    """The scenes that may claim each of some items; ``decided`` is a person's word on a scene and an item."""

    scenes: Mapping[str, frozenset[int]]
    decided: Mapping[tuple[int, str], Reason]


def claims_by(choices: Iterable[Choice], claimants: Mapping[str, frozenset[int]], places: Places) -> Claims:
    """Settle who may claim items, each given with the scenes that have a file in it.

    Of two scenes that were chosen for one item the newer choice counts. A scene that has no file in it any more has no
    say.
    """
    newest_first = sorted(choices, key=lambda choice: -choice.at)
    decided: dict[tuple[int, str], Reason] = {}
    scenes = {}
    for item, all_of_them in claimants.items():
        said = [one for one in newest_first if one.scene_id in all_of_them and places.is_about(one, item)]
        scenes[item] = _claim(item, all_of_them, said, decided)
    return Claims(scenes, decided)


def _claim(
    item: str, claimants: frozenset[int], said: list[Choice], decided: dict[tuple[int, str], Reason]
) -> frozenset[int]:
    """Return who may claim an item, and write down what was decided about the others."""
    chosen = next((one.scene_id for one in said if one.says is Says.CHOSEN), None)
    out = {one.scene_id for one in said if one.says is Says.UNLINKED} - {chosen}
    for scene in out:
        decided[scene, item] = Reason("item_unlinked", {"item": item})
    if chosen is None:
        return claimants - out
    others = ", ".join(str(one) for one in sorted(claimants - {chosen}))
    decided[chosen, item] = Reason("item_chosen", {"item": item, "scenes": others} if others else {"item": item})
    for scene in claimants - {chosen} - out:
        decided[scene, item] = Reason("item_given", {"item": item, "scenes": str(chosen)})
    return frozenset({chosen})
