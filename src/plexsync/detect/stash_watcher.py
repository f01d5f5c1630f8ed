"""The feeder: watches Stash's database file, asks what changed, and notes which scenes need looking at.

Cursor and jobs move in one transaction, so nothing is lost between seeing a change and having a job for it (F4).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import partial

from plexsync.detect import initial_scan
from plexsync.detect.hidden_changes import HiddenChanges
from plexsync.domain.digest import content
from plexsync.domain.errors import Dropped, PlexSyncError, Unreachable
from plexsync.domain.model import EntityKind, Scene
from plexsync.index import ownership
from plexsync.runtime.circuit_breaker import CircuitBreaker
from plexsync.runtime.clock import has_passed
from plexsync.runtime.mass_change import run_for_many
from plexsync.runtime.observer.happenings import BreakerClosed, BreakerOpened
from plexsync.runtime.shared import Shared
from plexsync.runtime.sync_state import is_scanned
from plexsync.stash import capabilities, feed, timestamps
from plexsync.stash import scenes as stash_scenes
from plexsync.stash.client import StashClient
from plexsync.stash.file_watch import FileWatch, database_path
from plexsync.stash.scenes import NamedEntity
from plexsync.store import Store
from plexsync.store.jobs import Priority
from plexsync.store.scenes import SeenScene
from plexsync.store.state import CURSOR

WATCH_SECONDS = 0.1
SETTLE_SECONDS = 0.15
CLOCK_TICK = 0.005
PROOF_SECONDS = 60.0
YOUNG_SECONDS = 2.0
WIDENED_SECONDS = 1800.0
UNEXPLAINED_SECONDS = 60.0
FEW = 50
CHUNK = 500
LISTED_AT_ONCE = 5000
MASS = 10
REMEMBERED = 20_000
TIDIES_AFTER = (28.0, 34.0)
NEVER = SeenScene("", "")
_log = logging.getLogger("plexsync")


@dataclass(frozen=True, slots=True)
class Stream:
    """The feed as set up for one Stash: what it can be asked, and its file."""

    client: StashClient
    capabilities: capabilities.Capabilities
    watch: FileWatch


@dataclass(frozen=True, slots=True)
class Gone:
    """Scenes to look at because something vanished, and the entities that did; ``is_most`` of a kind at once."""

    scenes: frozenset[int]
    entities: Mapping[EntityKind, frozenset[int]]
    is_most: bool


class StashWatcher:
    """Turns what Stash says into jobs; all of it runs in one thread."""

    def __init__(self, store: Store, shared: Shared, now: Callable[[], float] = time.time) -> None:
        self._store = store
        self._shared = shared
        self._context = shared.context
        self._now = now
        self._stream: Stream | None = None
        self._looked_at = self._widened_at = self._poll_ended = 0.0
        self._widen_after = WIDENED_SECONDS
        self._file_stamps: dict[int, str] = {}
        self._told_before: Mapping[int, str] = {}
        self._deaf = False
        self._moved = True
        self._reopened = False
        self._written_at = 0.0
        self._hidden_changes = HiddenChanges(store, shared, self._wake, now)
        self.breaker = CircuitBreaker()

    def run(self, stop: threading.Event) -> None:
        """Watch until told to stop."""
        while not stop.wait(WATCH_SECONDS):
            self.tick(stop.wait)

    @property
    def sees_file(self) -> bool:
        """Tell whether the database file is in sight and tells of writes."""
        return self._stream is not None and self._stream.watch.visible and not self._deaf

    def tick(self, wait: Callable[[float], object]) -> None:
        """Look if something was written, or if it is time to."""
        if not self.breaker.allows(self._now()):
            return
        try:
            stream = self._set_up()
            if self._is_due(stream) or self.breaker.trip is not None:  # only an answer tells that it is over
                if self._moved:
                    # After its commit a bulk edit reads all its scenes again for its answer: let Stash finish.
                    wait(SETTLE_SECONDS)
                    stream.watch.moved()  # what was written until now is this look's to see, and needs no other one
                    wait(CLOCK_TICK)
                self._poll(stream)
            else:
                self._hidden_changes.go_on(stream.client)
            self._mend()
        except PlexSyncError as error:
            was_open = self.breaker.trip is not None
            if self.breaker.open(error, self._now()):
                self._shared.observer.tell(BreakerOpened("feed", error, was_open))
            if self.breaker.trip is not None and self.breaker.trip.is_lasting:
                self._stream = None

    def _mend(self) -> None:
        trip = self.breaker.close()
        if trip is not None:
            self._shared.observer.tell(BreakerClosed("feed", trip.code, self._now() - trip.since))
            if trip.code == Unreachable.code or (trip.code == Dropped.code and trip.probes):
                self._shared.starts.stash_came_back()  # nobody listened at its address: it is another process now

    def _set_up(self) -> Stream:
        """Find out once per Stash, and after each trouble, what it can be asked."""
        stream, client = self._stream, self._context.stash
        if stream is not None and stream.client is client:
            return stream
        stream = Stream(
            client, capabilities.detect(client), FileWatch(database_path(client, self._context.stash_folder))
        )
        self._widened_at = 0.0  # after a start or an outage the server may stand in another zone
        if not is_scanned(self._store):
            initial_scan.take(self._store, client, self._now)
            self._widened_at = self._now()
            self._shared.wanted.set()
        else:
            self._hidden_changes.doubt()  # what was written while nobody looked
        self._hidden_changes.begin(client, stream.capabilities)
        self._stream, self._moved, self._deaf = stream, True, False
        _log.info("Stash's database file is %s", "in sight" if stream.watch.visible else "out of sight: polling")
        return stream

    def _is_due(self, stream: Stream) -> bool:
        self._moved = stream.watch.moved() or self._moved
        if self.sees_file:
            is_free = self._shared.load_budget.looks.wait(self._now()) == 0.0
            return (self._moved and is_free) or has_passed(PROOF_SECONDS, self._looked_at, self._now())
        return has_passed(self._context.settings.number("poll_seconds"), self._looked_at, self._now())

    def _poll(self, stream: Stream) -> None:
        cursor = feed.Cursor.from_json(self._store.state.get(CURSOR, ""))
        widen = has_passed(self._widen_after, self._widened_at, self._now())
        announced, self._moved = self._moved, False
        self._reopened = stream.watch.reopened() or self._reopened
        try:
            found = feed.poll(self._context.stash, cursor.widened() if widen else cursor, stream.capabilities)
        except PlexSyncError:
            self._moved = True
            raise
        if self._reopened:  # only now: when the file is closed nobody answers yet
            self._reopened = False
            self._shared.starts.stash_came_back()
        self._looked_at = self._now()
        self._widened_at = self._looked_at if widen else self._widened_at
        self._shared.load_budget.looks.spend(found.cost_seconds, self._looked_at)
        explained = self._explains(found)
        news = self._note(found, self._find_gone(found), cursor.clock, announced=announced, widened=widen)
        # A move that nothing explains may be an edit whose stamp lies in another zone than thought.
        self._widen_after = UNEXPLAINED_SECONDS if announced and not news and not widen else WIDENED_SECONDS
        self._doubt(found, announced=announced, explained=explained)
        untold = news and not announced and _has_happened(found, max(cursor.clock, self._poll_ended) + YOUNG_SECONDS)
        self._poll_ended = found.cursor.clock + found.cost_seconds
        self._moved = stream.watch.moved() or self._moved  # a write since the look is the next look's to see
        if untold and self.sees_file and not self._moved:
            self._deaf = True
            _log.warning("Stash's database file changed without telling: polling from now on")

    def _doubt(self, found: feed.FeedPoll, *, announced: bool, explained: bool) -> None:
        """See what a look may have overlooked: what explains one write may hide another made in the same moment."""
        if found.clock_back or found.ids_back:
            self._hidden_changes.doubt()
        if announced or not self.sees_file:
            self._hidden_changes.doubt_patiently()
        if announced and not explained and self.sees_file and not self._tidies_up():
            self._hidden_changes.explain()
        if announced:
            self._written_at = self._now()
            self._shared.load_budget.written(self._written_at)

    def _tidies_up(self) -> bool:
        """Tell whether a write may be Stash's own: it closes its connections half a minute after the last write.

        Each of them then writes its statistics (`PRAGMA optimize` in pkg/sqlite/driver.go, traced on a v0.30.1).
        """
        first, last = TIDIES_AFTER
        return first <= self._now() - self._written_at <= last

    def _explains(self, found: feed.FeedPoll) -> bool:
        """Tell whether a look shows what was written: something gone, or with a stamp that it did not have before.

        What differs under its old stamp tells of a write that may have touched others too.
        """
        stamps = {**{scene.id: scene.updated_at for scene in found.scenes}, **found.scene_ids}
        return (
            bool(found.vanished)
            or any(self._store.scenes.entity_stamp(one.kind, one.id) != one.updated_at for one in found.entities)
            or any(self._seen(scene).updated_at != told for scene, told in stamps.items())
            or any(self._is_newer(scene, told) for scene, told in found.file_changes.items())
        )

    def _seen(self, scene: int) -> SeenScene:
        return self._store.scenes.seen([scene]).get(scene, NEVER)

    def _is_newer(self, scene: int, told: str) -> bool:
        known = self._file_stamps.get(scene)
        return known is None or timestamps.instant(told) > timestamps.instant(known)

    def _wake(self) -> None:
        self._shared.urgent.set()
        self._shared.wanted.set()

    def _note(self, found: feed.FeedPoll, gone: Gone, clock_before: float, *, announced: bool, widened: bool) -> int:
        """Write jobs and cursor at once; returns how many scenes are known to be others than before.

        An equal stamp proves nothing if it was young at the look before: after a write such a scene is wanted too.
        """
        seen = self._store.scenes.seen([*(scene.id for scene in found.scenes), *found.scene_ids])
        told = {scene.id for scene in found.scenes if _is_changed(scene, seen.get(scene.id))}
        told |= {scene for scene in found.scene_ids if self._is_changed_beyond(scene, found, seen.get(scene))}
        young = _young(found, clock_before) if announced or not self.sees_file else set[int]()
        # A widened look tells again what an earlier one told, and forgets what none will tell any more.
        self._file_stamps = {**({} if widened else self._file_stamps), **found.file_changes}
        renamed = self._scenes_of(found.entities)
        fresh = [scene for scene in found.scenes if scene.id in told | young]
        news = told | renamed | gone.scenes
        revisions = self._write(found, gone, fresh, told, young | renamed | gone.scenes)
        self._told_before = found.scene_ids if len(found.scene_ids) <= REMEMBERED else {}
        self._shared.prefetch.keep((scene for scene in fresh if scene.id not in renamed), revisions)
        if news or young:
            _log.debug("%d scenes wanted", len(news | young))
            self._wake()
        return len(news)

    def _is_changed_beyond(self, scene: int, found: feed.FeedPoll, seen: SeenScene | None) -> bool:
        """Tell whether a scene that was not read has another stamp than it had, or its files have.

        Looks overlap. What one has told is queued, and as long as it is not worked on it is no news to the next.
        """
        known = self._file_stamps.get(scene)
        other_files = known != found.file_changes.get(scene, known)
        if self._told_before.get(scene) == found.scene_ids[scene] and not other_files:
            return False
        return seen is None or seen.updated_at != found.scene_ids[scene] or other_files

    def _write(
        self,
        found: feed.FeedPoll,
        gone: Gone,
        fresh: Sequence[Scene],
        edited: AbstractSet[int],
        concerned: AbstractSet[int],
    ) -> Mapping[int, int]:
        """Write down what a look has led to; returns the revisions that the fresh scenes' jobs have now.

        A scene edited just now does not queue up behind thousands that a renamed tag concerns, or that may be news too.
        """
        number, run = len(edited | concerned), 0
        if gone.is_most or self._are_others(found.scenes):
            run = run_for_many(self._store, self._context.settings, number, "another Stash", self._now())
        enqueue = partial(self._enqueue_many, run=run)
        last_concerned = enqueue(sorted(concerned - edited), Priority.BULK if run else _priority(number))
        last_edited = enqueue(sorted(edited), Priority.BULK if run else _priority(len(edited)))
        read = ownership.readings(fresh)
        with self._store.transaction():
            last_concerned()
            last_edited()
            self._remember(read, found.entities)
            for kind, ids in gone.entities.items():
                self._store.scenes.forget_entities(kind, ids)
            self._store.state.put(CURSOR, found.cursor.to_json())
            return {scene.id: self._store.jobs.revision(scene.id) for scene in fresh}

    def _are_others(self, scenes: Iterable[Scene]) -> bool:
        """Tell whether most scenes were created at another time than those known by their ids: ids began anew."""
        known = {scene.id: self._store.scenes.created_at(scene.id) for scene in scenes}
        told = [scene for scene in scenes if known[scene.id]]
        return sum(scene.created_at != known[scene.id] for scene in told) * 2 > len(told)

    def _enqueue_many(self, scenes: Sequence[int], priority: Priority, *, run: int) -> Callable[[], None]:
        """Note scenes in short transactions; returns what notes the last few, to go with the cursor.

        Killed in between, the next look tells all of them again.
        """
        enqueue = partial(self._store.jobs.enqueue, priority=priority, origin="feed", now=self._now(), run_id=run)
        last = max(0, (len(scenes) - 1) // CHUNK * CHUNK)
        for start in range(0, last, CHUNK):
            with self._store.transaction():
                enqueue(scenes[start : start + CHUNK])
        return partial(enqueue, scenes[last:])

    def _remember(self, read: Sequence[ownership.Reading], entities: Iterable[NamedEntity]) -> None:
        ownership.remember(self._store, read, (), self._now())
        for one in entities:
            self._store.scenes.remember_entities(one.kind, [initial_scan.entity_row(one)])

    def _scenes_of(self, entities: Iterable[NamedEntity]) -> frozenset[int]:
        """Return the scenes that show an entity whose name changed."""
        scenes: set[int] = set()
        for one in entities:
            known = self._store.scenes.entity_names(one.kind, [one.id]).get(one.id)
            if known is not None and known[0] != one.name:
                scenes |= self._store.scenes.of_entities(one.kind, [one.id])
        return frozenset(scenes)

    def _find_gone(self, found: feed.FeedPoll) -> Gone:
        """Find what was deleted or merged, and the scenes to look at: those that named it, and those gone."""
        scenes: set[int] = set()
        entities: dict[EntityKind, frozenset[int]] = {}
        is_most = False
        for kind in EntityKind:
            if kind.value in found.vanished:
                there = stash_scenes.entities(self._context.stash, kind).keys()
                known = self._store.scenes.entities(kind).keys()
                entities[kind] = frozenset(known - there)
                is_most = is_most or (len(entities[kind]) >= MASS and 2 * len(entities[kind]) > len(known))
                scenes |= self._store.scenes.of_entities(kind, entities[kind])
        if "scene" in found.vanished and self._store.scenes.number() > LISTED_AT_ONCE:
            self._hidden_changes.doubt()  # a pass finds them in its own time: nothing of them is to be written
        elif "scene" in found.vanished:
            listed = {scene for page in stash_scenes.listing(self._context.stash) for scene in page.ids}
            scenes |= self._store.scenes.ids() - listed
        return Gone(frozenset(scenes), entities, is_most)


def _priority(number: int) -> Priority:
    return Priority.FRESH if number <= FEW else Priority.MANY


def _is_changed(scene: Scene, seen: SeenScene | None) -> bool:
    if seen is None:
        return True
    return seen.content != content(scene) if seen.content else seen.updated_at != scene.updated_at


def _young(found: feed.FeedPoll, clock_before: float) -> set[int]:
    """Return the scenes that were stamped, or their files, since a moment before the look before.

    Stamps have whole seconds: what has been read since may have been edited once more under the same one.
    ``clock_before`` is what the server's clock said when that began, also if it was another agent that looked.
    """
    since, until = min(clock_before, found.cursor.clock) - YOUNG_SECONDS, found.cursor.clock + YOUNG_SECONDS
    stamps = {scene.id: scene.updated_at for scene in found.scenes}
    return {
        scene
        for told in (stamps, found.scene_ids, found.file_changes)
        for scene, at in told.items()
        if since <= timestamps.instant(at) <= until  # what is stamped in the future is told by every look
    }


def _has_happened(found: feed.FeedPoll, moment: float) -> bool:
    """Tell whether anything was deleted or stamped after a moment (UTC seconds of the server's clock).

    What is stamped before was there at the look before, however it comes to be news now.
    """
    stamps = (
        *(scene.updated_at for scene in found.scenes),
        *found.scene_ids.values(),
        *found.file_changes.values(),
        *(one.updated_at for one in found.entities),
    )
    return bool(found.vanished) or any(timestamps.instant(stamp) > moment for stamp in stamps)
