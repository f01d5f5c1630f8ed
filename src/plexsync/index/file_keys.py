"""A scene's files as they are remembered: with the key under which Plex would list them, or by a mark alone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from plexsync.domain.model import SceneFile
from plexsync.domain.paths.mapping import PathMap
from plexsync.store.scenes import FileRow


def file_rows(files: Iterable[SceneFile], paths: PathMap) -> tuple[FileRow, ...]:
    """Make the rows to remember of a scene's files under a path map."""
    return tuple(FileRow(file.path, paths.key_of(file.path), file.size) for file in files)


def file_marks(files: Iterable[SceneFile]) -> tuple[str, ...]:
    """Return what is kept of a scene's files to know them by later: 12 hexadecimal digits of each path's SHA-1."""
    paths = (file.path.encode("utf-8", "surrogatepass") for file in files)
    return tuple(hashlib.sha1(path, usedforsecurity=False).hexdigest()[:12] for path in paths)
