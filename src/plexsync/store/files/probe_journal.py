"""``probe.journal`` in the data folder: the item that a probe writes to, as it was, and each write before it is sent.

It tells too when the item was seen to be as it was. It is there as long as a probe has something to put back. Each line
is on the disk before the write that it announces.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plexsync.store.files import private_file

NAME = "probe.journal"


@dataclass(frozen=True, slots=True)
class KeptProbe:
    """A journal as it was read: what is to be put back, and the names of the writes that were announced.

    ``pending`` are the parameters of those since the item was last seen to be as it was.
    """

    saved: Mapping[str, Any]
    writes: frozenset[str]
    pending: tuple[tuple[str, str], ...] = ()


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

    def note(self, name: str, pairs: Iterable[tuple[str, str]]) -> None:
        """Announce a write and its parameters; it is on the disk when this returns."""
        self._append({"write": name, "pairs": list(pairs)})

    def note_restored(self) -> None:
        """Tell that the item was seen to be as it was; it is on the disk when this returns."""
        self._append({"restored": True})

    def _append(self, line: Mapping[str, Any]) -> None:
        with self.path.open("a", encoding="utf-8") as kept:
            kept.write(json.dumps(line) + "\n")
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
        lines = [json.loads(line) for line in rest if line.endswith("}")]
        writes = frozenset(line["write"] for line in lines if "write" in line)
        return KeptProbe({"server": saved["server"], "item": saved["item"]}, writes, _pending(lines))

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


def _pending(lines: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for line in lines:
        if "write" in line:
            found += [(name, value) for name, value in line["pairs"]]
        else:
            found.clear()
    return tuple(found)


def _sync_folder(folder: Path) -> None:
    """Have the folder's own entry on the disk, where the system can do that."""
    with suppress(OSError, AttributeError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
