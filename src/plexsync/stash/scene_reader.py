"""Scenes of one Stash as those see them who bring them to Plex: what they say, and their covers.

A protocol, so that the logic above can be tried on scenes in memory; and what it is on a real server.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, final

from plexsync.stash import scenes, stills
from plexsync.stash.client import ImageAnswer, StashClient
from plexsync.stash.library_folders import library_folders
from plexsync.stash.scenes import Read
from plexsync.stash.stills import CoverJobs


class SceneReader(CoverJobs, Protocol):
    """The scenes of one Stash; every method raises server errors."""

    def read(self, scene_ids: Sequence[int]) -> Read:
        """Read scenes in full, as they are now."""

    def resolutions(self, scene_ids: Sequence[int]) -> Mapping[int, int]:
        """Return the pixels of each scene's largest file, 0 for one without files."""

    def library_folders(self) -> tuple[str, ...]:
        """Return the folders that Stash scans, as it writes them; raises settings errors too."""

    def cover(self, scene_id: int, etag: str | None) -> ImageAnswer:
        """Return a scene's cover, unless it is the one of ``etag``; raises :class:`ImageRejected` too."""


@final
class StashScenes:
    """The scenes of a real Stash, by the client in force."""

    def __init__(self, client: Callable[[], StashClient]) -> None:
        self._client = client

    def read(self, scene_ids: Sequence[int]) -> Read:
        """Read scenes in full, some hundred with a query."""
        return scenes.read(self._client(), scene_ids)

    def resolutions(self, scene_ids: Sequence[int]) -> Mapping[int, int]:
        """Return the pixels of each scene's largest file, 0 for one without files."""
        return scenes.resolutions(self._client(), scene_ids)

    def library_folders(self) -> tuple[str, ...]:
        """Ask Stash for the folders that a person gave it to scan."""
        return library_folders(self._client())

    def cover(self, scene_id: int, etag: str | None) -> ImageAnswer:
        """Ask for a scene's cover, unless it is the one of ``etag``."""
        return self._client().image(f"/scene/{scene_id}/screenshot", etag)

    def making_covers(self) -> str:
        """Return the id of a job that scans or generates now, "" for none."""
        return stills.making_covers(self._client())

    def ended_at(self, job: str) -> str:
        """Return when a job ended as its stamp says, "" if it has not or Stash has forgotten it."""
        return stills.ended_at(self._client(), job)
