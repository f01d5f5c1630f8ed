"""The answer about one scene: values that load no client, because the page's operations name them."""

from __future__ import annotations

from dataclasses import dataclass

from plexsync.domain.advice import Advice
from plexsync.domain.model import Value


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field or picture of an item: both sides, what PlexSync wrote last, and what a sync would do.

    ``outcome`` is "changes", "may change", "kept", "in sync", "fails" or "off". ``code`` names the reason, and
    ``reason`` is its sentence. ``can_overwrite`` tells that a person may have Stash's value written over one that
    stays.
    """

    field: str
    stash: Value
    plex: Value
    written: Value
    outcome: str
    code: str
    reason: str
    can_overwrite: bool


@dataclass(frozen=True, slots=True)
class LinkedItem:
    """An item that is written for the scene; ``address`` opens it in Plex, "" where nobody knows it.

    ``paths`` are the scene's files in it. ``written_at`` is when PlexSync last brought it in line, in UTC seconds.
    """

    rating_key: str
    title: str
    library: str
    paths: tuple[str, ...]
    address: str
    written_at: float
    fields: tuple[FieldRow, ...]
    pictures: tuple[FieldRow, ...]


@dataclass(frozen=True, slots=True)
class SceneWrite:
    """One field that was written; ``at`` is UTC seconds."""

    at: float
    field: str


@dataclass(frozen=True, slots=True)
class SceneJob:
    """The scene's place in the queue; ``state`` is "queued", "waiting", "dead" or "done".

    ``advice`` is why it waits or was given up, ``until`` what ends the waiting; both None where nothing is wrong.
    """

    state: str
    advice: Advice | None
    until: Advice | None


@dataclass(frozen=True, slots=True)
class SceneTab:
    """All that the tab says of a scene.

    ``verdict`` says how it is linked: "linked", "missing", "ambiguous", "unmapped", "no_file", "declined" or "ignored".
    It is "" where that could not be found out; then ``trouble`` says why. ``reasons`` say where its files are.
    ``has_choice`` tells whether a person decided about its items. ``waits_for`` says what all work waits for.
    """

    scene_id: int
    title: str
    is_in_sync: bool
    verdict: str
    summary: str
    reasons: tuple[Advice, ...]
    items: tuple[LinkedItem, ...]
    job: SceneJob | None
    writes: tuple[SceneWrite, ...]
    has_choice: bool
    contested: tuple[Advice, ...]
    waits_for: tuple[Advice, ...]
    trouble: Advice | None


@dataclass(frozen=True, slots=True)
class OverwriteRequest:
    """Some ``fields`` of a scene, none for all that stay; of one ``item`` alone, "" for each. ``origin`` asks."""

    scene: int
    fields: tuple[str, ...]
    item: str
    origin: str


@dataclass(frozen=True, slots=True)
class StayingValue:
    """A value that stays in Plex, and what Stash says there."""

    rating_key: str
    field: str
    plex: Value
    stash: Value


@dataclass(frozen=True, slots=True)
class Overwriting:
    """Values that are on their way to Plex: their run, which an undo takes back, and how many they are."""

    run: int
    values: int
