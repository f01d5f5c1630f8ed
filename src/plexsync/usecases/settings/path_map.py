"""Trying a path map on the files that are remembered of both sides; asks no server."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from plexsync.domain.paths.correspondence import Correspondence, correspond
from plexsync.domain.paths.mapping import MapRules
from plexsync.store.state import PATH_MAP
from plexsync.usecases.data_folder import open_store
from plexsync.usecases.settings.page import settings_in_force
from plexsync.usecases.settings.values import entered


@dataclass(frozen=True, slots=True)
class PathMapTest:
    """A path map on the files of both sides; ``origin`` is "set", "found_out", or "none" where both see the same paths.

    ``stash_files`` and ``plex_files`` count all that are remembered.
    """

    origin: Literal["set", "found_out", "none"]
    stash_files: int
    plex_files: int
    files: Correspondence


def try_path_map(folder: Path, text: str | None) -> PathMapTest:
    """Try a path map as it stands in a text box, or the one in force for None. Raises :class:`BadSetting`."""
    with open_store(folder) as store:
        own = settings_in_force(folder).path_map if text is None else _rules_in(text)
        kept = store.state.get(PATH_MAP)
        found_out = kept.rules if kept is not None and kept.origin == "inferred" and not own else ()
        stash = [(path, size) for _, _, path, size in store.scenes.files()]
        plex = list(store.library.files())
        return PathMapTest(
            "set" if own else "found_out" if found_out else "none",
            len(stash),
            len(plex),
            correspond(own or found_out, stash, plex),
        )


def _rules_in(text: str) -> MapRules:
    pairs = entered("path_map", text)
    return tuple((str(pair[0]), str(pair[1])) for pair in pairs) if isinstance(pairs, tuple) else ()
