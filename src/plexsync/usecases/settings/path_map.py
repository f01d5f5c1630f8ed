"""Trying a path map on files that are remembered: which are found, in both directions, and what else would fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal, TypeVar

from plexsync.domain.paths.key import parse, path_key
from plexsync.domain.paths.mapping import MapRules, PathMap
from plexsync.store import Store
from plexsync.store.state import PATH_MAP
from plexsync.usecases.data_folder import open_store
from plexsync.usecases.settings.page import settings_in_force
from plexsync.usecases.settings.values import entered

T = TypeVar("T")
SAMPLE = 20


@dataclass(frozen=True, slots=True)
class MapRuleTest:
    """A rule: the folder of Stash, that of Plex, whether PlexSync found it out, and how many files it finds."""

    stash: str
    plex: str
    is_found_out: bool
    files: int
    found: int


@dataclass(frozen=True, slots=True)
class FileTest:
    """One file: on which ``side`` it is, its path there, and the path it ought to have on the other side.

    ``becomes`` is "" where no rule says. ``text`` says what is wrong, "" where it was found. ``stash`` and ``plex``
    are a rule that would find it, "" where none is known.
    """

    side: Literal["stash", "plex"]
    path: str
    becomes: str = ""
    is_found: bool = True
    text: str = ""
    stash: str = ""
    plex: str = ""


@dataclass(frozen=True, slots=True)
class PathMapTest:
    """How a path map does: rule by rule over all files, and file by file on some of both sides."""

    origin: Literal["set", "found_out", "none"]
    rules: tuple[MapRuleTest, ...]
    stash_files: int
    stash_found: int
    plex_files: int
    plex_found: int
    files: tuple[FileTest, ...]


def try_path_map(folder: Path, text: str | None) -> PathMapTest:
    """Try a path map as it stands in a text box, or the one in force for None; asks no server.

    Raises :class:`BadSetting`.
    """
    with open_store(folder) as store:
        kept = store.state.get(PATH_MAP)
        own = settings_in_force(folder).path_map if text is None else _rules_in(text)
        found_out = kept.rules if kept is not None and kept.origin == "inferred" and not own else ()
        return _Trial(store, own or found_out, is_found_out=not own).result()


def _rules_in(text: str) -> MapRules:
    value = entered("path_map", text)
    return tuple((str(pair[0]), str(pair[1])) for pair in value) if isinstance(value, tuple) else ()


class _Trial:
    """One map on all remembered files."""

    def __init__(self, store: Store, rules: MapRules, *, is_found_out: bool) -> None:
        self._rules = rules
        self._is_found_out = is_found_out
        self._map = PathMap(rules)
        self._stash = [(path, size) for _, _, path, size in store.scenes.files()]
        self._plex = list(store.library.files())
        self._keys = {self._map.key_of(path) for path, _ in self._stash}
        self._plex_keys = {path_key(path) for path, _ in self._plex}

    def result(self) -> PathMapTest:
        """Try it."""
        lost = [(path, size) for path, size in self._stash if self._map.key_of(path) not in self._plex_keys]
        strange = [(path, size) for path, size in self._plex if path_key(path) not in self._keys]
        origin: Literal["set", "found_out"] = "found_out" if self._is_found_out else "set"
        return PathMapTest(
            origin=origin if self._rules else "none",
            rules=tuple(self._of_rules()),
            stash_files=len(self._stash),
            stash_found=len(self._stash) - len(lost),
            plex_files=len(self._plex),
            plex_found=len(self._plex) - len(strange),
            files=(*self._of_stash(lost), *self._of_plex(strange)),
        )

    def _of_rules(self) -> Iterator[MapRuleTest]:
        files: Counter[str] = Counter()
        found: Counter[str] = Counter()
        for path, _ in self._stash:
            rule = next((stash for stash, _ in self._rules if _is_below(path, stash)), None)
            if rule is not None:
                files[rule] += 1
                found[rule] += self._map.key_of(path) in self._plex_keys
        for stash, plex in self._rules:
            yield MapRuleTest(stash, plex, self._is_found_out, files[stash], found[stash])

    def _of_stash(self, lost: Sequence[tuple[str, int]]) -> Iterator[FileTest]:
        """Show files of Stash, lost ones first: each with what Plex has of the same name and size."""
        twins = _by_name(self._plex, lost)
        for path, size in _some(lost, SAMPLE):
            becomes = self._map.to_plex(path) or ""
            twin = twins.get(_name_of(path, size), "")
            rule = _rule_between(path, twin) if twin else ("", "")
            text = _lost_words(becomes, rule[1])
            yield FileTest("stash", path, becomes, is_found=False, text=text, stash=rule[0], plex=rule[1])
        good = [path for path, _ in self._stash if self._map.key_of(path) in self._plex_keys]
        for path in _some(good, SAMPLE - min(SAMPLE, len(lost))):
            yield FileTest("stash", path, self._map.to_plex(path) or "")

    def _of_plex(self, strange: Sequence[tuple[str, int]]) -> Iterator[FileTest]:
        """Show files of Plex, those first that no scene has."""
        twins = _by_name(self._stash, strange)
        for path, size in _some(strange, SAMPLE):
            twin = twins.get(_name_of(path, size), "")
            rule = _rule_between(twin, path) if twin else ("", "")
            text = f"Stash has it as {twin}." if twin else "Stash has no file of this name and size."
            yield FileTest("plex", path, twin, is_found=False, text=text, stash=rule[0], plex=rule[1])
        good = [path for path, _ in self._plex if path_key(path) in self._keys]
        for path in _some(good, SAMPLE - min(SAMPLE, len(strange))):
            yield FileTest("plex", path)


def _some(rows: Sequence[T], most: int) -> Sequence[T]:
    """Return some rows, spread evenly."""
    return list(islice(rows, 0, None, max(1, len(rows) // most)))[:most] if most else []


def _name_of(path: str, size: int) -> tuple[str, int]:
    return parse(path).folded()[-1], size


def _by_name(there: Sequence[tuple[str, int]], lost: Sequence[tuple[str, int]]) -> Mapping[tuple[str, int], str]:
    """Return the paths on the other side by name and size, as far as they are wanted and there is only one."""
    wanted = {_name_of(path, size) for path, size in _some(lost, SAMPLE)}
    numbers = Counter(_name_of(path, size) for path, size in there)
    names = {_name_of(path, size): path for path, size in there}
    return {name: names[name] for name in wanted if numbers[name] == 1}


def _rule_between(stash: str, plex: str) -> tuple[str, str]:
    """Return the two folders that differ, without what both paths share at their ends; a root is no folder."""
    one, other = parse(stash), parse(plex)
    while min(len(one.names), len(other.names)) > 1 and one.names[-1] == other.names[-1]:
        one, other = one.parent(), other.parent()
    return one.text(), other.text()


def _is_below(path: str, folder: str) -> bool:
    inner, outer = parse(path), parse(folder)
    return inner.root == outer.root and inner.folded()[: len(outer.names)] == outer.folded()


def _lost_words(becomes: str, folder: str) -> str:
    said = f"Plex has no file {becomes}." if becomes else "No rule says where this is in Plex."
    return f"{said} It has {folder}, with a file of this name and size." if folder else said
