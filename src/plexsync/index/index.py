"""The path index kept fresh: which libraries, which path map, which item holds which file.

Ready means: the server is the one we know, its chosen libraries are listed, and the path map is settled. Before
that, Stash must have been scanned once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from plexsync.domain.match import Located, decide
from plexsync.domain.model import Base, Item, Link, Reason, Scene, SceneFile, Verdict
from plexsync.domain.paths.key import Folders, path_key
from plexsync.domain.person.decisions import DECLINED, Claims
from plexsync.index.claims import claims_on
from plexsync.index.file_keys import file_rows
from plexsync.index.library_sync import IndexChanges, LibrarySync, chunks
from plexsync.index.path_mapping import PathMapping
from plexsync.index.scan_requests import ScanRequests
from plexsync.net.decode import LOST
from plexsync.runtime.clock import has_passed
from plexsync.runtime.servers import Servers
from plexsync.runtime.target import Target
from plexsync.stash import timestamps
from plexsync.store import Store
from plexsync.store.jobs import UNLINKED, Priority
from plexsync.store.links import SyncRecord
from plexsync.store.scenes import FileRow

REFRESH_PAUSE = 10.0
LARGE = 50
LARGE_PAUSE = 60.0
GROW_PAUSE = 600.0


@dataclass(frozen=True, slots=True)
class FileLocations:
    """Where a scene's files are in Plex, and which scenes may claim each of those items.

    ``decided`` is what a person said of some of them. Of a scene that a person ignores nothing is located.
    """

    located: tuple[Located, ...]
    claims: dict[str, frozenset[int]]
    decided: Mapping[str, Reason]
    is_ignored: bool = False

    def link(self, scene_id: int) -> Link:
        """Decide which of the items belong to the scene."""
        if self.is_ignored:
            return Link(scene_id, Verdict.IGNORED, (), (Reason("ignored"),))
        return decide(scene_id, self.located, self.claims, self.decided)


class Index:
    """The path index of one target, for one thread; the worker has one, and so has each reconcile run."""

    def __init__(self, store: Store, target: Target, servers: Servers, now: Callable[[], float] = time.time) -> None:
        self._store = store
        self.target = target
        self._libraries = servers.libraries
        self.now = now
        self._ready_for = -1
        self._refreshed_at = 0.0
        self._scans = ScanRequests()
        self._grown_at = 0.0
        self.library_sync = LibrarySync(store, target, servers.libraries, now)
        self.rules = PathMapping(store, servers.scenes.library_folders)

    @property
    def is_ready(self) -> bool:
        """Tell whether nothing has changed since everything was brought up to date."""
        return self._ready_for == self.target.generation

    def make_ready(self) -> None:
        """Bring everything up to date once per generation of settings; raises server and settings errors."""
        if self.is_ready:
            return
        generation = self.target.generation
        changes = self.library_sync.list_changes(anew=True)
        self._settle(changes)
        self._enqueue(changes)
        self._ready_for = generation

    def adopt(self) -> bool:
        """Use the index as a living agent has left it; tells whether that is possible.

        It is brought up to date where it proves to lack or to mistake something. Raises server and settings errors.
        """
        return self.rules.adopt(self.target.settings.path_map) and self.library_sync.adopt()

    def list_all(self, on_progress: Callable[[int], None]) -> None:
        """Bring everything up to date by listing all of it; ``on_progress`` hears how many items were listed so far.

        No scene is wanted for what the listing shows, whoever asked for it finds that out; those that wait for it are
        woken. Raises server and settings errors.
        """
        generation = self.target.generation
        changes = self.library_sync.list_all(on_progress)
        self._settle(changes)
        for scenes in chunks(changes.concerned):
            self._wake(scenes, "missing", "unmapped", "ambiguous")
        for scenes in (*chunks(changes.concerned), *chunks(changes.lost)):
            with self._store.transaction():
                self._hand_over(scenes)
        self._ready_for = generation

    def _wake(self, scenes: Sequence[int], *causes: str) -> None:
        with self._store.transaction():
            for cause in causes:
                self._store.jobs.wake_waiting(scenes, cause, self.now())

    def _settle(self, changes: IndexChanges) -> None:
        self._refreshed_at = self.now()
        is_other = self.rules.settle(self.target.settings.path_map, is_new=bool(changes.new_libraries))
        if is_other or changes.new_libraries:
            self._store.jobs.wake_parked(self.now(), UNLINKED)

    def forget_readiness(self) -> None:
        """Look at everything again before the next work: a server was away."""
        self._ready_for = -1

    def refresh_for(self, batch: int) -> bool:
        """Refresh for scenes that the index does not know; returns False when it is fresh enough.

        That is ten seconds, and for a large batch (number of scenes) a minute: our own writes make that listing long.
        """
        if not has_passed(LARGE_PAUSE if batch > LARGE else REFRESH_PAUSE, self._refreshed_at, self.now()):
            return False
        self.refresh()
        return True

    def refresh(self) -> None:
        """List what changed in Plex since the last listing, and wake the scenes that waited for it.

        Raises server errors.
        """
        before = self.library_sync.folders
        changes = self.library_sync.list_changes()
        self._refreshed_at = self.now()
        is_elsewhere = before and self.library_sync.folders != before
        if is_elsewhere or changes.new_libraries:  # what is missing and what lies outside is to be told anew
            self._store.jobs.wake_parked(self.now(), UNLINKED)
        self._extend_map(changes)
        self._enqueue(changes)

    def read_items(self, rating_keys: Iterable[str]) -> None:
        """Look at items of which Plex told that something happened to them; raises server errors."""
        changes = self.library_sync.read(rating_keys)
        self._extend_map(changes)
        self._enqueue(changes)

    def _extend_map(self, changes: IndexChanges) -> None:
        """See whether new files tell more of the path map, where scenes wait for that."""
        may_grow = has_passed(GROW_PAUSE, self._grown_at, self.now()) or not self.rules.map.rules
        if changes.new_libraries or (changes.has_other_files and may_grow and self._store.jobs.has_waiting("unmapped")):
            self._grown_at = self.now()
            if self.rules.grow():
                self._store.jobs.wake_parked(self.now(), UNLINKED)

    def _enqueue(self, changes: IndexChanges) -> None:
        """Have the scenes looked at that listings showed something new of, if ever they were wanted.

        Of a new library they are not: it is no reason to write to all of it. Jobs that wait for it are woken elsewhere.
        """
        if self.target.settings.flag("leave_unlocked"):  # an agent may replace a picture that is not locked
            for scenes in chunks(changes.drifted):
                with self._store.transaction():
                    self._store.links.doubt_covers(scenes)
        for scenes in (*chunks(changes.concerned), *chunks(changes.drifted | changes.lost)):
            with self._store.transaction():
                self._hand_over(scenes)
                self._store.jobs.enqueue_again(scenes, priority=Priority.MANY, origin="plex", now=self.now())

    def _hand_over(self, scenes: Sequence[int]) -> None:
        """Let an item that took the place of another know what we had left there: it may have been given a new key.

        Where its values have been kept as well, they would pass for a person's otherwise. An item that came with a file
        of another scene is not new: it has a record of its own. Nor is a copy of the file in another library: what was
        left there may be newer or older than what was left here.
        """
        summaries: dict[int, dict[str, SyncRecord]] = {}
        for (scene, key), record in self._store.links.of_scenes(scenes).items():
            summaries.setdefault(scene, {})[key] = record
        for scene, known in summaries.items():
            gone = sorted(known.keys() - self._store.library.updated(known).keys())
            strange = self.owned_by(scene) - known.keys() if gone else frozenset()
            new = strange - self._store.links.owners_of(strange).keys()
            for section, keys in _by_section(self._store.library.section_of(new)).items():
                left = [known[old] for old in gone if known[old].section_id == section]
                self._inherit(scene, keys, left)

    def _inherit(self, scene: int, keys: Sequence[str], left: Sequence[SyncRecord]) -> None:
        """Hand on what was left on a scene's items that are gone to the new ones of the same library."""
        if not left:
            return
        base = _in_common([record.base for record in left])
        for key in keys:
            heir = replace(left[0], rating_key=key, base=base, cover=left[0].cover.handed_on())
            self._store.links.remember(replace(heir, fingerprint="", rules=""))
        for old in left if len(keys) >= len(left) else ():  # else the others may yet turn up
            self._store.links.forget(scene, old.rating_key)

    def file_rows(self, files: Iterable[SceneFile]) -> tuple[FileRow, ...]:
        """Make the rows to remember of a scene's files."""
        return file_rows(files, self.rules.map)

    def locate(self, scenes: Sequence[Scene]) -> dict[int, FileLocations]:
        """Say for each scene where its files are in Plex, from the index alone."""
        ignored = self._ignored(scenes)
        heeded = [scene for scene in scenes if scene.id not in ignored]
        keys = {file.path: self.rules.map.key_of(file.path) for scene in heeded for file in scene.files}
        holding = self._store.library.holding({key for key in keys.values() if key})
        claims = claims_on(self._store, {item for places in holding.values() for item, _ in places})
        folders = Folders(self.library_sync.folders)
        places = {
            scene.id: _locations(
                scene,
                [(file, keys[file.path], self.rules.map.to_plex(file.path) or "") for file in scene.files],
                holding,
                claims,
                folders,
            )
            for scene in heeded
        }
        return places | {scene: FileLocations((), {}, {}, is_ignored=True) for scene in ignored}

    def _ignored(self, scenes: Sequence[Scene]) -> frozenset[int]:
        """Return those of some scenes that a person ignores; another one may have had the id before."""
        created = self._store.decisions.ignored_among(scene.id for scene in scenes)
        return frozenset(
            scene.id
            for scene in scenes
            if scene.id in created and timestamps.may_be_same(created[scene.id], scene.created_at)
        )

    def correct(self, rating_keys: Iterable[str], items: Mapping[str, Item]) -> bool:
        """Bring the index in line with items that were just read; tells whether it was wrong about any.

        Plex moves files from item to item when it, or a person, merges or splits them.
        """
        is_wrong = self.library_sync.correct(rating_keys, dict(items))
        if is_wrong and not self._store.library.number():
            self._refreshed_at = 0.0  # another server, of which nothing is known yet
        return is_wrong

    def owned_by(self, scene_id: int) -> frozenset[str]:
        """Return the items that this scene alone may claim, by what is remembered of its files."""
        holding = self._store.library.holding(self._store.scenes.keys_of(scene_id))
        items = {item for places in holding.values() for item, _ in places}
        claims = claims_on(self._store, items).scenes
        return frozenset(item for item in items if claims[item] == {scene_id})

    def request_scan(self, files: Iterable[SceneFile]) -> None:
        """Note files whose folders Plex is to scan; each once a day, as Plex may have its reasons not to list one."""
        now = self.now()
        for file in files:
            if self._scans.is_new(file.path, now):
                self._scans.note(self._folders_of(file))

    def scan_some(self) -> None:
        """Ask Plex to scan some of the folders noted, the newest first, a few a minute; raises server errors."""
        if self.target.settings.flag("no_plex_scan"):
            self._scans.clear()
        for section, folder in self._scans.take(self.now()):  # also if Plex will not: that is to stop nothing else
            self._libraries.scan(section, folder)

    def _folders_of(self, file: SceneFile) -> Iterator[tuple[str, str]]:
        mapped = self.rules.map.to_plex(file.path)
        for section in self.library_sync.sections:
            if mapped is not None and Folders(section.locations).hold(path_key(mapped)):
                yield section.id, self.rules.map.folder_of(mapped)


