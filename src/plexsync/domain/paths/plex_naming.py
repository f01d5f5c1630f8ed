"""Files that Plex does not take for a film of its own, by their names or folders.

The names are those of Plex's own help on local extras, multi-part films and optimised versions.
"""

from __future__ import annotations

import re
from enum import Enum

from plexsync.domain.paths.key import parse

_EXTRA_FOLDERS = frozenset(
    {"behind the scenes", "deleted scenes", "featurettes", "interviews", "other", "scenes", "shorts", "trailers"}
)
_EXTRA_NAME = re.compile(r"-(?:behindthescenes|deleted|featurette|interview|other|scene|short|trailer)$", re.IGNORECASE)
_PART_NAME = re.compile(r"^(?P<film>.*?)[ ._-]*\b(?:cd|disc|disk|dvd|part|pt)[ ._-]*(?P<number>[1-8])$", re.IGNORECASE)
_OPTIMISED_FOLDER = "plex versions"


class TakenFor(str, Enum):
    """The kind of file that Plex sees; ``FILM`` is the usual."""

    FILM = "film"
    EXTRA = "extra"
    OPTIMISED = "optimised"
    PART = "part"


def taken_for(path: str) -> TakenFor:
    """Say what Plex takes a file for by its path."""
    *folders, name = parse(path).names or ("",)
    around = [folder.casefold() for folder in folders]
    stem = name.rpartition(".")[0] or name
    if _OPTIMISED_FOLDER in around:
        return TakenFor.OPTIMISED
    if _EXTRA_NAME.search(stem) or (around and around[-1] in _EXTRA_FOLDERS):
        return TakenFor.EXTRA
    return TakenFor.PART if _PART_NAME.match(stem) else TakenFor.FILM
