"""The path index kept fresh: which libraries, which path map, which item holds which file.

Ready means: the server is the one we know, its chosen libraries are listed, and the path map is settled. Who makes it
ready sees to it that the census was taken.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from plexsync.agent.file_rows import file_rows, plex_key
from plexsync.agent.path_rules import PathRules
from plexsync.agent.surroundings import Surroundings
from plexsync.core.match import Located
from plexsync.core.paths import inside, path_key
from plexsync.model import Field, Item, Listed, Scene, SceneFile, Section
from plexsync.plex import library as plex_library
from plexsync.store import Store
from plexsync.store.jobs import Priority
from plexsync.store.library import SectionRow
from plexsync.store.scenes import FileRow

CHUNK = 500
REFRESH_PAUSE = 10.0
LARGE = 50
LARGE_PAUSE = 60.0
SCAN_PAUSE = 24 * 3600.0
SCANS = 5
SCANS_EVERY = 60.0
SWEEP_AFTER = 24 * 3600.0
GROW_PAUSE = 600.0
_log = logging.getLogger("plexsync")


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a scene's files are in Plex, and which scenes have a file in each of those items."""

    located: tuple[Located, ...]
    claims: dict[str, frozenset[int]]


Place = tuple[str, str]
"""A normalised Plex path and the item that holds it."""


@dataclass(frozen=True, slots=True)
class News:
    """What a listing showed that the index did not know, and whether a whole library was new."""

    places: frozenset[Place]
    is_swept: bool


