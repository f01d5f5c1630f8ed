"""One scene of a preview in full, as it is shown."""

from __future__ import annotations

from dataclasses import dataclass

from plexsync.domain.advice import Advice
from plexsync.domain.model import Value


@dataclass(frozen=True, slots=True)
class FieldDetail:
    """One field or picture of an item: what Plex has, what it would have, and why.

    ``outcome`` is changes, may change, kept or fails. ``why`` is in a few words, ``advice`` in a sentence. Lists are
    tuples of names; of a picture ``now`` and ``after`` are words.
    """

    field: str
    outcome: str
    why: str
    advice: Advice
    now: Value
    after: Value
    stash: Value
    is_picture: bool


@dataclass(frozen=True, slots=True)
class ItemDetail:
    """An item of the scene; ``equal`` counts the fields that need nothing."""

    rating_key: str
    title: str
    library: str
    fields: tuple[FieldDetail, ...]
    equal: int


@dataclass(frozen=True, slots=True)
class SceneDetail:
    """A scene in full; ``reasons`` say why it has no certain item, ``trouble`` why nothing could be found out."""

    title: str
    items: tuple[ItemDetail, ...]
    reasons: tuple[Advice, ...]
    trouble: Advice | None


@dataclass(frozen=True, slots=True)
class SmallPicture:
    """A picture as a data address, "" where there is none."""

    address: str
