"""A scene's files as they are remembered: with the key under which Plex would list them."""

from __future__ import annotations

from collections.abc import Iterable

from plexsync.domain.model import SceneFile
from plexsync.domain.paths.mapping import PathMap
from plexsync.store.scenes import FileRow


def file_rows(files: Iterable[SceneFile], paths: PathMap) -> tuple[FileRow, ...]:
    """Make the rows to remember of a scene's files under a path map."""
    return tuple(FileRow(file.path, paths.key_of(file.path), file.size) for file in files)
