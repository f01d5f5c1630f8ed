"""Foreign values by field, and what was taken over of them, as people look at it. Loads no client."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from plexsync.domain.advice import Advice, explain
from plexsync.domain.model import Value
from plexsync.domain.phrases import counted


@dataclass(frozen=True, slots=True)
class ForeignExample:
    """A locked value of a real item, beside what Stash says there."""

    scene_id: int
    title: str
    plex: Value
    stash: Value


@dataclass(frozen=True, slots=True)
class ForeignField:
    """The locked values of one field: how many are as in Stash, another one, or without one there.

    ``names`` counts the names in lists that Stash lacks. ``examples`` are of those that are not as in Stash.
    """

    field: str
    equal: int
    different: int
    unmatched: int
    names: int
    examples: tuple[ForeignExample, ...]

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> ForeignField:
        """Read it back from what JSON keeps of it."""
        examples = (
            ForeignExample(one["scene_id"], one["title"], _value(one["plex"]), _value(one["stash"]))
            for one in kept["examples"]
        )
        return cls(**{**kept, "examples": tuple(examples)})


@dataclass(frozen=True, slots=True)
class ScenesLeftOut:
    """The scenes that were left out for one reason, which the advice says."""

    reason: str
    scenes: int
    advice: Advice


@dataclass(frozen=True, slots=True)
class Adopted:
    """The result: the run (0 for none), how many values of how many scenes are PlexSync's, and what was left out."""

    run: int
    values: int
    scenes: int
    left_out: tuple[ScenesLeftOut, ...] = ()

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Adopted:
        """Read it back from what JSON keeps of it."""
        left_out = (scenes_left_out(one["reason"], one["scenes"]) for one in kept["left_out"])
        return cls(**{**kept, "left_out": tuple(left_out)})

    @property
    def words(self) -> tuple[Advice, ...]:
        """Say what was taken over, how to take that back, and what was left out."""
        told = tuple(one.advice for one in self.left_out)
        if not self.run:
            return told
        facts = {"items": counted(self.values, "value"), "scenes": counted(self.scenes, "scene")}
        return (explain("adopted", {**facts, "run": str(self.run)}), *told)


def scenes_left_out(reason: str, scenes: int) -> ScenesLeftOut:
    """Say why scenes were left out: a brake holds them ("brake"), or they would lose more ("losses")."""
    facts = {"because": reason, "scenes": counted(scenes, "scene")}
    return ScenesLeftOut(reason, scenes, explain("adopt_left_out", facts))


def _value(kept: Any) -> Value:
    return kept if isinstance(kept, str) else tuple(kept)
