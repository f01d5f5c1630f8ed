"""An item that holds files of several scenes: whom it is written for, if for anybody.

Plex makes one item of files that it takes for versions or parts of one film. Scenes that say the very same are all
written to it. Where they differ they are ambiguous, unless the setting ``shared_items`` names a rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from plexsync.domain.desired import desire
from plexsync.domain.match import DOUBTS
from plexsync.domain.model import Desired, Field, Link, Reason, Scene, Verdict
from plexsync.runtime.target import Target
from plexsync.stash.scene_reader import SceneReader

Claims = Mapping[str, AbstractSet[int]]
"""The scenes that have a file in each of some items."""

_SHARED = frozenset({"item_same", "item_won"})


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Links without the doubts that could be settled; ``alike`` are the scenes that say the same as another one."""

    links: Mapping[int, Link]
    alike: Mapping[int, frozenset[int]]


def settle(
    target: Target, reader: SceneReader, scenes: Sequence[Scene], links: Mapping[int, Link], claims: Claims
) -> Verdicts:
    """Settle which of several scenes an item is written for; raises server errors of Stash.

    The other scenes of an item are read from Stash, and nothing is asked where no item is shared.
    """
    doubtful = [scene for scene in scenes if links[scene.id].verdict is Verdict.AMBIGUOUS]
    if not doubtful:
        return Verdicts(links, {})
    shared = {key: claims[key] for scene in doubtful for key in links[scene.id].rating_keys if len(claims[key]) > 1}
    judge = _Judge(target, reader, {scene.id: scene for scene in scenes}, shared)
    settled = {scene.id: judge.link(links[scene.id]) for scene in doubtful}
    return Verdicts({**links, **settled}, {scene.id: judge.alike(links[scene.id]) for scene in doubtful})


def shared_keys(link: Link) -> frozenset[str]:
    """Return those of a scene's items that are written for it though they hold files of other scenes too."""
    return frozenset(reason.data["item"] for reason in link.reasons if reason.code in _SHARED)


class _Judge:
    """Knows of each shared item what its scenes say, and which of them a rule prefers."""

    def __init__(self, target: Target, reader: SceneReader, known: Mapping[int, Scene], shared: Claims) -> None:
        everybody = frozenset[int]().union(*shared.values())
        read = reader.read(sorted(everybody - known.keys())).scenes
        scenes = {**known, **read}
        self._shared = shared
        desired = {one: desire(scenes[one], target.rules) for one in everybody & scenes.keys()}
        self._says = {one: _statement(values) for one, values in desired.items()}
        self._rule = target.settings.text("shared_items")
        sizes = reader.resolutions(sorted(everybody)) if self._rule == "resolution" else {}
        bare = {one for one, values in desired.items() if _is_bare(values)}
        self._rank = {one: (one in bare, -sizes.get(one, 0), one) for one in everybody}

    def alike(self, link: Link) -> frozenset[int]:
        """Return the scenes that say the same as this one of an item they share."""
        rivals = [self._shared[key] for key in link.rating_keys if key in self._shared and self._agree(key)]
        return frozenset[int]().union(*rivals) - {link.scene_id}

    def link(self, link: Link) -> Link:
        """Return the link of a scene to the items that are written for it, or the doubt that is left."""
        winners = {key: self._winner(key, link.scene_id) for key in link.rating_keys if key in self._shared}
        if None in winners.values():
            return link
        lost = {key: winner for key, winner in winners.items() if winner != link.scene_id}
        kept = tuple(key for key in link.rating_keys if key not in lost)
        reasons = tuple(reason for reason in link.reasons if reason.code not in DOUBTS)
        notes = tuple(self._note(key, lost.get(key), link.scene_id) for key in winners)
        return Link(link.scene_id, Verdict.LINKED if kept else Verdict.DECLINED, kept, reasons + notes)

    def _agree(self, key: str) -> bool:
        said = [self._says.get(one) for one in self._shared[key]]
        return None not in said and all(one == said[0] for one in said)

    def _winner(self, key: str, scene_id: int) -> int | None:
        """Return for which scene an item is written; of those that say the same it is whoever asks."""
        if self._agree(key):
            return scene_id
        return None if self._rule == "same" else min(self._shared[key], key=self._rank.__getitem__)

    def _note(self, key: str, winner: int | None, scene_id: int) -> Reason:
        others = ", ".join(str(one) for one in sorted(self._shared[key]) if one != scene_id)
        if winner is not None:
            return Reason("item_of_another", {"item": key, "scenes": str(winner), "rule": self._rule})
        if self._agree(key):
            return Reason("item_same", {"item": key, "scenes": others})
        return Reason("item_won", {"item": key, "scenes": others, "rule": self._rule})


def _is_bare(desired: Desired) -> bool:
    """Tell whether a scene says nothing of its own, as one that was only just scanned; labels come from settings."""
    return not any(value for of, value in desired.fields.items() if of is not Field.LABELS)


def _statement(desired: Desired) -> tuple[object, ...]:
    """Return what a scene says of an item; the file's name counts only where there is no title."""
    stem = "" if desired.fields.get(Field.TITLE) else desired.stem
    return dict(desired.fields), stem, dict(desired.photos)
