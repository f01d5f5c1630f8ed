"""Stash's folders held against those remembered: a renamed one moves no stamp, only its path tells."""

from __future__ import annotations

from collections.abc import Generator, Iterable

from plexsync.stash.changes.hints import FolderPage
from plexsync.store import Store
from plexsync.store.state import FOLDERS_KNOWN


def are_known(store: Store) -> bool:
    """Tell whether all folders were remembered once."""
    return store.state.get(FOLDERS_KNOWN) is not None


def learn(store: Store, pages: Iterable[FolderPage]) -> None:
    """Remember all folders."""
    for page in pages:
        with store.transaction():
            store.scenes.remember_folders(page.paths, ())
    store.state.put(FOLDERS_KNOWN, value=True)


def moved(store: Store, pages: Iterable[FolderPage]) -> Generator[frozenset[int], None, None]:
    """Yield, page by page, the scenes whose files lay in folders that have another path now.

    The new paths are remembered when the next page is asked for: who ends before has to be told again.
    """
    above, gone, totals = 0, set[int](), set[int]()
    for page in pages:
        known = store.scenes.folders(above, page.last)
        changed = {id_: path for id_, path in page.paths.items() if known.get(id_) != path}
        scenes = set[int]()
        for id_ in changed.keys() & known.keys():
            scenes |= store.scenes.under(known[id_])
        yield frozenset(scenes)
        with store.transaction():
            store.scenes.remember_folders(changed, ())
        gone |= known.keys() - page.paths.keys()
        totals.add(page.total)
        above = page.last
    if len(totals) == 1:  # else some were deleted meanwhile, and another may have been passed over
        with store.transaction():
            store.scenes.remember_folders({}, gone)
