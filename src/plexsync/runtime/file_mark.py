"""A mark by which a change of a file is seen without reading it."""

from __future__ import annotations

from pathlib import Path

Mark = tuple[int, int, int] | None


def file_mark(path: Path) -> Mark:
    """Return time, size and inode of a file, None if it cannot be seen."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
