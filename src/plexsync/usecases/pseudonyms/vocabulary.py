"""Words that are PlexSync's own, or the system's: an allow list for texts that may hold names."""

from __future__ import annotations

import ast
import builtins
import os
import platform
import re
from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from pathlib import Path

from plexsync.domain.model import Artwork, Field, Policy
from plexsync.domain.settings import SETTINGS

_PACKAGE = Path(__file__).parents[2]
_WORD = re.compile(r"\w+")
_OTHERS = (
    "alert certificate certificates chain expired failed handshake hostname issuer local mismatch requested reset self "
    "signed size sslv3 unable unknown verify version wrong line column char delimiter expecting extra property "
    "enclosed double quotes malformed disk image locked readonly database schema constraint file is not a error errno "
    "traceback most recent call last hook lib urllib3 connectionpool websocket plugins mkv mp4 m4v avi wmv mov webm ts "
    "mpg mpeg flv iso localhost 0 x86_64 aarch64 arm64 amd64 glibc musl utc"
)
"""Words of libraries' errors, of systems, and the endings of video files."""


@cache
def own_words() -> frozenset[str]:
    """Return the words of our own texts and names, and of the system's errors, in lower case.

    The texts are read from PlexSync's own modules, without their comments; that takes about a second.
    """
    texts = [*_of_modules(), *_of_system(), *_of_tables(), _OTHERS]
    return frozenset(word.lower() for text in texts for word in _WORD.findall(text))


def _of_modules() -> Iterator[str]:
    for path in _PACKAGE.rglob("*.py"):
        yield path.stem
        tree = ast.parse(path.read_bytes())
        docstrings = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if id(node) not in docstrings:
                yield _said_by(node)


def _said_by(node: ast.AST) -> str:
    """Return the text or the name that a node of the syntax tree holds, "" for none."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    return str(getattr(node, "name", None) or getattr(node, "arg", None) or "")


def _of_system() -> Iterator[str]:
    yield from (os.strerror(number) for number in range(1, 134))
    yield from (status.phrase for status in HTTPStatus)
    yield from dir(builtins)
    yield from (platform.system(), platform.machine(), platform.python_implementation())


def _of_tables() -> Iterator[str]:
    """Yield what is put together only at run time."""
    for setting in SETTINGS:
        yield from (setting.key, setting.variable)
    for names in (Field, Artwork, Policy):
        yield from (name.value for name in names)
