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
from plexsync.agent.surroundings import Surroundings
from plexsync.core.match import Located
from plexsync.core.paths import PathMap, infer, inside, path_key
from plexsync.model import Field, Item, Listed, Scene, SceneFile, Section
from plexsync.plex import library as plex_library
from plexsync.store import Store
from plexsync.store.library import SectionRow
from plexsync.store.scenes import FileRow

CHUNK = 500
REFRESH_PAUSE = 10.0
LARGE = 50
LARGE_PAUSE = 60.0
SCAN_PAUSE = 24 * 3600.0
SCANS = 5
SCANS_EVERY = 60.0
_log = logging.getLogger("plexsync")


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a scene's files are in Plex, and which scenes have a file in each of those items."""

    located: tuple[Located, ...]
    claims: dict[str, frozenset[int]]


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
        self.paths = PathMap(())

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
        self.sections = self._choose()
        known = self._store.library.sections()
        for gone in set(known) - {section.id for section in self.sections}:
            with self._store.transaction():
                self._store.library.drop_section(gone)
        swept = False
        for section in self.sections:
            row = known.get(section.id)
            if row is None or not row.swept_at:
                self._sweep(section)
                swept = True
            elif _has_moved(section, row):
                self._delta(section, row)
        self._settle_paths(swept=swept)
        self._refreshed_at = self._now()
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

    def _sweep(self, section: Section) -> None:
        sweep = self._store.library.newest_sweep() + 1
        watermark = 0
        for page in plex_library.listing(self._around.plex, section):
            with self._store.transaction():
                self._store.library.put(page, sweep)
            watermark = max(watermark, *(item.updated_at for item in page))
        with self._store.transaction():
            self._store.library.drop_unswept(section.id, sweep)
            self._store.library.remember_section(section, watermark, self._now())

    def _delta(self, section: Section, row: SectionRow) -> frozenset[str]:
        watermark, keys = row.watermark, set[str]()
        sweep = self._store.library.newest_sweep()
        for page in plex_library.listing(self._around.plex, section, since=row.watermark):
            with self._store.transaction():
                self._store.library.put(page, sweep)
            watermark = max(watermark, *(item.updated_at for item in page))
            keys.update(path_key(part.path) for item in page for part in item.parts)
        with self._store.transaction():
            self._store.library.remember_section(section, watermark, row.swept_at)
        return frozenset(keys)

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
        self.sections = self._choose()
        known = self._store.library.sections()
        keys: set[str] = set()
        for section in self.sections:
            row = known.get(section.id)
            if row is not None and _has_moved(section, row):
                keys |= self._delta(section, row)
        self._refreshed_at = self._now()
        claimants = self._store.scenes.claimants(keys)
        self._store.jobs.wake_waiting(frozenset().union(*claimants.values()), "missing", self._now())

    def sweep_again(self) -> None:
        """List all chosen libraries completely; raises server errors."""
        self.sections = self._choose()
        for section in self.sections:
            self._sweep(section)

    def _settle_paths(self, *, swept: bool) -> None:
        """Take the path map of the settings, or find it out; what was found out holds until a library is new."""
        rules = self._around.settings.path_map
        support: dict[str, int] = {}
        before = self._store.get("path_map")
        if not rules and not swept and before is not None and before["origin"] == "inferred" and before["rules"]:
            self.paths = PathMap(tuple((stash, plex) for stash, plex in before["rules"]))
            return
        if not rules:
            found = infer(
                ((path, size) for _, _, path, size in self._store.scenes.files()), self._store.library.files()
            )
            rules = tuple(found.rules)
            support = {f"{stash} => {plex}": number for (stash, plex), number in zip(rules, found.support, strict=True)}
            for conflict in found.conflicts:
                _log.warning("path map not inferred: %s", conflict)
        self.paths = PathMap(rules)
        origin = "settings" if self._around.settings.path_map else "inferred"
        shown = {"rules": [list(rule) for rule in rules], "origin": origin, "support": support}
        if before is None or before["rules"] != shown["rules"]:
            self._rekey()
            self._store.jobs.wake_parked(self._now())
        if before != shown:
            self._store.put("path_map", shown)

    def _rekey(self) -> None:
        files = iter(tuple(self._store.scenes.files()))
        while chunk := tuple(islice(files, CHUNK)):
            with self._store.transaction():
                self._store.scenes.rekey(
                    (plex_key(path, self.paths), scene, position) for scene, position, path, _ in chunk
                )

    def file_rows(self, files: Iterable[SceneFile]) -> tuple[FileRow, ...]:
        """Make the rows to remember of a scene's files."""
        return file_rows(files, self.paths)

    def locate(self, scenes: Sequence[Scene]) -> dict[int, Whereabouts]:
        """Say for each scene where its files are in Plex, from the index alone."""
        return {scene.id: self._whereabouts(scene) for scene in scenes}

    def _whereabouts(self, scene: Scene) -> Whereabouts:
        keys = {file.path: plex_key(file.path, self.paths) for file in scene.files}
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
        mapped = self.paths.to_plex(file.path)
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
        """Ask Plex to scan some of the folders noted, a few a minute; raises server errors."""
        if self._around.settings.flag("no_plex_scan"):
            self._to_scan.clear()
        if self._now() - self._scanned_at < SCANS_EVERY:
            return
        for section, folder in list(self._to_scan)[:SCANS]:
            plex_library.scan(self._around.plex, section, folder)
            del self._to_scan[section, folder]
            self._scanned_at = self._now()

    def _folders_of(self, file: SceneFile) -> Iterator[tuple[str, str]]:
        mapped = self.paths.to_plex(file.path)
        for section in self.sections:
            if mapped is not None and inside(mapped, section.locations):
                yield section.id, self.paths.folder_of(mapped)


def _has_moved(section: Section, row: SectionRow) -> bool:
    """Tell whether a library may have changed; a server that keeps no counter says 0 for ever."""
    return row.changed != section.changed or not section.changed


def _part_keys(item: Item) -> set[str]:
    return {path_key(part.path) for part in item.parts}


def _listed(item: Item) -> Listed:
    return Listed(item.rating_key, item.section_id, str(item.fields[Field.TITLE]), item.updated_at, 0, item.parts)
