"""Turns what a poll of Stash found into jobs, and remembers it.

Cursor and jobs move in one transaction, so nothing is lost between seeing a change and having a job for it (F4).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import partial

from plexsync.detect import full_scan, initial_scan
from plexsync.detect.poll_verdicts import is_changed, scene_stamps, young
from plexsync.domain.model import EntityKind, Scene
from plexsync.index import ownership
from plexsync.runtime.mass_change import run_for_many
from plexsync.runtime.shared import Shared
from plexsync.stash import timestamps
from plexsync.stash.changes.cursor import Cursor
from plexsync.stash.changes.feed import FeedPoll
from plexsync.stash.changes.source import StashSource
from plexsync.stash.scenes import NamedEntity
from plexsync.store import Store
from plexsync.store.history.runs import SYNC
from plexsync.store.jobs import Priority
from plexsync.store.scenes import SeenScene
from plexsync.store.state import CURSOR

FEW = 50
CHUNK = 500
LISTED_AT_ONCE = 5000
MASS = 10
REMEMBERED = 20_000
NEVER = SeenScene("", "")
_log = logging.getLogger("plexsync")


@dataclass(frozen=True, slots=True)
class Gone:
    """Scenes to enqueue because something vanished, and the entities that did; ``is_most`` of a kind at once.

    ``is_of_before`` tells that the database may be an older one: nobody deleted or renamed them.
    """

    scenes: frozenset[int]
    entities: Mapping[EntityKind, frozenset[int]]
    is_most: bool
    is_of_before: bool = False


class PollRecorder:
    """Notes what polls found; ``doubt`` asks for a full scan, ``wake`` is called when scenes were enqueued."""

    def __init__(
        self,
        store: Store,
        shared: Shared,
        doubt: Callable[[], None],
        wake: Callable[[], None],
        now: Callable[[], float],
    ) -> None:
        self._store = store
        self._shared = shared
        self._doubt = doubt
        self._wake = wake
        self._now = now
        self._had_news = True
        self._file_stamps: dict[int, str] = {}
        self._told_before: Mapping[int, str] = {}
        self._was_closed = False

    def explains(self, found: FeedPoll) -> bool:
        """Tell whether a poll shows what was written: something gone, or with a stamp that it did not have before.

        A scene that differs under its old stamp tells of a write that may have touched others too.
        """
        return (
            bool(found.vanished)
            or self._has_stamped(found.entities)
            or any(self._seen(scene).updated_at != told for scene, told in scene_stamps(found).items())
            or any(self._is_newer(scene, told) for scene, told in found.file_changes.items())
        )

    def _has_stamped(self, entities: Collection[NamedEntity]) -> bool:
        """Tell whether any of some entities is new or has another stamp than it had."""
        rows = initial_scan.known_rows(self._store, entities)
        stamps = {of: row.updated_at for of, row in rows.items()}
        return any(stamps.get((one.kind, one.id)) != one.updated_at for one in entities)

    def _seen(self, scene: int) -> SeenScene:
        return self._store.scenes.seen([scene]).get(scene, NEVER)

    def _is_newer(self, scene: int, told: str) -> bool:
        known = self._file_stamps.get(scene)
        return known is None or timestamps.instant(told) > timestamps.instant(known)

    def database_was_closed(self) -> None:
        """Note that Stash ended before the next poll: names that are gone then were not deleted by a person."""
        self._was_closed = True

    def record(
        self, stash: StashSource, found: FeedPoll, clock_before: float, *, may_be_young: bool, widened: bool
    ) -> int:
        """Write jobs and cursor at once, or nothing; returns how many scenes are known to be others than before.

        An equal stamp proves nothing if it was young at the poll before: where ``may_be_young`` says that something was
        written, such a scene is enqueued too. Raises server errors.
        """
        gone = self._find_gone(stash, found)
        seen = self._store.scenes.seen([*(scene.id for scene in found.scenes), *found.scene_ids])
        told = {scene.id for scene in found.scenes if is_changed(scene, seen.get(scene.id))}
        told |= {scene for scene in found.scene_ids if self._is_changed_beyond(scene, found, seen.get(scene))}
        doubtful = young(found, clock_before) if may_be_young else set[int]()
        # A widened poll tells again what an earlier one told, and forgets what none will tell any more.
        self._file_stamps = {**({} if widened else self._file_stamps), **found.file_changes}
        renamed_ones = self._renamed(found.entities)
        if full_scan.entities_went_back(self._store, renamed_ones):
            gone = replace(gone, is_of_before=True)
        renamed = self._scenes_of(renamed_ones)
        fresh = [scene for scene in found.scenes if scene.id in told | doubtful]
        news = told | renamed | gone.scenes
        self._expect_covers(found, doubtful)
        edits = self._edits(renamed_ones)
        revisions = self._write(found, gone, fresh, (told, doubtful | renamed | gone.scenes), edits)
        self._told_before = found.scene_ids if len(found.scene_ids) <= REMEMBERED else {}
        self._shared.prefetch.keep((scene for scene in fresh if scene.id not in renamed), revisions)
        if news or doubtful:
            _log.debug("%d scenes enqueued", len(news | doubtful))
            self._wake()
        return len(news)

    def _expect_covers(self, found: FeedPoll, doubtful: Collection[int]) -> None:
        """Have covers asked for again that were dealt with under a stamp under which another one may have come."""
        told = scene_stamps(found)
        dealt = self._store.links.with_covers_seen({scene: told[scene] for scene in doubtful if told.get(scene)})
        if dealt:
            with self._store.transaction():
                self._store.links.expect_covers(dealt)

    def _is_changed_beyond(self, scene: int, found: FeedPoll, seen: SeenScene | None) -> bool:
        """Tell whether a scene that was not read has another stamp than it had, or its files have.

        Polls overlap. A scene that one has told is queued, and is no news to the next until it is worked on.
        """
        known = self._file_stamps.get(scene)
        other_files = known != found.file_changes.get(scene, known)
        if self._told_before.get(scene) == found.scene_ids[scene] and not other_files:
            return False
        return seen is None or seen.updated_at != found.scene_ids[scene] or other_files

    def _write(
        self,
        found: FeedPoll,
        gone: Gone,
        fresh: Sequence[Scene],
        news: tuple[AbstractSet[int], AbstractSet[int]],
        edits: Mapping[int, int],
    ) -> Mapping[int, int]:
        """Write down what a poll has led to; returns the revisions that the fresh scenes' jobs have now.

        A scene edited just now does not queue up behind thousands that a renamed tag concerns, or that may be news too.
        """
        edited, concerned = news
        number, run = len(edited | concerned), 0
        if gone.is_of_before:
            run = self._store.runs.start(SYNC, "an older Stash", "changed", self._now())
        elif gone.is_most or self._are_others(found.scenes):
            run = run_for_many(self._store, self._shared.context.settings, number, "another Stash", self._now())
        enqueue = partial(self._enqueue_many, run=run, edits=edits)
        last_concerned = enqueue(sorted(concerned - edited), Priority.BULK if run else _priority(number))
        last_edited = enqueue(sorted(edited), Priority.BULK if run else _priority(len(edited)))
        read, entities = ownership.readings(fresh), self._unknown(found.entities)
        has_news = bool(number or entities or gone.entities)
        if not (has_news or self._had_news or self._is_beyond(found.cursor)):
            return {}  # nothing is written, so that a disk may sleep
        self._had_news = has_news  # one poll more is kept, or the next life would take the same scenes for young
        with self._store.transaction():
            last_concerned()
            last_edited()
            self._remember(read, entities)
            for kind, ids in gone.entities.items():
                self._store.scenes.forget_entities(kind, ids)
            self._store.state.put(CURSOR, found.cursor.to_json())
            return {scene.id: self._store.jobs.revision(scene.id) for scene in fresh}

    def _unknown(self, entities: Collection[NamedEntity]) -> list[NamedEntity]:
        """Return those of some entities that are not remembered as they are."""
        known = initial_scan.known_rows(self._store, entities)
        return [one for one in entities if known.get((one.kind, one.id)) != initial_scan.entity_row(one)]

    def _is_beyond(self, cursor: Cursor) -> bool:
        """Tell whether a cursor says more than the kept one, the time aside: one from before tells no less."""
        kept = Cursor.from_json(self._store.state.get(CURSOR, ""))
        return cursor != replace(kept, since=cursor.since, clock=cursor.clock)

    def _are_others(self, scenes: Iterable[Scene]) -> bool:
        """Tell whether most scenes were created at another time than those known by their ids: ids began anew."""
        known = {scene.id: self._store.scenes.created_at(scene.id) for scene in scenes}
        told = [scene for scene in scenes if known[scene.id]]
        return sum(scene.created_at != known[scene.id] for scene in told) * 2 > len(told)

    def _edits(self, renamed: Iterable[NamedEntity]) -> dict[int, int]:
        """Begin a run for each entity that was renamed, and return the runs of the scenes that show it."""
        renamed = tuple(renamed)
        names = {of: row.name for of, row in initial_scan.known_rows(self._store, renamed).items()}
        edits: dict[int, int] = {}
        for one in renamed:
            scenes = self._store.scenes.of_entities(one.kind, [one.id])
            if scenes:
                facts = {"before": names[one.kind, one.id], "after": one.name}
                edits |= dict.fromkeys(scenes, self._store.runs.note(f"{one.kind.value}_renamed", facts, self._now()))
        return edits

    def _enqueue_many(
        self, scenes: Sequence[int], priority: Priority, *, run: int, edits: Mapping[int, int]
    ) -> Callable[[], None]:
        """Enqueue scenes in short transactions; returns what enqueues the last few, to go with the cursor.

        Killed in between, the next poll tells all of them again.
        """
        enqueue = partial(
            self._store.jobs.enqueue, priority=priority, origin="feed", now=self._now(), run_id=run, edits=edits
        )
        last = max(0, (len(scenes) - 1) // CHUNK * CHUNK)
        for start in range(0, last, CHUNK):
            with self._store.transaction():
                enqueue(scenes[start : start + CHUNK])
        return partial(enqueue, scenes[last:])

    def _remember(self, read: Sequence[ownership.Reading], entities: Iterable[NamedEntity]) -> None:
        ownership.remember(self._store, read, (), self._now())
        for one in entities:
            self._store.scenes.remember_entities(one.kind, [initial_scan.entity_row(one)])

    def _renamed(self, entities: Collection[NamedEntity]) -> list[NamedEntity]:
        """Return those of some entities that have another name than they had."""
        names = {of: row.name for of, row in initial_scan.known_rows(self._store, entities).items()}
        return [one for one in entities if names.get((one.kind, one.id), one.name) != one.name]

    def _scenes_of(self, entities: Iterable[NamedEntity]) -> frozenset[int]:
        """Return the scenes that show some entities."""
        of_each = (self._store.scenes.of_entities(one.kind, [one.id]) for one in entities)
        return frozenset[int]().union(*of_each)

    def _find_gone(self, stash: StashSource, found: FeedPoll) -> Gone:
        """Find what was deleted or merged, and the scenes to enqueue: those that named it, and those gone."""
        scenes: set[int] = set()
        entities: dict[EntityKind, frozenset[int]] = {}
        is_most = False
        for kind in (kind for kind in EntityKind if kind.value in found.vanished):
            known = self._store.scenes.entity_ids(kind)
            entities[kind] = known - stash.entities(kind).keys()
            is_most = is_most or (len(entities[kind]) >= MASS and 2 * len(entities[kind]) > len(known))
            scenes |= self._store.scenes.of_entities(kind, entities[kind])
        if "scene" in found.vanished:
            scenes |= self._gone_scenes(stash)
        was_closed, self._was_closed = self._was_closed, False
        return Gone(frozenset(scenes), entities, is_most, was_closed and any(entities.values()))

    def _gone_scenes(self, stash: StashSource) -> frozenset[int]:
        """List the scenes that are gone; in a large library a full scan finds them in its own time."""
        if self._store.scenes.number() > LISTED_AT_ONCE:
            self._doubt()
            return frozenset()
        return self._store.scenes.ids() - {scene for page in stash.scene_ids() for scene in page}


def _priority(number: int) -> Priority:
    return Priority.FRESH if number <= FEW else Priority.MANY
