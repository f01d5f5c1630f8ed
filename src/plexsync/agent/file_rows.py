"""A scene's files as they are remembered: with the key under which Plex would list them."""

from __future__ import annotations

from collections.abc import Iterable

from plexsync.core.paths import PathMap, path_key
from plexsync.model import SceneFile
from plexsync.store.scenes import FileRow


def file_rows(files: Iterable[SceneFile], paths: PathMap) -> tuple[FileRow, ...]:
    """Make the rows to remember of a scene's files under a path map."""
    return tuple(FileRow(file.path, plex_key(file.path, paths), file.size) for file in files)


def plex_key(path: str, paths: PathMap) -> str:
    """Return the normalised path Plex would have for a Stash path, "" where no rule maps it."""
    mapped = paths.to_plex(path)
    return "" if mapped is None else path_key(mapped)
