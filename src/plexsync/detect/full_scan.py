"""A full scan of Stash: every listed scene is compared with what is remembered of it, page by page.

It sees what no time stamp tells: files that moved, came or went, scenes that are gone, entities under another name,
columns written past Stash. Compared with ``!=``, never ``<``: an import brings old stamps back.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from plexsync.detect.initial_scan import known_rows
from plexsync.domain.digest import columns
from plexsync.domain.left_out import LeftOut
from plexsync.domain.model import EntityKind, Scene
from plexsync.stash import timestamps
from plexsync.stash.changes.source import StashSource
from plexsync.stash.client import SERVER
from plexsync.stash.scenes import NamedEntity, ScenePage
from plexsync.store import Store
from plexsync.store.scenes import Remembered
from plexsync.store.state import ALL_THERE_AT


@dataclass(frozen=True, slots=True)
class ComparedPage:
    """Some scenes in order of their ids.

    ``known`` is what was remembered of them. ``new`` were not known, ``changed`` are listed otherwise than they were,
    ``gone`` are remembered between these ids and no longer there.
    """

    scenes: tuple[Scene, ...]
    known: Mapping[int, Remembered]
    new: frozenset[int]
    changed: frozenset[int]
    gone: frozenset[int]

    @property
    def went_back(self) -> bool:
        """Tell whether any scene has an older stamp than remembered: the database is one of before."""
        stamps = {scene.id: scene.updated_at for scene in self.scenes if scene.id in self.changed}
        return any(timestamps.is_older(stamp, self.known[scene].updated_at) for scene, stamp in stamps.items())

    @property
    def span(self) -> tuple[int, int]:
        """The first and the last id, (0, 0) for the page after the last scene."""
        return (self.scenes[0].id, self.scenes[-1].id) if self.scenes else (0, 0)


@dataclass(frozen=True, slots=True)
class Names:
    """Entities that are another than remembered: those renamed or new, those gone, and the scenes that show them.

    ``went_back`` tells that one of them has an older stamp than remembered: the database is one of before.
    """

    changed: tuple[NamedEntity, ...]
    gone: Mapping[EntityKind, frozenset[int]]
    scenes: frozenset[int]
    went_back: bool = False


def pages(store: Store, stash: StashSource, began_at: float) -> Iterator[ComparedPage]:
    """Compare all scenes; the last page has no scenes and tells what is gone beyond them. Raises server errors.

    The rows that were left out are kept by their names. If no scene is missing, that all were there is noted, with
    ``began_at`` as the time (UTC seconds).
    """
    after, left_out, is_missing = 0, list[LeftOut](), False
    for listed in stash.scenes():
        last = listed.ids[-1]
        left_out += listed.left_out
        page = _page(listed, store.scenes.between(after + 1, last))
        is_missing |= bool(page.gone)
        yield page
        after = last
    page = _page(ScenePage((), ()), store.scenes.between(after + 1, sys.maxsize))
    with store.transaction():
        store.left_out.replace(SERVER, "", left_out)
        if not (is_missing or page.gone):
            store.state.put(ALL_THERE_AT, began_at)
    yield page


def _page(listed: ScenePage, known: Mapping[int, Remembered]) -> ComparedPage:
    scenes = listed.scenes
    return ComparedPage(
        scenes,
        known,
        new=frozenset(scene.id for scene in scenes if scene.id not in known),
        changed=frozenset(scene.id for scene in scenes if scene.id in known and _differs(scene, known[scene.id])),
        gone=frozenset(known.keys() - set(listed.ids)),
    )


def _differs(scene: Scene, known: Remembered) -> bool:
    """Tell whether a scene is another than remembered; what is not known of it proves nothing."""
    return (
        known.files != tuple((file.path, file.size) for file in scene.files)
        or known.updated_at not in {"", scene.updated_at}
        or known.columns not in {"", columns(scene)}
    )


def names(store: Store, stash: StashSource) -> Names:
    """Compare the names of all performers, studios, tags and groups: four queries. Raises server errors."""
    changed: list[NamedEntity] = []
    gone: dict[EntityKind, frozenset[int]] = {}
    scenes: set[int] = set()
    for kind in EntityKind:
        listed, known = stash.entities(kind), store.scenes.entities(kind)
        others = [one for one in listed.values() if one.id not in known or known[one.id][0] != one.name]
        gone[kind] = frozenset(known.keys() - listed.keys())
        scenes |= store.scenes.of_entities(kind, [*(one.id for one in others), *gone[kind]])
        changed += others
    return Names(tuple(changed), gone, frozenset(scenes), entities_went_back(store, changed))


def entities_went_back(store: Store, entities: Collection[NamedEntity]) -> bool:
    """Tell whether any entity has an older stamp than remembered."""
    known = known_rows(store, entities)
    stamps = ((one.updated_at, known[one.kind, one.id].updated_at) for one in entities if (one.kind, one.id) in known)
    return any(timestamps.is_older(told, remembered) for told, remembered in stamps)
