"""Scenes that a person wants left alone: nothing is written for them, and what is in Plex stays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from plexsync.domain.reconcile.gaps import GapKind
from plexsync.store import Store
from plexsync.store.jobs import Priority
from plexsync.usecases.data_folder import open_store
from plexsync.usecases.needs_you.causes import jobs_of, require_known
from plexsync.usecases.queue.rows import scene_name
from plexsync.usecases.refusal import Refused

AT_ONCE = 500
"""Scenes in one transaction: it is to be short."""

_OF_SCENES = tuple(kind.value for kind in GapKind)


@dataclass(frozen=True, slots=True)
class NowIgnored:
    """How many scenes are ignored by one act, and the name by which it is taken back: see :func:`heed_act`."""

    scenes: int
    act: str


@dataclass(frozen=True, slots=True)
class Heeded:
    """How many scenes are no longer ignored; they are queued."""

    scenes: int


@dataclass(frozen=True, slots=True)
class Ignored:
    """A scene that is ignored; ``since`` is UTC seconds."""

    scene_id: int
    title: str
    since: float


@dataclass(frozen=True, slots=True)
class IgnoredPage:
    """Some ignored scenes, from ``offset`` on, and how many there are."""

    total: int
    offset: int
    rows: tuple[Ignored, ...]


def ignore(folder: Path, scene_ids: Iterable[int], now: float) -> NowIgnored:
    """Leave scenes alone from now on; raises :class:`Refused` for one that is not known."""
    with open_store(folder) as store:
        scenes = list(dict.fromkeys(scene_ids))
        unknown = sorted(set(scenes) - store.scenes.stamps(scenes).keys())
        if unknown:
            raise Refused("no_such_scene", {"scene": str(unknown[0])})
        return NowIgnored(_ignore(store, scenes, now), repr(now))


def ignore_cause(folder: Path, cause: str, now: float) -> NowIgnored:
    """Leave all scenes alone that need a person for one cause."""
    require_known(cause)
    with open_store(folder) as store:
        number = 0
        while some := [one.job.scene_id for one in jobs_of(store, cause, now, AT_ONCE)]:
            number += _ignore(store, some, now)
        return NowIgnored(number, repr(now))


def _ignore(store: Store, scene_ids: Sequence[int], now: float) -> int:
    number = 0
    for start in range(0, len(scene_ids), AT_ONCE):
        some = scene_ids[start : start + AT_ONCE]
        stamps = dict.fromkeys(some, "") | store.scenes.stamps(some)
        with store.transaction():
            number += len(stamps.keys() - store.decisions.ignored_among(some).keys())
            store.decisions.ignore(stamps, now)
            store.queue.leave_alone(some, now)
            store.undos.stop_scenes(some)  # or they would go back once the scene is heeded again
            store.gaps.close(some, _OF_SCENES, now)
    return number


def heed(folder: Path, scene_ids: Iterable[int], now: float) -> Heeded:
    """Ignore scenes no longer, and have them looked at; a brake judges what that takes away."""
    with open_store(folder) as store:
        return _heed(store, tuple(scene_ids), now)


def heed_act(folder: Path, act: str, now: float) -> Heeded:
    """Take back one act of ignoring, by its name."""
    with open_store(folder) as store:
        try:
            moment = float(act)
        except ValueError:
            return Heeded(0)
        return _heed(store, store.decisions.ignored_at(moment), now)


def heed_all(folder: Path, now: float) -> Heeded:
    """Ignore no scene any longer."""
    with open_store(folder) as store:
        every = store.decisions.ignored(store.decisions.number_ignored())
        return _heed(store, [one.scene_id for one in every], now)


def _heed(store: Store, scene_ids: Sequence[int], now: float) -> Heeded:
    number = 0
    for start in range(0, len(scene_ids), AT_ONCE):
        with store.transaction():
            heeded = store.decisions.heed(scene_ids[start : start + AT_ONCE])
            store.jobs.enqueue(heeded, priority=Priority.FRESH, origin="person", now=now)
        number += len(heeded)
    return Heeded(number)


def ignored(folder: Path, *, limit: int, offset: int = 0) -> IgnoredPage:
    """Return ignored scenes, the newest decision first."""
    with open_store(folder) as store:
        rows = store.decisions.ignored(limit, offset)
        names = store.scenes.names(row.scene_id for row in rows)
        shown = tuple(Ignored(row.scene_id, scene_name(*names.get(row.scene_id, ("", ""))), row.at) for row in rows)
        return IgnoredPage(store.decisions.number_ignored(), offset, shown)
