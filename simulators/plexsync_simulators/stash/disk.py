"""The files that a scan would find: files a test laid on the imagined disk, moved there, or took away."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from plexsync_simulators.shared.json_type import Json


@dataclass(slots=True)
class Disk:
    """Announcements in order, each `{"what", "how"}` and applied by the next scan (`scanning`) or clean."""

    pending: list[dict[str, object]] = field(default_factory=list)

    def take(self, wanted: Callable[[Json], bool], paths: Collection[str]) -> list[Json]:
        """Return the announcements that are wanted and lie below these paths, which are announced no longer."""
        taken = [entry for entry in self.pending if wanted(entry) and lies_below(_place(entry), paths)]
        self.pending = [entry for entry in self.pending if entry not in taken]
        return taken


def lies_below(path: str, roots: Collection[str]) -> bool:
    """Whether a path is, or lies in, one of these; without any, everything is meant."""
    return not roots or any(path == root or path.startswith(f"{root.rstrip('/')}/") for root in roots)


def _place(entry: dict[str, object]) -> str:
    """Where an announcement is to be seen: for what was moved, its new place."""
    how = entry["how"]
    return str(how["path"] if isinstance(how, dict) else how[-1] if isinstance(how, list) else how)
