r"""File paths as both servers see them: one key for comparing them, and the map from Stash's folders to Plex's.

Plex names files as its own machine or container sees them (``/data/a.mp4``, ``O:\a.mp4``), Stash likewise, and the two
need not be the same machine (plex.md 1.7). A path is a Windows one if it starts with a drive letter or with two slashes
(a network share); only there a backslash separates and letter case does not matter.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as default
from unicodedata import normalize

from plexsync.model import Reason

_DRIVE = re.compile(r"[A-Za-z]:(?:[\\/]|$)")
_SHARE = re.compile(r"\\\\|//(?!/)")
_WINDOWS_SEPARATOR = re.compile(r"[\\/]+")

PathRules = tuple[tuple[str, str], ...]
"""Pairs of Stash's folder and Plex's folder."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A path taken apart: ``root`` is "/", a drive ("D:") or "//" (a share); ``names`` keep their spelling."""

    root: str
    names: tuple[str, ...]

    @property
    def is_windows(self) -> bool:
        """Tell whether separators and letter case are Windows'."""
        return self.root != "/"

    def folded(self) -> tuple[str, ...]:
        """Return the names as they are compared."""
        if self.is_windows:
            return tuple(_fold_case(normalize("NFC", name)) for name in self.names)
        return tuple(name if name.isascii() else normalize("NFC", name) for name in self.names)

    def text(self) -> str:
        """Return the path as its own system writes it."""
        if self.root == "/":
            return "/" + "/".join(self.names)
        if self.root == "//":
            return "\\\\" + "\\".join(self.names)
        return f"{self.root}\\" + "\\".join(self.names)

    def parent(self) -> Parsed:
        """Return the folder it lies in; a root is its own."""
        return Parsed(self.root, self.names[:-1])


def parse(path: str) -> Parsed:
    """Take an absolute path apart; empty names and "." are dropped."""
    if _DRIVE.match(path):
        root, names = path[:2], _WINDOWS_SEPARATOR.split(path[2:])
    elif _SHARE.match(path):
        root, names = "//", _WINDOWS_SEPARATOR.split(path)
    else:
        root, names = "/", path.split("/")
    return Parsed(root, tuple(name for name in names if name and name != "."))


def path_key(path: str) -> str:
    """Return the key by which paths are compared: NFC, one kind of separator, case-folded for Windows."""
    parsed = parse(path)
    return _key(parsed.root, parsed.folded())


def name_of(path: str) -> str:
    """Return a file's name without its folder."""
    names = parse(path).names
    return names[-1] if names else ""


def inside(path: str, folders: Iterable[str]) -> bool:
    """Tell whether a path is one of the folders or lies in one."""
    key = path_key(path)
    return any(key == folder or key.startswith(folder.rstrip("/") + "/") for folder in map(path_key, folders))


