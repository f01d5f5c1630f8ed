"""Whether the data folder can be written, found out by writing."""

from __future__ import annotations

import tempfile
from pathlib import Path

from plexsync.domain.advice import Advice, explain

PROBE_BYTES = 65536


def writing_trouble(folder: Path) -> Advice | None:
    """Return what keeps a file of some size from being written into the folder, None if nothing does."""
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"\0" * PROBE_BYTES)
            probe.flush()
    except OSError as problem:
        return explain("folder_unusable", {"path": str(folder), "detail": str(problem.strerror)})
    return None