def _locations(
    scene: Scene,
    files: Sequence[tuple[SceneFile, str, str]],
    holding: Mapping[str, Sequence[tuple[str, int]]],
    claims: Claims,
    folders: Folders,
) -> FileLocations:
    """Put together where the files of a scene are, each given with its key and its path in Plex.

    ``holding`` are the items at each key.
    """
    located = tuple(
        Located(
            path=file.path,
            key=key or None,
            mapped=mapped,
            in_library=bool(key) and folders.hold(key),
            rating_keys=tuple(item for item, _ in _held(file, key, holding)),
            size=file.size,
            part_sizes=tuple(size for _, size in _held(file, key, holding)),
        )
        for file, key, mapped in files
    )
    items = {item for file in located for item in file.rating_keys}
    decided = {item: claims.decided[scene.id, item] for item in items if (scene.id, item) in claims.decided}
    declined = {item for item, reason in decided.items() if reason.code in DECLINED}
    return FileLocations(located, {item: claims.scenes[item] | {scene.id} for item in items - declined}, decided)


def _held(file: SceneFile, key: str, holding: Mapping[str, Sequence[tuple[str, int]]]) -> Sequence[tuple[str, int]]:
    """Return the items at a file's place; a name with a lost letter may be two files', so the size has to agree too."""
    found = holding.get(key, ())
    return [one for one in found if one[1] == file.size] if LOST in key else found


def _by_section(sections: Mapping[str, str]) -> dict[str, list[str]]:
    """Group items by their library."""
    found: dict[str, list[str]] = {}
    for key in sorted(sections):
        found.setdefault(sections[key], []).append(key)
    return found


def _in_common(bases: Sequence[Base]) -> Base:
    """Return what was left on each of some items alike: which of them another one was is not known."""
    first, *others = bases
    pushed = {of: value for of, value in first.pushed.items() if all(base.pushed.get(of) == value for base in others)}
    if not others:
        return Base(pushed, intents=first.intents, inherited=first.inherited)
    return Base(pushed, inherited={of: pushed[of] for of in pushed if any(of in base.inherited for base in bases)})