@dataclass(frozen=True, slots=True)
class PathMap:
    """From Stash's paths to Plex's; without rules both see the same paths."""

    rules: PathRules = ()
    _targets: dict[str, Parsed] = default(init=False, repr=False, compare=False)
    _depths: tuple[int, ...] = default(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        sources = [parse(stash) for stash, _ in self.rules]
        targets = {path_key(stash): parse(plex) for stash, plex in self.rules}
        object.__setattr__(self, "_targets", targets)
        object.__setattr__(self, "_depths", tuple(sorted({len(source.names) for source in sources}, reverse=True)))

    def to_plex(self, path: str) -> str | None:
        """Return a path as Plex sees it by the rule with the longest matching folder, or None where none matches."""
        if not self.rules:
            return path
        source = parse(path)
        names = source.folded()
        for depth in self._depths:
            target = self._targets.get(_key(source.root, names[:depth])) if depth <= len(names) else None
            if target is not None:
                return Parsed(target.root, target.names + source.names[depth:]).text()
        return None

    @staticmethod
    def folder_of(plex_path: str) -> str:
        """Return the folder a file lies in, written as Plex's system writes it."""
        return parse(plex_path).parent().text()


def _key(root: str, names: tuple[str, ...]) -> str:
    return (root if root in {"/", "//"} else f"{root.lower()}/") + "/".join(names)


def _fold_case(name: str) -> str:
    """Fold letter by letter, as Windows does: "ß" and "ss" stay two names."""
    if name.isascii():
        return name.lower()
    folds = ((letter, letter.casefold()) for letter in name)
    return normalize("NFC", "".join(folded if len(folded) == 1 else letter for letter, folded in folds))


@dataclass(frozen=True, slots=True)
class Inference:
    """A path map found out from equal files, or why none was.

    ``support[i]`` is the number of file pairs that ``rules[i]`` explains. With ``conflicts`` there are no rules: each
    names a pair of files (``stash``, ``plex``) and what speaks against it (``instead``). Codes: ``two_folders`` (files
    of one Stash folder lie in several Plex folders), ``name_only`` (nothing but the file's name agrees, and a rule
    found elsewhere says otherwise).
    """

    rules: PathRules = ()
    support: tuple[int, ...] = ()
    conflicts: tuple[Reason, ...] = ()


def infer(stash: Iterable[tuple[str, int]], plex: Iterable[tuple[str, int]]) -> Inference:
    """Find the path map from (path, size in bytes) of the files on both sides.

    Only files count whose name and size occur once on each side. Time grows with the number of files.
    """
    pairs = _pair_folders(stash, plex)
    conflicts = _two_folders(pairs)
    if conflicts:
        return Inference(conflicts=conflicts)
    roots = _drop_explained(_settle(pairs))
    conflicts = _name_only(roots)
    if conflicts:
        return Inference(conflicts=conflicts)
    return Inference(tuple(root.rule for root in roots), tuple(root.support for root in roots))


_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class _Pair:
    """A Stash folder and a Plex folder that hold equal files: how many, one's name, and their common tail."""

    stash: Parsed
    plex: Parsed
    count: int
    example: str
    tail: int

    @property
    def strip(self) -> int:
        """How much of the tail a rule may leave out: a rule never is the bare root of a file system or share."""
        kept = {"/": 1, "//": 2}
        rooms = (len(side.names) - kept.get(side.root, 0) for side in (self.stash, self.plex))
        return max(0, min(self.tail, *rooms))

    def reason(self, code: str, instead: str) -> Reason:
        """Name the pair by one of its files, and what speaks against it."""
        files = {
            side: Parsed(folder.root, (*folder.names, self.example)).text()
            for side, folder in (("stash", self.stash), ("plex", self.plex))
        }
        return Reason(code, {**files, "instead": instead})


@dataclass(frozen=True, slots=True)
class _Root:
    """A rule in the making, and the folder pairs it comes from."""

    stash: Parsed
    plex: Parsed
    pairs: tuple[_Pair, ...]

    @property
    def rule(self) -> tuple[str, str]:
        """The rule as it is shown."""
        return self.stash.text(), self.plex.text()

    @property
    def support(self) -> int:
        """Number of file pairs."""
        return sum(pair.count for pair in self.pairs)

    @property
    def is_name_only(self) -> bool:
        """Tell whether no folder's name agrees in any pair."""
        return not any(pair.tail for pair in self.pairs)


def _parsed_key(path: Parsed) -> str:
    return _key(path.root, path.folded())


def _single_folders(files: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """Map (name, size) to the folder, of files that occur once; empty files and unknown sizes tell nothing."""
    folders: dict[tuple[str, int], str | None] = {}
    for path, size in files:
        cut = max(path.rfind("/"), path.rfind("\\") if _DRIVE.match(path) or _SHARE.match(path) else -1) + 1
        key = (normalize("NFC", path[cut:]), size)
        folders[key] = path[:cut] if folders.get(key, path[:cut]) == path[:cut] else None
    return {key: folder for key, folder in folders.items() if folder is not None and key[1] > 0}


def _pair_folders(stash: Iterable[tuple[str, int]], plex: Iterable[tuple[str, int]]) -> list[_Pair]:
    sources, targets = _single_folders(stash), _single_folders(plex)
    counts: Counter[tuple[str, str]] = Counter()
    examples: dict[tuple[str, str], str] = {}
    for key, folder in sources.items():
        if key in targets:
            pair = (folder, targets[key])
            counts[pair] += 1
            examples.setdefault(pair, key[0])
    return [_pair(parse(s), parse(p), count, examples[s, p]) for (s, p), count in counts.items()]


def _pair(stash: Parsed, plex: Parsed, count: int, example: str) -> _Pair:
    fold = _fold_case if stash.is_windows or plex.is_windows else str
    tail = 0
    for left, right in zip(reversed(stash.names), reversed(plex.names), strict=False):
        if left != right and fold(normalize("NFC", left)) != fold(normalize("NFC", right)):
            break
        tail += 1
    return _Pair(stash, plex, count, example, tail)


def _two_folders(pairs: Sequence[_Pair]) -> tuple[Reason, ...]:
    seen: dict[str, _Pair] = {}
    conflicts = []
    for pair in pairs:
        first = seen.setdefault(_parsed_key(pair.stash), pair)
        if _parsed_key(first.plex) != _parsed_key(pair.plex):
            conflicts.append(pair.reason("two_folders", first.plex.text()))
    return tuple(conflicts[:_EXAMPLES])


def _settle(pairs: Sequence[_Pair]) -> list[_Root]:
    """Give each pair the most general rule that no other pair of the same Stash folder contradicts.

    Where pairs disagree, those with common folder names left go one folder deeper, level by level.
    """
    levels: defaultdict[int, defaultdict[str, list[tuple[_Pair, int]]]] = defaultdict(lambda: defaultdict(list))

    def place(pair: _Pair, strip: int) -> None:
        root = _without(pair.stash, strip)
        levels[len(root.names)][_parsed_key(root)].append((pair, strip))

    for pair in pairs:
        place(pair, pair.strip)
    roots: list[_Root] = []
    level = 0
    while levels:
        for group in levels.pop(level, {}).values():
            stay = group if _agree(group) else [(pair, strip) for pair, strip in group if not strip]
            roots += _root(stay)
            for pair, strip in group if stay is not group else ():
                if strip:
                    place(pair, strip - 1)
        level += 1
    return roots


def _without(path: Parsed, strip: int) -> Parsed:
    return Parsed(path.root, path.names[: len(path.names) - strip])


def _agree(group: Sequence[tuple[_Pair, int]]) -> bool:
    return len({_parsed_key(_without(pair.plex, strip)) for pair, strip in group}) == 1


def _root(group: Sequence[tuple[_Pair, int]]) -> list[_Root]:
    if not group:
        return []
    pair, strip = group[0]
    return [_Root(_without(pair.stash, strip), _without(pair.plex, strip), tuple(pair for pair, _ in group))]


def _enclosing(root: _Root, known: Mapping[str, _Root]) -> _Root | None:
    """Return the nearest known rule whose Stash folder holds this one's."""
    names = root.stash.folded()
    keys = (_key(root.stash.root, names[:depth]) for depth in range(len(names) - 1, -1, -1))
    return next((known[key] for key in keys if key in known), None)


def _drop_explained(roots: Sequence[_Root]) -> list[_Root]:
    """Join rules that a rule for an enclosing folder explains into that one."""
    known: dict[str, _Root] = {}
    for root in roots:  # shallow ones come first
        outer = _enclosing(root, known)
        if outer is not None and _explains(outer, root):
            key = _parsed_key(outer.stash)
            known[key] = _Root(outer.stash, outer.plex, outer.pairs + root.pairs)
        else:
            known[_parsed_key(root.stash)] = root
    return list(known.values())


def _explains(outer: _Root, inner: _Root) -> bool:
    rest = inner.stash.names[len(outer.stash.names) :]
    return _parsed_key(Parsed(outer.plex.root, outer.plex.names + rest)) == _parsed_key(inner.plex)


def _name_only(roots: Sequence[_Root]) -> tuple[Reason, ...]:
    """Name the rules that only file names speak for while a rule around or below them says otherwise."""
    known = {_parsed_key(root.stash): root for root in roots}
    conflicts = []
    for root in roots:
        outer = _enclosing(root, known)
        if outer is not None and (root.is_name_only or outer.is_name_only):
            weak, other = (root, outer) if root.is_name_only else (outer, root)
            conflicts.append(weak.pairs[0].reason("name_only", " => ".join(other.rule)))
    return tuple(conflicts[:_EXAMPLES])
