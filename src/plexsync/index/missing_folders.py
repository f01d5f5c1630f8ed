"""The folders that Plex is to scan for the files of some scenes, as a person asks for it."""

from __future__ import annotations

from collections.abc import Iterable

from plexsync.domain.paths.key import Folders, path_key
from plexsync.index.path_mapping import kept_map
from plexsync.index.scan_requests import Folder
from plexsync.store import Store

MOST_FOLDERS = 50
"""Where more folders of one library are to be scanned, all of its folders are, whole."""


def folders_to_scan(store: Store, scene_ids: Iterable[int]) -> tuple[Folder, ...]:
    """Return library and folder, as Plex sees it, for the files of some scenes; those in no library are left out."""
    paths = kept_map(store)
    mapped = [path for path in map(paths.to_plex, store.scenes.paths(scene_ids)) if path is not None]
    found: list[Folder] = []
    for section in store.library.sections().values():
        inside = Folders(section.locations)
        folders = sorted({paths.folder_of(path) for path in mapped if inside.hold(path_key(path))})
        found += [(section.id, one) for one in (folders if len(folders) <= MOST_FOLDERS else section.locations)]
    return tuple(found)
