"""Things that can happen, as values. The part that does them tells them; listeners make of them what they need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from plexsync.domain.errors import ItemError, PlexSyncError
from plexsync.domain.model import Field


@dataclass(frozen=True, slots=True)
class ScenesSynced:
    """Plex shows what Stash says of these scenes; ``written`` counts, by scene, the fields that had to be written."""

    written: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class ScenesSent:
    """Plex has taken edits of so many scenes more; the batch they are in is read back later."""

    scenes: int


@dataclass(frozen=True, slots=True)
class PicturesSent:
    """So many items of a scene were given a picture."""

    scene_id: int
    items: int


@dataclass(frozen=True, slots=True)
class AttemptFailed:
    """A scene could not be synced; it is tried again, or is a dead letter and needs a person."""

    scene_id: int
    error: ItemError
    is_dead: bool


@dataclass(frozen=True, slots=True)
class FieldContested:
    """Somebody else changes a field as often as it is written; it is left alone after so many ``times``."""

    scene_id: int
    rating_key: str
    field: Field
    times: int


@dataclass(frozen=True, slots=True)
class BreakerOpened:
    """A part of the agent ("worker" or "feed") waits for a server; with ``was_open`` for another cause now."""

    part: str
    error: PlexSyncError
    was_open: bool


@dataclass(frozen=True, slots=True)
class BreakerClosed:
    """A part of the agent works again, after so many seconds; ``code`` is what it waited for."""

    part: str
    code: str
    seconds: float


@dataclass(frozen=True, slots=True)
class RunBegan:
    """A sync or a reconcile over many scenes has begun."""

    run: int
    kind: str
    scope: str
    origin: str


@dataclass(frozen=True, slots=True)
class RunEnded:
    """A run has come to its end; ``state`` is that of its row, ``result`` its figures."""

    run: int
    kind: str
    state: str
    result: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """Settings or clients are others than before."""


Happening = (
    ScenesSynced
    | ScenesSent
    | PicturesSent
    | AttemptFailed
    | FieldContested
    | BreakerOpened
    | BreakerClosed
    | RunBegan
    | RunEnded
    | SettingsChanged
)