class Index:
    """The path index of one store; used by the worker's thread only."""

    def __init__(self, store: Store, surroundings: Surroundings, now: Callable[[], float] = time.time) -> None:
        self._store = store
        self._around = surroundings
        self._now = now
        self._ready_for = -1
        self._refreshed_at = 0.0
        self._scan_asked: dict[str, float] = {}
        self._to_scan: dict[tuple[str, str], None] = {}
        self._scanned_at = -SCANS_EVERY
        self.sections: tuple[Section, ...] = ()
        self._grown_at = 0.0
        self.rules = PathRules(store)

    @property
    def _folders(self) -> tuple[str, ...]:
        return tuple(folder for section in self.sections for folder in section.locations)

    @property
    def is_ready(self) -> bool:
        """Tell whether nothing has changed since everything was brought up to date."""
        return self._ready_for == self._around.generation

    def make_ready(self) -> None:
        """Bring everything up to date once per generation of settings; raises server and settings errors."""
        if self.is_ready:
            return
        generation = self._around.generation
        self._check_server()
        news = self._list()
        if self.rules.settle(self._around.settings.path_map, is_new=news.is_swept):
            self._store.jobs.wake_parked(self._now())
        self._tell(news)
        self._ready_for = generation

    def forget_readiness(self) -> None:
        """Look at everything again before the next work: a server was away."""
        self._ready_for = -1

    def _check_server(self) -> None:
        identity = plex_library.identity(self._around.plex)
        known = self._store.get("machine_id")
        if known == identity.machine_id:
            return
        with self._store.transaction():
            if known is not None:
                _log.warning("another Plex server answers: its items are looked up anew")
                self._store.forget_plex()
            self._store.put("machine_id", identity.machine_id)

    def _choose(self) -> tuple[Section, ...]:
        sections = plex_library.sections(self._around.plex)
        return plex_library.choose(sections, self._around.settings.names("plex_libraries"))

    def _list(self) -> News:
        """List new libraries, and old listings, in full, of the others what changed; forget those that are gone."""
        self.sections = self._choose()
        known = self._store.library.sections()
        for gone in set(known) - {section.id for section in self.sections}:
            with self._store.transaction():
                self._store.library.drop_section(gone)
        places, is_swept = set[Place](), False
        for section in self.sections:
            row = known.get(section.id)
            if row is None:
                self._wake(self._sweep(section))
                is_swept = True
            elif self._now() - row.swept_at >= SWEEP_AFTER:
                places |= self._sweep(section)
            elif _has_moved(section, row):
                places |= self._delta(section, row)
        self._refreshed_at = self._now()
        return News(frozenset(places), is_swept=is_swept)

    def _sweep(self, section: Section) -> set[Place]:
        sweep = self._store.library.newest_sweep() + 1
        watermark, places = self._take(section, sweep, None)
        with self._store.transaction():
            self._store.library.drop_unswept(section.id, sweep)
            self._store.library.remember_section(section, watermark, self._now())
        return places

    def _delta(self, section: Section, row: SectionRow) -> set[Place]:
        watermark, places = self._take(section, self._store.library.newest_sweep(), row.watermark)
        with self._store.transaction():
            self._store.library.remember_section(section, max(row.watermark, watermark), row.swept_at)
        return places

    def _take(self, section: Section, sweep: int, since: int | None) -> tuple[int, set[Place]]:
        """Index what a listing shows; returns its newest change, by Plex's clock not yet to come, and what is new."""
        newest, places = 0, set[Place]()
        for page in plex_library.listing(self._around.plex, section, since=since):
            known = self._store.library.keys_of(item.rating_key for item in page)
            for item in page:
                places.update((key, item.rating_key) for key in _part_keys(item) - set(known[item.rating_key]))
            with self._store.transaction():
                self._store.library.put(page, sweep)
            newest = max(newest, *(item.updated_at for item in page))
        clock = self._around.plex.clock
        return (newest if clock is None else min(newest, int(clock))), places

    def refresh_for(self, batch: int) -> bool:
        """Refresh for scenes that the index does not know; returns False when it is fresh enough.

        That is ten seconds, and for a large batch (number of scenes) a minute: our own writes make that listing long.
        """
        if self._now() - self._refreshed_at < (LARGE_PAUSE if batch > LARGE else REFRESH_PAUSE):
            return False
        self.refresh()
        return True

    def refresh(self) -> None:
        """List what changed in Plex since the last look, and wake the scenes that waited for it.

        Raises server errors.
        """
        news = self._list()
        may_grow = self._now() - self._grown_at >= GROW_PAUSE or not self.rules.map.rules
        if news.is_swept or (news.places and may_grow and self._store.jobs.has_waiting("unmapped")):
            self._grown_at = self._now()
            if self.rules.grow():
                self._store.jobs.wake_parked(self._now())
        self._tell(news)

    def _wake(self, places: Iterable[Place]) -> None:
        """Have the scenes looked at that waited for a library; a new one is no reason to write to all of it."""
        for scenes in self._owners(places):
            with self._store.transaction():
                for cause in ("missing", "unmapped"):
                    self._store.jobs.wake_waiting(scenes, cause, self._now())

    def _tell(self, news: News) -> None:
        """Have the scenes looked at whose files Plex shows at a new place, if ever they were wanted."""
        for scenes in self._owners(news.places):
            with self._store.transaction():
                self._store.jobs.want_again(scenes, priority=Priority.MANY, origin="plex", now=self._now())

    def _owners(self, places: Iterable[Place]) -> Iterator[list[int]]:
        keys = iter({key for key, _ in places})
        while chunk := list(islice(keys, CHUNK)):
            claimants = self._store.scenes.claimants(chunk).values()
            yield sorted(frozenset[int]().union(*claimants))

    def file_rows(self, files: Iterable[SceneFile]) -> tuple[FileRow, ...]:
        """Make the rows to remember of a scene's files."""
        return file_rows(files, self.rules.map)

    def locate(self, scenes: Sequence[Scene]) -> dict[int, Whereabouts]:
        """Say for each scene where its files are in Plex, from the index alone."""
        return {scene.id: self._whereabouts(scene) for scene in scenes}

    def _whereabouts(self, scene: Scene) -> Whereabouts:
        keys = {file.path: plex_key(file.path, self.rules.map) for file in scene.files}
        holding = self._store.library.holding([key for key in keys.values() if key])
        located = tuple(self._located(file, keys[file.path], holding) for file in scene.files)
        items = {item for place in located for item in place.rating_keys}
        claims = {}
        for item, paths in self._store.library.keys_of(items).items():
            claimants = self._store.scenes.claimants(paths).values()
            claims[item] = frozenset({scene.id}).union(*claimants)
        return Whereabouts(located, claims)

    def _located(self, file: SceneFile, key: str, holding: dict[str, tuple[tuple[str, int], ...]]) -> Located:
        found = holding.get(key, ())
        mapped = self.rules.map.to_plex(file.path)
        return Located(
            path=file.path,
            key=key or None,
            in_library=mapped is not None and inside(mapped, self._folders),
            rating_keys=tuple(item for item, _ in found),
            size=file.size,
            part_sizes=tuple(size for _, size in found),
        )

    def correct(self, rating_keys: Iterable[str], items: Mapping[str, Item]) -> bool:
        """Bring the index in line with items that were just read; tells whether it was wrong about any.

        Plex moves files from item to item when it, or a person, merges or splits them.
        """
        known = self._store.library.keys_of(rating_keys)
        gone = [key for key in known if key not in items]
        wrong = [items[key] for key in known if key in items and set(known[key]) != _part_keys(items[key])]
        if gone or wrong:
            sweep = self._store.library.newest_sweep()
            with self._store.transaction():
                self._store.library.drop_items(gone)
                self._store.library.put(map(_listed, wrong), sweep)
        return bool(gone or wrong)

    def rivals_of(self, scene_ids: Iterable[int]) -> frozenset[int]:
        """Return the scenes that have a file in an item of one of these."""
        keys = [key for scene in scene_ids for key in self._store.scenes.keys_of(scene)]
        items = {item for places in self._store.library.holding(keys).values() for item, _ in places}
        of_items = {key for keys in self._store.library.keys_of(items).values() for key in keys}
        return frozenset().union(*self._store.scenes.claimants(of_items).values())

    def owned_by(self, scene_id: int) -> frozenset[str]:
        """Return the items that hold a file of this scene and of no other, by what is remembered of its files."""
        holding = self._store.library.holding(self._store.scenes.keys_of(scene_id))
        items = {item for places in holding.values() for item, _ in places}
        return frozenset(
            item
            for item, keys in self._store.library.keys_of(items).items()
            if frozenset().union(*self._store.scenes.claimants(keys).values()) == {scene_id}
        )

    def want_scan(self, files: Iterable[SceneFile]) -> None:
        """Note files whose folders Plex is to scan; each once a day, as Plex may have its reasons not to list one."""
        now = self._now()
        for file in files:
            if now - self._scan_asked.get(file.path, -SCAN_PAUSE) >= SCAN_PAUSE:
                self._scan_asked[file.path] = now
                self._to_scan.update(dict.fromkeys(self._folders_of(file)))

    def scan_some(self) -> None:
        """Ask Plex to scan some of the folders noted, the newest first, a few a minute; raises server errors."""
        if self._around.settings.flag("no_plex_scan"):
            self._to_scan.clear()
        if self._now() - self._scanned_at < SCANS_EVERY:
            return
        for section, folder in list(self._to_scan)[-SCANS:]:
            plex_library.scan(self._around.plex, section, folder)
            del self._to_scan[section, folder]
            self._scanned_at = self._now()

    def _folders_of(self, file: SceneFile) -> Iterator[tuple[str, str]]:
        mapped = self.rules.map.to_plex(file.path)
        for section in self.sections:
            if mapped is not None and inside(mapped, section.locations):
                yield section.id, self.rules.map.folder_of(mapped)


def _has_moved(section: Section, row: SectionRow) -> bool:
    """Tell whether a library may have changed; a server that keeps no counter says 0 for ever."""
    return row.changed != section.changed or not section.changed


def _part_keys(item: Item | Listed) -> set[str]:
    return {path_key(part.path) for part in item.parts}


def _listed(item: Item) -> Listed:
    return Listed(item.rating_key, item.section_id, str(item.fields[Field.TITLE]), item.updated_at, 0, item.parts)
