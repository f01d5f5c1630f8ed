"""The path map found out from files that are equal on both sides."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar
from unicodedata import normalize

from plexsync.domain.model import Reason
from plexsync.domain.paths.key import DRIVE, SHARE, Folders, Parsed, fold_case, joined_key, parse, parsed_key, path_key
from plexsync.domain.paths.mapping import MapRules, PathMap

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SameFiles:
    """Files of one name and one size: their paths in Stash and in Plex, several where there are copies."""

    stash: tuple[str, ...]
    plex: tuple[str, ...]

    @property
    def is_single(self) -> bool:
        """Tell whether there is one on each side, so that they can be nothing but the same file."""
        return len(self.stash) == len(self.plex) == 1

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Yield each path in Stash with each path in Plex."""
        return ((stash, plex) for stash in self.stash for plex in self.plex)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A rule that copies of files speak for, and others as well: ``support`` is the number of files."""

    stash: str
    plex: str
    support: int


@dataclass(frozen=True, slots=True)
class Inference:
    """A path map found out from equal files, or why none was.

    ``support[i]`` is the number of file pairs that ``rules[i]`` explains. With ``conflicts`` there are no rules: each
    names a pair of files (``stash``, ``plex``) and what speaks against it (``instead``). Codes: ``two_folders`` (files
    of one Stash folder lie in several Plex folders), ``name_only`` (nothing but the file's name agrees, and a rule
    found elsewhere says otherwise), ``contradicted`` (a rule found elsewhere leads to another folder).

    ``candidates`` are rules between which copies of files leave the choice to a person; no rule is made of them.
    """

    rules: MapRules = ()
    support: tuple[int, ...] = ()
    conflicts: tuple[Reason, ...] = ()
    candidates: tuple[Candidate, ...] = ()


def same_files(
    stash: Iterable[tuple[str, int]], plex: Iterable[tuple[str, int]], own: Folders | None = None
) -> Iterator[SameFiles]:
    """Yield the files of one name and one size that are on both sides.

    Files are given as (path, size in bytes). All of one size must be given together; others need not. ``own`` are
    Stash's library folders: of several copies those outside do not count, if one lies inside.
    """
    sources, targets = _copies(stash), _copies(plex)
    for key, source in sources.items():
        target = targets.get(key)
        if source and target and file_name(source[0]) == file_name(target[0]):
            inside = tuple(path for path in source if own.hold(path_key(path))) if own and len(source) > 1 else ()
            yield SameFiles(inside or source, target)


def infer(same: Callable[[], Iterable[SameFiles]]) -> Inference:
    """Find the path map from the files that are the same in Stash and in Plex, see :func:`same_files`.

    They are asked for again where one reading leaves a doubt. Files that differ by then count no more. Time
    grows with the number of files.
    """
    finder, has_copies = _RootFinder(), False
    for files in same():
        if files.is_single:
            finder.root_of(files.stash[0], files.plex[0]).support += 1
        has_copies = has_copies or not files.is_single
    found = _decide(finder, lambda: (next(files.pairs()) for files in same() if files.is_single))
    return _with_copies(found, same) if has_copies and not found.conflicts else found


def _decide(finder: _RootFinder, singles: Callable[[], Iterable[tuple[str, str]]]) -> Inference:
    """Make rules of what single files speak for: unanimous, or none."""
    clear, contested = _part(finder.roots)
    pairs = _folder_pairs(files for files in singles() if finder.root_of(*files) in contested) if contested else []
    if conflicts := _two_folders(pairs):
        return Inference(conflicts=conflicts)
    roots = _drop_explained(clear + _settle(pairs))
    rules = tuple((root.stash.text(), root.plex.text()) for root in roots)
    if conflicts := _name_only(roots) or _contradicted(pairs, PathMap(rules)):
        return Inference(conflicts=conflicts)
    return Inference(rules, tuple(root.support for root in roots))


def _with_copies(found: Inference, same: Callable[[], Iterable[SameFiles]]) -> Inference:
    """Ask copies about what the rules do not explain: the one rule that fits all of them is taken, of several none."""
    known = PathMap(found.rules)
    votes = _CopyVotes()
    for files in same():
        is_known = known.rules and any(known.key_of(one) == path_key(two) for one, two in files.pairs())
        if not files.is_single and not is_known:
            votes.add(files)
    root = votes.unanimous()
    if root is not None and not _touches(root, found.rules):
        rule = (root.stash.text(), root.plex.text())
        return replace(found, rules=(*found.rules, rule), support=(*found.support, votes.number))
    named = [Candidate(root.stash.text(), root.plex.text(), number) for root, number in votes.likely()]
    return replace(found, candidates=tuple(sorted(named, key=lambda one: (-one.support, one.stash, one.plex))))


class _CopyVotes:
    """Counts for which rules files with copies speak: for some copies of a file, or for each of them."""

    def __init__(self) -> None:
        self.number = 0
        self._roots: dict[tuple[str, str], _Root] = {}
        self._for_some: Counter[tuple[str, str]] = Counter()
        self._for_each: Counter[tuple[str, str]] = Counter()

    def add(self, files: SameFiles) -> None:
        """Count one file and its copies."""
        self.number += 1
        covered: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for stash, plex in files.pairs():
            root = _pair(stash, plex).root()
            key = (root.key, parsed_key(root.plex))
            self._roots.setdefault(key, root)
            covered[key].add(stash)
        self._for_some.update(covered.keys())
        self._for_each.update(key for key, copies in covered.items() if len(copies) == len(files.stash))

    def unanimous(self) -> _Root | None:
        """Return the only rule that each copy of each file speaks for."""
        keys = [key for key, number in self._for_each.items() if number == self.number >= _FEWEST]
        return self._roots[keys[0]] if len(keys) == 1 else None

    def likely(self) -> list[tuple[_Root, int]]:
        """Return the rules that half of the files speak for at least, with their number.

        A copy in one folder has the name of a copy in another and no more: that says less than equal folders do.
        """
        least = max(_FEWEST, self.number / 2)
        found = [(self._roots[key], number) for key, number in self._for_some.items() if number >= least]
        return [(root, number) for root, number in found if not root.is_name_only] or found


def _touches(root: _Root, rules: MapRules) -> bool:
    """Tell whether a rule is about a folder that other rules are about too, or that holds or lies in one of theirs."""
    mine = Folders([root.stash.text()])
    return any(mine.hold(path_key(stash)) or Folders([stash]).hold(root.key) for stash, _ in rules)


_FEWEST = 2
"""Copies of fewer files than this speak for nothing."""

_MOST_COPIES = 4
"""A file of which a side has more copies than this tells nothing."""

_EXAMPLES = 5
_REMEMBERED = 8


@dataclass(slots=True, eq=False)
class _Root:
    """A rule in the making: how many files speak for it, and whether no name but the files' own agrees."""

    stash: Parsed
    plex: Parsed
    support: int
    is_name_only: bool
    example: tuple[str, str]

    @property
    def key(self) -> str:
        """Key of Stash's folder."""
        return parsed_key(self.stash)


