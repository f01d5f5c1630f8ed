"""A plugin's zip, unpacked as Stash's plugin manager does."""

from __future__ import annotations

import zipfile
from pathlib import Path


def unpack(archive: Path, folder: Path) -> None:
    """Write every file with the mode that the zip gives it."""
    with zipfile.ZipFile(archive) as opened:
        for entry in opened.infolist():
            target = folder / entry.filename
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(opened.read(entry))
            target.chmod(entry.external_attr >> 16)
