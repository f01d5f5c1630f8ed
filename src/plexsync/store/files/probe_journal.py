"""``probe.journal`` in the data folder: the item that a probe writes to, as it was, and each write before it is sent.

It is there as long as a probe has something to put back. Each line is on the disk before the write that it announces.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plexsync.store.files import private_file

NAME = "probe.journal"


@dataclass(frozen=True, slots=True)
class KeptProbe:
    """A journal as it was read: what is to be put back, and the names of the writes that were announced."""

    saved: Mapping[str, Any]
    writes: frozenset[str]


class ProbeJournal:
    """The file of one data folder; its methods raise OSError."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME

    def begin(self, saved: Mapping[str, Any]) -> None:
        """Keep what is to be put back; it is on the disk when this returns."""
        private_file.write(self.path, json.dumps(saved, ensure_ascii=False) + "\n")
        with self.path.open("rb") as kept:
            os.fsync(kept.fileno())
        _sync_folder(self.path.parent)

    def note(self, name: str) -> None:
        """Announce a write; it is on the disk when this returns."""
        with self.path.open("a", encoding="utf-8") as kept:
            kept.write(json.dumps({"write": name}) + "\n")
            kept.flush()
            os.fsync(kept.fileno())

    def read(self) -> KeptProbe | None:
        """Return what is to be put back, None where nothing is.

        Raises one of
        :data:`~plexsync.net.decode.DECODE_ERRORS` for a damaged file.

        The last line may be cut off: its write was never sent.
        """
        try:
            first, *rest = self.path.read_text(encoding="utf-8").split("\n")
        except FileNotFoundError:
            return None
        saved = json.loads(first)
        return KeptProbe(
            {"server": saved["server"], "item": saved["item"]},
            frozenset(json.loads(line)["write"] for line in rest if line.endswith("}")),
        )

    def keep_as_gone(self) -> Path:
        """Give the file another name, and return that: it is still there, should the item come back."""
        place = self.path.with_name(f"{NAME}.gone")
        self.path.replace(place)
        _sync_folder(place.parent)
        return place

    def end(self) -> None:
        """Forget it: everything is as it was."""
        self.path.unlink(missing_ok=True)
        _sync_folder(self.path.parent)


def _sync_folder(folder: Path) -> None:
    """Have the folder's own entry on the disk, where the system can do that."""
    with suppress(OSError, AttributeError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