@dataclass(frozen=True, slots=True)
class _Pair:
    """A Stash folder and a Plex folder that hold equal files: how many, one of them, and their common tail.

    ``strip`` is how much of the tail a rule leaves out.
    """

    stash: Parsed
    plex: Parsed
    tail: int
    strip: int
    count: int
    example: tuple[str, str]

    def root(self) -> _Root:
        """Return the rule that says the same of an enclosing folder."""
        stash = Parsed(self.stash.root, self.stash.names[: len(self.stash.names) - self.strip])
        plex = Parsed(self.plex.root, self.plex.names[: len(self.plex.names) - self.strip])
        return _Root(stash, plex, self.count, not self.tail, self.example)


class _RootFinder:
    """Finds the most general rule for a pair of files, quickly for files that lie as others before them did."""

    def __init__(self) -> None:
        self.roots: dict[tuple[str, str], _Root] = {}
        self._recent: list[tuple[str, str, _Root]] = []

    def root_of(self, stash: str, plex: str) -> _Root:
        """Return the rule for two files of one name; it is the same object for the same rule."""
        for outer_stash, outer_plex, root in self._recent:
            if stash.startswith(outer_stash) and plex.startswith(outer_plex):
                rest = _slashed(stash[len(outer_stash) :], root.stash)
                if rest.startswith("/") and rest == _slashed(plex[len(outer_plex) :], root.plex):
                    root.is_name_only = root.is_name_only and rest.rfind("/") == 0
                    return root
        return self._find(stash, plex)

    def _find(self, stash: str, plex: str) -> _Root:
        found = _pair(stash, plex).root()
        root = self.roots.setdefault((found.key, parsed_key(found.plex)), found)
        if root is found:
            root.support = 0
        root.is_name_only = root.is_name_only and found.is_name_only
        outer_stash, outer_plex = (side.text().rstrip("\\/") for side in (root.stash, root.plex))
        self._recent = [(outer_stash, outer_plex, root), *self._recent[: _REMEMBERED - 1]]
        return root


