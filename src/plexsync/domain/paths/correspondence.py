"""How the files of both sides correspond under some rules: examples in both directions, and what is left over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from plexsync.domain.paths.inference import file_name, rule_of
from plexsync.domain.paths.key import parse, path_key
from plexsync.domain.paths.mapping import MapRules, PathMap

EXAMPLES = 20
_MISSES = 5
_FOLDERS = 5
"""How many folders of left-over files are named."""

T = TypeVar("T")
File = tuple[str, int]
"""A file's path and its size in bytes."""


@dataclass(frozen=True, slots=True)
class PathExample:
    """A real file: its path on one side, and on the other by the rules ("" for none); whether it was ``found`` there.

    ``instead`` is a file of the same name and size that the other side has elsewhere, "" for none, and ``rule`` the
    pair of folders by which it would be found.
    """

    path: str
    other: str
    found: bool
    instead: str = ""
    rule: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class FolderRule:
    """A rule, and how many of Stash's files below its folder were found by it."""

    stash: str
    plex: str
    files: int
    found: int


@dataclass(frozen=True, slots=True)
class LeftOver:
    """The files of one side that the other does not have, and the folders with most of them."""

    files: int
    folders: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Correspondence:
    """The rules in force and what they make of the files of both sides."""

    rules: tuple[FolderRule, ...]
    found: int
    from_stash: tuple[PathExample, ...]
    from_plex: tuple[PathExample, ...]
    left_in_stash: LeftOver
    left_in_plex: LeftOver


def correspond(rules: MapRules, stash: Sequence[File], plex: Sequence[File]) -> Correspondence:
    """Compare the files of both sides under some rules; without rules both sides see the same paths."""
    sides = _Sides(PathMap(rules), stash, plex)
    return Correspondence(
        rules=tuple(map(sides.rule, rules)),
        found=len(stash) - len(sides.lost_in_stash),
        from_stash=(*sides.hits_from_stash(), *sides.misses_from_stash()),
        from_plex=(*sides.hits_from_plex(), *sides.misses_from_plex()),
        left_in_stash=_left_over(sides.lost_in_stash),
        left_in_plex=_left_over(sides.lost_in_plex),
    )


class _Sides:
    """The files of both sides by the keys of their places in Plex."""

    def __init__(self, path_map: PathMap, stash: Sequence[File], plex: Sequence[File]) -> None:
        self._map = path_map
        self._stash, self._plex = stash, plex
        self._keys = {path: path_map.key_of(path) for path, _ in stash}
        self._in_plex = {path_key(path) for path, _ in plex}
        self._in_stash = {key: path for path, key in self._keys.items() if key}
        self.lost_in_stash = [file for file in stash if self._keys[file[0]] not in self._in_plex]
        self.lost_in_plex = [file for file in plex if path_key(file[0]) not in self._in_stash]

    def rule(self, pair: tuple[str, str]) -> FolderRule:
        """Count what one rule does."""
        alone = PathMap((pair,))
        keys = [key for path, key in self._keys.items() if key and alone.key_of(path) == key]
        return FolderRule(*pair, len(keys), sum(key in self._in_plex for key in keys))

    def hits_from_stash(self) -> Iterator[PathExample]:
        """Yield files of Stash that Plex has."""
        hits = [path for path, _ in self._stash if self._keys[path] in self._in_plex]
        for path in _spread(hits, EXAMPLES - len(_few(self.lost_in_stash))):
            yield PathExample(path, self._map.to_plex(path) or "", found=True)

    def misses_from_stash(self) -> Iterator[PathExample]:
        """Yield files of Stash that Plex does not have, with what it has in their place."""
        elsewhere = _by_name(self._plex)
        for path, size in _few(self.lost_in_stash):
            instead = elsewhere.get(_mark(path, size), "")
            rule = rule_of(path, instead) if instead else ("", "")
            yield PathExample(path, self._map.to_plex(path) or "", found=False, instead=instead, rule=rule)

    def hits_from_plex(self) -> Iterator[PathExample]:
        """Yield files of Plex that Stash has."""
        hits = [path for path, _ in self._plex if path_key(path) in self._in_stash]
        for path in _spread(hits, EXAMPLES - len(_few(self.lost_in_plex))):
            yield PathExample(path, self._in_stash[path_key(path)], found=True)

    def misses_from_plex(self) -> Iterator[PathExample]:
        """Yield files of Plex that Stash does not have, with what it has elsewhere."""
        elsewhere = _by_name(self._stash)
        for path, size in _few(self.lost_in_plex):
            yield PathExample(path, "", found=False, instead=elsewhere.get(_mark(path, size), ""))


def _mark(path: str, size: int) -> int:
    return hash((file_name(path), size))


def _by_name(files: Iterable[File]) -> dict[int, str]:
    return {_mark(path, size): path for path, size in files if size > 0}


def _few(misses: Sequence[File]) -> Sequence[File]:
    return _spread(misses, _MISSES)


def _spread(rows: Sequence[T], most: int) -> Sequence[T]:
    step = max(1, len(rows) // most)
    return rows[::step][:most]


def _left_over(files: Sequence[File]) -> LeftOver:
    folders = Counter(parse(path).parent().text() for path, _ in files)
    return LeftOver(len(files), tuple(folders.most_common(_FOLDERS)))
