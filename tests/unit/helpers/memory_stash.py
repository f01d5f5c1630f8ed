"""A Stash in memory: a library one can edit, with the stamps, counts and the database file a real one has."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone

from plexsync.domain.errors import PlexSyncError
from plexsync.domain.model import Entity, EntityKind, Scene, SceneFile
from plexsync.stash.capabilities import Capabilities
from plexsync.stash.changes.cursor import Cursor
from plexsync.stash.changes.feed import FeedPoll
from plexsync.stash.changes.file_watch import FileWatch
from plexsync.stash.changes.hints import FolderPage, Watched
from plexsync.stash.client import ImageAnswer
from plexsync.stash.scenes import NamedEntity, Read, ScenePage


@dataclass
class MemoryStash:
    """Answers as a server does; ``clock`` is its time, ``failure`` what it answers with instead of an answer.

    A write moves the database file unless that is ``hidden`` (another machine's) or ``silent`` (a disk that lies).
    ``covers`` are pictures of scenes, ``unreadable`` what is wrong with scenes that cannot be read.
    """

    clock: float = 1_700_000_000.0
    scenes_by_id: dict[int, Scene] = field(default_factory=dict)
    names: dict[tuple[EntityKind, int], NamedEntity] = field(default_factory=dict)
    highest: dict[str, int] = field(default_factory=dict)
    play_count: int = 0
    writes: int = 0
    written_at: float = 0.0
    inode: int = 1
    hidden: bool = False
    silent: bool = False
    failure: PlexSyncError | None = None
    asked: list[str] = field(default_factory=list)
    covers: dict[int, bytes] = field(default_factory=dict)
    unreadable: dict[int, str] = field(default_factory=dict)
    pixels: dict[int, int] = field(default_factory=dict)

    @property
    def stamp(self) -> str:
        return datetime.fromtimestamp(int(self.clock), timezone.utc).isoformat().replace("+00:00", "Z")

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other

    # A person's acts.

    def _written(self) -> None:
        self.writes += not self.silent
        self.written_at = self.written_at if self.silent else self.clock

    def add(self, *titles: str, tags: tuple[int, ...] = ()) -> list[int]:
        ids = []
        for title in titles:
            number = self.highest.get("scene", 0) + 1
            self.highest["scene"] = number
            shown = tuple(Entity(tag, self.names[EntityKind.TAG, tag].name) for tag in tags)
            file = SceneFile(f"/data/{number}.mp4", 1000 + number)
            made = Scene(number, title, tags=shown, files=(file,), created_at=self.stamp, updated_at=self.stamp)
            self.scenes_by_id[number] = made
            ids.append(number)
        self._written()
        return ids

    def edit(self, *ids: int, **values: object) -> None:
        for number in ids:
            edited = replace(self.scenes_by_id[number], **values)  # type: ignore[arg-type]
            self.scenes_by_id[number] = replace(edited, updated_at=self.stamp)
        self._written()

    def change_unstamped(self, number: int, **values: object) -> None:
        self.scenes_by_id[number] = replace(self.scenes_by_id[number], **values)  # type: ignore[arg-type]
        self._written()

    def destroy(self, number: int) -> None:
        del self.scenes_by_id[number]
        self._written()

    def tag(self, name: str) -> int:
        number = self.highest.get("tag", 0) + 1
        self.highest["tag"] = number
        self.names[EntityKind.TAG, number] = NamedEntity(EntityKind.TAG, number, name, self.stamp)
        self._written()
        return number

    def rename_tag(self, number: int, name: str) -> None:
        self.names[EntityKind.TAG, number] = NamedEntity(EntityKind.TAG, number, name, self.stamp)
        self._show_tags()

    def destroy_tag(self, number: int) -> None:
        del self.names[EntityKind.TAG, number]
        self._show_tags()

    def _show_tags(self) -> None:
        for scene in list(self.scenes_by_id.values()):
            kept = (self.names.get((EntityKind.TAG, tag.id)) for tag in scene.tags)
            shown = tuple(Entity(tag.id, tag.name) for tag in kept if tag is not None)
            self.scenes_by_id[scene.id] = replace(scene, tags=shown)
        self._written()

    def watch_a_video(self) -> None:
        self.play_count += 1
        self._written()

    def restart(self) -> None:
        self.inode += 1

    # The watcher's questions.

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if self.failure is not None:
            raise self.failure

    def capabilities(self) -> Capabilities:
        self._ask("capabilities")
        return Capabilities("v0.30", files_filter=True, folders=True)

    def file_watch(self) -> FileWatch:
        self._ask("file")
        return FileWatch("/stash/stash.db", self._stat)

    def _stat(self, _path: str) -> os.stat_result:
        if self.hidden:
            raise FileNotFoundError
        times = {"st_mtime_ns": int(self.written_at * 1e9)}
        return os.stat_result((0, self.inode, 0, 0, 0, 0, self.writes, 0, self.writes, 0), times)

    def _counts(self) -> dict[str, int]:
        counts = {kind.value: sum(one.kind is kind for one in self.names.values()) for kind in EntityKind}
        return {"scene": len(self.scenes_by_id), **counts}

    def _newest(self) -> dict[str, int]:
        newest = {kind.value: max((id_ for of, id_ in self.names if of is kind), default=0) for kind in EntityKind}
        return {"scene": max(self.scenes_by_id, default=0), **newest}

    def first_cursor(self) -> Cursor:
        self._ask("first cursor")
        return Cursor(self.clock, self.clock, None, self._counts(), self._newest())

    def poll(self, cursor: Cursor, able: Capabilities) -> FeedPoll:
        del able
        self._ask("poll")
        scenes = tuple(scene for scene in self.scenes_by_id.values() if scene.updated_at > cursor.bound)
        entities = tuple(one for one in self.names.values() if one.updated_at > cursor.bound)
        counts, newest = self._counts(), self._newest()
        stamps = [*(scene.updated_at for scene in scenes), *(one.updated_at for one in entities)]
        return FeedPoll(
            scenes=scenes[:40],
            scene_ids={scene.id: scene.updated_at for scene in scenes[40:]},
            file_changes={},
            entities=entities,
            vanished=cursor.vanished(counts, newest),
            ids_back=newest["scene"] < cursor.newest["scene"],
            clock_back=cursor.set_back(self.clock),
            cursor=cursor.advanced(asked=self.clock, clock=self.clock, stamps=stamps, counts=counts, newest=newest),
            cost_seconds=0.0,
        )

    def scenes(self) -> Iterator[ScenePage]:
        self._ask("scenes")
        listed = sorted(self.scenes_by_id.values(), key=lambda scene: scene.id)
        if listed:
            yield ScenePage(tuple(scene.id for scene in listed), tuple(replace(scene, tags=()) for scene in listed))

    def scene_ids(self) -> Iterator[tuple[int, ...]]:
        self._ask("scene ids")
        yield tuple(sorted(self.scenes_by_id))

    def entities(self, kind: EntityKind) -> dict[int, NamedEntity]:
        self._ask("entities")
        return {one.id: one for one in self.names.values() if one.kind is kind}

    def watched(self) -> Watched:
        self._ask("watched")
        return (float(self.play_count), self.play_count, 0)

    def folders(self) -> Iterator[FolderPage]:
        self._ask("folders")
        yield FolderPage({1: "/data"}, 2**62, 1)

    # The sync's questions.

    def read(self, scene_ids: Sequence[int]) -> Read:
        if not scene_ids:
            return Read({}, frozenset(), {})
        self._ask("read " + " ".join(map(str, sorted(scene_ids))))
        bad = {one: self.unreadable[one] for one in scene_ids if one in self.unreadable}
        found = {one: self.scenes_by_id[one] for one in scene_ids if one in self.scenes_by_id and one not in bad}
        return Read(found, frozenset(scene_ids) - found.keys() - bad.keys(), bad)

    def resolutions(self, scene_ids: Sequence[int]) -> Mapping[int, int]:
        self._ask("resolutions")
        return {one: self.pixels.get(one, 0) for one in scene_ids}

    def library_folders(self) -> tuple[str, ...]:
        self._ask("library folders")
        return ()

    def cover(self, scene_id: int, etag: str | None) -> ImageAnswer:
        self._ask(f"cover {scene_id}")
        data = self.covers.get(scene_id)
        if data is None:
            return ImageAnswer("none")
        now = hashlib.sha1(data, usedforsecurity=False).hexdigest()
        return ImageAnswer("same", now) if etag == now else ImageAnswer("changed", now, data, "image/png")

    def making_covers(self) -> str:
        return ""

    def ended_at(self, job: str) -> str:
        del job
        return ""