def _slashed(rest: str, side: Parsed) -> str:
    return rest.replace("\\", "/") if side.is_windows else rest


def file_name(path: str) -> str:
    """Return the last name of a path as it is compared."""
    separator = path.rfind("/")
    if "\\" in path and (DRIVE.match(path) or SHARE.match(path)):
        separator = max(separator, path.rfind("\\"))
    name = path[separator + 1 :]
    return name if name.isascii() else normalize("NFC", name)


def _copies(files: Iterable[tuple[str, int]]) -> dict[int, tuple[str, ...]]:
    """Map the hash of name and size to the paths, none where there are too many; unknown sizes tell nothing.

    Hashes instead of names save memory; two that collide only drop out.
    """
    found: dict[int, tuple[str, ...]] = {}
    for path, size in files:
        if size > 0:
            key = hash((file_name(path), size))
            before = found.get(key)
            if before is None:
                found[key] = (path,)
            elif before and path not in before:
                found[key] = (*before, path) if len(before) < _MOST_COPIES else ()
    return found


def rule_of(stash: str, plex: str) -> tuple[str, str]:
    """Return the most general rule by which a file of Stash is a file of Plex: a folder of each."""
    root = _pair(stash, plex).root()
    return root.stash.text(), root.plex.text()


def _pair(stash: str, plex: str, count: int = 1) -> _Pair:
    left, right = parse(stash).parent(), parse(plex).parent()
    fold = fold_case if left.is_windows or right.is_windows else str
    tail = 0
    for one, other in zip(reversed(left.names), reversed(right.names), strict=False):
        if one != other and fold(normalize("NFC", one)) != fold(normalize("NFC", other)):
            break
        tail += 1
    # A rule is never the bare root of a file system or of a file server: that would say more than the files do.
    least = {"/": 1, "//": 2}
    room = min(len(side.names) - least.get(side.root, 0) for side in (left, right))
    return _Pair(left, right, tail, max(0, min(tail, room)), count, (stash, plex))


def _part(roots: Mapping[tuple[str, str], _Root]) -> tuple[list[_Root], set[_Root]]:
    """Part the rules from those that share a Stash folder, or lie inside each other."""
    by_folder: defaultdict[str, list[_Root]] = defaultdict(list)
    for root in roots.values():
        by_folder[root.key].append(root)
    contested = {root for group in by_folder.values() if len(group) > 1 for root in group}
    for root in roots.values():
        outer = _enclosing(root, by_folder)
        if outer is not None:
            contested |= {root, *outer}
    return [root for root in roots.values() if root not in contested], contested


def _enclosing(root: _Root, known: Mapping[str, T]) -> T | None:
    """Return what is known of the nearest folder around a rule's Stash folder."""
    names = root.stash.folded()
    keys = (joined_key(root.stash.root, names[:depth]) for depth in range(len(names) - 1, -1, -1))
    return next((known[key] for key in keys if key in known), None)


