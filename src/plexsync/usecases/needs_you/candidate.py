"""An item that a person can choose for a scene: values that load no client."""

from __future__ import annotations

from dataclasses import dataclass

from plexsync.domain.advice import Advice


@dataclass(frozen=True, slots=True)
class CandidateFile:
    """A file of an item; size in bytes and duration in seconds, 0 where they are not known.

    ``is_own`` tells whether it is one of the scene's files; then ``same_size`` and ``same_duration`` tell whether Stash
    says the same of it.
    """

    path: str
    size: int
    duration: float
    is_own: bool
    same_size: bool
    same_duration: bool


@dataclass(frozen=True, slots=True)
class OtherScene:
    """Another scene that has a file in an item."""

    scene_id: int
    title: str


@dataclass(frozen=True, slots=True)
class ItemCandidate:
    """An item that holds a file of the scene.

    ``decision`` is "item_chosen", "item_given" (to another scene), "item_unlinked" or "" for none.
    """

    rating_key: str
    title: str
    library: str
    files: tuple[CandidateFile, ...]
    others: tuple[OtherScene, ...]
    decision: str


@dataclass(frozen=True, slots=True)
class StashFile:
    """A file of the scene as Stash has it; size in bytes, duration in seconds, 0 where they are not known."""

    path: str
    size: int
    duration: float


@dataclass(frozen=True, slots=True)
class Candidates:
    """A scene and the items that hold one of its files; ``trouble`` says what could not be asked."""

    scene_id: int
    title: str
    files: tuple[StashFile, ...]
    items: tuple[ItemCandidate, ...]
    trouble: Advice | None
