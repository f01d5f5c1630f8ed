r"""File paths as both servers write them, and one key for comparing them.

Plex names files as its own machine or container sees them (``/data/a.mp4``, ``O:\a.mp4``). So does Stash, and the two
need not be on the same machine (docs/engineering/plex.md §1.7).
A path is a Windows one if it starts with a drive letter or with two slashes (a network share). Only there a backslash
separates folders, and capitals do not matter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import normalize

DRIVE = re.compile(r"[A-Za-z]:(?:[\\/]|$)")
SHARE = re.compile(r"\\\\|//(?!/)")
_WINDOWS_SEPARATOR = re.compile(r"[\\/]+")


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
            return tuple(fold_case(normalize("NFC", name)) for name in self.names)
        if "".join(self.names).isascii():
            return self.names
        return tuple(normalize("NFC", name) for name in self.names)

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
    if path.startswith("/") and not any(odd in path for odd in ("//", "/.")) and not path.endswith("/"):
        return Parsed("/", tuple(path[1:].split("/")))  # most are, and there are very many
    if DRIVE.match(path):
        root, names = path[:2], _WINDOWS_SEPARATOR.split(path[2:])
    elif SHARE.match(path):
        root, names = "//", _WINDOWS_SEPARATOR.split(path)
    else:
        root, names = "/", path.split("/")
    return Parsed(root, tuple(name for name in names if name and name != "."))


def path_key(path: str) -> str:
    """Return the key by which paths are compared: NFC, one kind of separator, case-folded for Windows."""
    return parsed_key(parse(path))


def name_of(path: str) -> str:
    """Return a file's name without its folder."""
    names = parse(path).names
    return names[-1] if names else ""


class Folders:
    """Some folders, asked again and again what lies in them."""

    def __init__(self, folders: Iterable[str]) -> None:
        self._keys = tuple(map(path_key, folders))

    def hold(self, key: str) -> bool:
        """Tell whether a path is one of the folders or lies in one, by its key."""
        return any(key == folder or _lies_in(key, folder) for folder in self._keys)


def _lies_in(key: str, folder: str) -> bool:
    if folder == "/":
        return key.startswith("/") and not key.startswith("//")
    return key.startswith(folder if folder.endswith("/") else f"{folder}/")


def joined_key(root: str, names: tuple[str, ...]) -> str:
    """Return the key of a root and the names below it, as :meth:`Parsed.folded` gives them."""
    return (root if root in {"/", "//"} else f"{root.lower()}/") + "/".join(names)


def fold_case(name: str) -> str:
    """Fold letter by letter, as Windows does: "ß" and "ss" stay two names."""
    if name.isascii():
        return name.lower()
    folds = ((letter, letter.casefold()) for letter in name)
    return normalize("NFC", "".join(folded if len(folded) == 1 else letter for letter, folded in folds))


def parsed_key(path: Parsed) -> str:
    """Return the key of a path that was taken apart."""
    return joined_key(path.root, path.folded())