def _folder_pairs(files: Iterable[tuple[str, str]]) -> list[_Pair]:
    counts: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], tuple[str, str]] = {}
    for stash, plex in files:
        folders = (parsed_key(parse(stash).parent()), parsed_key(parse(plex).parent()))
        counts[folders] += 1
        examples.setdefault(folders, (stash, plex))
    return [_pair(*examples[folders], count) for folders, count in counts.items()]


def _two_folders(pairs: Sequence[_Pair]) -> tuple[Reason, ...]:
    seen: dict[str, _Pair] = {}
    conflicts = []
    for pair in pairs:
        first = seen.setdefault(parsed_key(pair.stash), pair)
        if first is not pair:
            conflicts.append(_conflict("two_folders", pair.example, first.plex.text()))
    return tuple(conflicts[:_EXAMPLES])


def _conflict(code: str, example: tuple[str, str], instead: str) -> Reason:
    return Reason(code, {"stash": example[0], "plex": example[1], "instead": instead})


def _settle(pairs: Sequence[_Pair]) -> list[_Root]:
    """Give each pair the most general rule that no other pair of the same Stash folder contradicts.

    Where pairs disagree, those with common folder names left go one folder deeper, level by level.
    """
    waiting = list(pairs)
    roots: list[_Root] = []
    while waiting:
        depth = min(len(pair.stash.names) - pair.strip for pair in waiting)
        groups: defaultdict[str, list[_Pair]] = defaultdict(list)
        for pair in waiting:
            if len(pair.stash.names) - pair.strip == depth:
                groups[pair.root().key].append(pair)
        waiting = [pair for pair in waiting if len(pair.stash.names) - pair.strip > depth]
        for group in groups.values():
            agree = len({parsed_key(pair.root().plex) for pair in group}) == 1
            roots += _joined([pair for pair in group if agree or not pair.strip])
            waiting += [replace(pair, strip=pair.strip - 1) for pair in group if not agree and pair.strip]
    return roots


def _joined(group: Sequence[_Pair]) -> list[_Root]:
    """Make one rule of pairs that agree."""
    if not group:
        return []
    root = group[0].root()
    root.support = sum(pair.count for pair in group)
    root.is_name_only = not any(pair.tail for pair in group)
    return [root]


def _drop_explained(roots: Sequence[_Root]) -> list[_Root]:
    """Join rules that a rule for an enclosing folder explains into that one."""
    known: dict[str, _Root] = {}
    for root in sorted(roots, key=lambda root: len(root.stash.names)):
        outer = _enclosing(root, known)
        if outer is not None and _explains(outer, root):
            outer.support += root.support
            outer.is_name_only = outer.is_name_only and root.is_name_only
        else:
            known[root.key] = root
    return list(known.values())


def _explains(outer: _Root, inner: _Root) -> bool:
    rest = inner.stash.names[len(outer.stash.names) :]
    return parsed_key(Parsed(outer.plex.root, outer.plex.names + rest)) == parsed_key(inner.plex)


def _name_only(roots: Sequence[_Root]) -> tuple[Reason, ...]:
    """Name the rules that only file names speak for while a rule around or below them says otherwise."""
    known = {root.key: root for root in roots}
    conflicts = []
    for root in roots:
        outer = _enclosing(root, known)
        if outer is not None and (root.is_name_only or outer.is_name_only):
            weak, other = (root, outer) if root.is_name_only else (outer, root)
            conflicts.append(_conflict("name_only", weak.example, f"{other.stash.text()} => {other.plex.text()}"))
    return tuple(conflicts[:_EXAMPLES])


def _contradicted(pairs: Iterable[_Pair], path_map: PathMap) -> tuple[Reason, ...]:
    """Name the pairs that the rules, taken together, do not explain."""
    conflicts = []
    for pair in pairs:
        mapped = path_map.to_plex(pair.stash.text()) or ""
        if path_key(mapped) != parsed_key(pair.plex):
            conflicts.append(_conflict("contradicted", pair.example, mapped))
    return tuple(conflicts[:_EXAMPLES])
