"""``overview.json`` in the data folder: the overview as the page gets it, there only as long as the agent keeps it."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from plexsync.store.files import private_file

FILE = "overview.json"


class OverviewFile:
    """The file of one data folder; ``plugin/hook.py`` answers with its bytes."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    def keep(self, overview: object) -> None:
        """Write it anew, as what JSON can hold. Raises OSError."""
        private_file.write(self._path, json.dumps(overview, ensure_ascii=False))

    @property
    def is_there(self) -> bool:
        """Tell whether there is one."""
        return self._path.exists()

    def forget(self) -> None:
        """Remove it: from now on it would say what may no longer be so. Its keeper makes it anew."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
