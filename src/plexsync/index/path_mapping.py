"""The path map in force: that of the settings, or one found out from equal files, which may grow but not change."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from plexsync.domain.advice import Advice, explain
from plexsync.domain.paths.inference import Inference, SameFiles, infer, same_files
from plexsync.domain.paths.key import Folders
from plexsync.domain.paths.mapping import PathMap
from plexsync.store import Store
from plexsync.store.state import PATH_MAP, KeptPathMap

CHUNK = 500
COMPARED_AT_ONCE = 50_000
"""Scenes, or items, whose files are in memory at once while a path map is found out."""

_log = logging.getLogger("plexsync")
Rules = tuple[tuple[str, str], ...]
_NOTHING = Inference()


def kept_map(store: Store) -> PathMap:
    """Return the path map in force, without rules where none was ever settled."""
    kept = store.state.get(PATH_MAP)
    return PathMap(() if kept is None else kept.rules)


class PathMapping:
    """Settles the path map of one store and keeps the remembered files' keys in line with it.

    ``own`` tells Stash's library folders: where a file has copies, those outside count for nothing.
    """

    def __init__(self, store: Store, own: Callable[[], Iterable[str]]) -> None:
        self._store = store
        self._own = own
        self.map = PathMap(())

    def catch_up(self) -> None:
        """Take over the map that another thread has found out meanwhile."""
        kept = kept_map(self._store)
        if kept.rules != self.map.rules:
            self.map = kept

    def adopt(self, given: Rules) -> bool:
        """Take over the map that was settled last; tells whether it is what the settings want."""
        kept = self._store.state.get(PATH_MAP)
        if kept is None or not kept.keyed or kept.origin != ("settings" if given else "inferred"):
            return False
        self.map = PathMap(kept.rules)
        return not given or self.map.rules == given

    def settle(self, given: Rules, *, is_new: bool) -> bool:
        """Take the rules of the settings, or find them out if none are known or a library is new.

        Tells whether the map has become another one.
        """
        if given:
            return self._put(given, "settings", {})
        before = self._store.state.get(PATH_MAP)
        if before is None or before.origin != "inferred":
            return self._find_out(())
        if before.rules and not is_new:
            return self._put(before.rules, "inferred", before.support)
        return self._find_out(before.rules)

    def grow(self) -> bool:
        """Look whether more can be found out than is known, unless the map was set; tells whether it could."""
        before = self._store.state.get(PATH_MAP)
        return before is not None and before.origin == "inferred" and self._find_out(before.rules)

    def _find_out(self, known: Rules) -> bool:
        parts = parts_for(max(self._store.scenes.number(), self._store.library.number()))
        found = infer(partial(same_in_both, self._store, parts, Folders(self._own())))
        for conflict in found.conflicts:
            _log.warning("path map not inferred: %s", conflict)
        if not set(known) <= set(found.rules):  # what was written by a rule is not to change its place
            before = self._store.state.get(PATH_MAP)
            return self._put(known, "inferred", {} if before is None else before.support, found)
        support = {
            f"{stash} => {plex}": number for (stash, plex), number in zip(found.rules, found.support, strict=True)
        }
        return self._put(found.rules, "inferred", support, found)

    def _put(self, rules: Rules, origin: str, support: Mapping[str, int], found: Inference = _NOTHING) -> bool:
        """Keep a map. The stash watcher uses it from then on, so what it remembers meanwhile has the right keys."""
        self.map = PathMap(rules)
        before = self._store.state.get(PATH_MAP)
        candidates = tuple((one.stash, one.plex, one.support) for one in found.candidates)
        conflicts = tuple({"code": one.code, **one.data} for one in found.conflicts)
        now = KeptPathMap(rules, origin, support, keyed=True, candidates=candidates, conflicts=conflicts)
        is_other = before is None or before.rules != rules or not before.keyed
        if is_other:
            self._store.state.put(PATH_MAP, replace(now, keyed=False))
            self._rekey()
        if before != now:
            self._store.state.put(PATH_MAP, now)
        return is_other

    def _rekey(self) -> None:
        last = 0
        while files := self._store.scenes.files_after(last, CHUNK):
            scenes = {scene for scene, _, _, _ in files}
            with self._store.transaction():
                self._store.links.misplace(scenes)
                self._store.scenes.rekey(
                    [(self.map.key_of(path), scene, position, path) for scene, position, path, _ in files]
                )
                self._store.links.put_in_place(scenes)
            last = files[-1][0]


def path_map_doubts(store: Store) -> Iterator[Advice]:
    """Say what keeps the path map from being found out, and between which rules a person has to choose."""
    kept = store.state.get(PATH_MAP, KeptPathMap((), "", {}, keyed=False))
    rules = " and ".join(f"{stash} => {plex} ({number} files)" for stash, plex, number in kept.candidates)
    if rules:
        yield explain("two_roots", {"rules": rules})
    for facts in kept.conflicts:
        yield explain(facts["code"], facts)


def parts_for(number: int) -> int:
    """Return into how many parts the files of so many scenes or items are cut to be compared.

    An odd number: sizes are often multiples of an even one (188 in transport streams, 2048 on discs).
    """
    return (1 + number // COMPARED_AT_ONCE) | 1


def same_in_both(store: Store, parts: int, own: Folders | None = None) -> Iterator[SameFiles]:
    """Yield the files that are the same on both sides, in parts by their sizes for memory's sake."""
    for part in range(parts):
        files = ((path, size) for _, _, path, size in store.scenes.files(part, parts))
        yield from same_files(files, store.library.files(part, parts), own)
