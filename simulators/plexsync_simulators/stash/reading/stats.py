"""How the sums over the library are read, each only where it is asked for (recording stats; pkg/sqlite/scene.go)."""

from __future__ import annotations

from collections.abc import Iterator

from plexsync_simulators.stash.graphql.plans import Reader
from plexsync_simulators.stash.library.rows import File
from plexsync_simulators.stash.library.tables import StashLibrary
from plexsync_simulators.stash.reading.attributes import constants


def _count(table: str) -> Reader:
    return lambda library, _request: len(getattr(library, table))


def _files(library: StashLibrary) -> Iterator[File]:
    """The files of scenes; one whose scene was destroyed does not count."""
    return (library.files.one(id_) for scene in library.scenes for id_ in scene.file_ids)


def _times_in(history: str) -> Reader:
    return lambda library, _request: sum(len(getattr(scene, history)) for scene in library.scenes)


def _size(library: StashLibrary, _request: object) -> int:
    return sum(file.size for file in _files(library))


def _duration(library: StashLibrary, _request: object) -> float:
    return sum(file.duration for file in _files(library))


STATS: dict[str, Reader] = {
    **{f"{noun}_count": _count(f"{noun}s") for noun in ("scene", "performer", "studio", "group", "tag")},
    **constants("image_count images_size", value=0),
    "movie_count": _count("groups"),
    "gallery_count": _count("galleries"),
    "scenes_size": _size,
    "scenes_duration": _duration,
    "total_o_count": _times_in("o_history"),
    "total_play_count": _times_in("play_history"),
    "total_play_duration": lambda library, _request: sum(scene.play_duration for scene in library.scenes),
    "scenes_played": lambda library, _request: sum(bool(scene.play_history) for scene in library.scenes),
}
