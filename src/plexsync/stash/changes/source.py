"""Questions to a Stash to notice changes, as one seam: a server answers it, and so can a library in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from plexsync.domain.model import EntityKind
from plexsync.stash import capabilities, scenes
from plexsync.stash.capabilities import Capabilities
from plexsync.stash.changes import feed, hints
from plexsync.stash.changes.cursor import Cursor
from plexsync.stash.changes.feed import FeedPoll
from plexsync.stash.changes.file_watch import FileWatch, database_path
from plexsync.stash.changes.hints import FolderPage, Watched
from plexsync.stash.client import StashClient
from plexsync.stash.scenes import NamedEntity, ScenePage


class StashSource(Protocol):
    """One Stash; every method raises server errors. Two sources are equal if they lead to the same server."""

    def capabilities(self) -> Capabilities:
        """Tell what this version can answer."""

    def file_watch(self) -> FileWatch:
        """Return a watch on the database file."""

    def first_cursor(self) -> Cursor:
        """Return a cursor that begins now."""

    def poll(self, cursor: Cursor, able: Capabilities) -> FeedPoll:
        """Tell what changed since a cursor."""

    def scenes(self) -> Iterator[ScenePage]:
        """List all scenes in order of their ids."""

    def scene_ids(self) -> Iterator[tuple[int, ...]]:
        """List the ids of all scenes."""

    def entities(self, kind: EntityKind) -> dict[int, NamedEntity]:
        """List all performers, studios, tags or groups."""

    def watched(self) -> Watched:
        """Tell how much was ever watched."""

    def folders(self) -> Iterator[FolderPage]:
        """List all folders in order of their ids."""


@dataclass(frozen=True, slots=True)
class StashServer:
    """A Stash that is asked over the network; ``folder`` is its own folder, "" where it never told."""

    client: StashClient
    folder: str = ""

    def capabilities(self) -> Capabilities:
        """Ask whether it is ready, then which version it is."""
        self.client.check_ready()
        return capabilities.detect(self.client)

    def file_watch(self) -> FileWatch:
        """Ask where the database file is."""
        return FileWatch(database_path(self.client, self.folder))

    def first_cursor(self) -> Cursor:
        """Ask for counts and clock."""
        return feed.first_cursor(self.client)

    def poll(self, cursor: Cursor, able: Capabilities) -> FeedPoll:
        """Ask once, and once more for each thousand scenes."""
        return feed.poll(self.client, cursor, able)

    def scenes(self) -> Iterator[ScenePage]:
        """Ask for a thousand scenes at a time."""
        return scenes.listing(self.client)

    def scene_ids(self) -> Iterator[tuple[int, ...]]:
        """Ask for ten thousand ids at a time."""
        return scenes.all_ids(self.client)

    def entities(self, kind: EntityKind) -> dict[int, NamedEntity]:
        """Ask for some thousand entities at a time."""
        return scenes.entities(self.client, kind)

    def watched(self) -> Watched:
        """Ask for the totals."""
        return hints.watched(self.client)

    def folders(self) -> Iterator[FolderPage]:
        """Ask for ten thousand folders at a time."""
        return hints.folders(self.client)
