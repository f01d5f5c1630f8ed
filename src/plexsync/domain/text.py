"""Text as it is sent and compared: one spelling for what looks the same.

In Plex, blanks and Unicode variants of a name make separate people. Capitals do not (docs/engineering/plex.md §2.4).
Each function here leaves its own result unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from unicodedata import normalize

# Lone surrogates cannot be sent as UTF-8, so they go the way of control characters.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_PARAGRAPH_END = re.compile("\u2029")
_LINE_END = re.compile("\r\n|[\r\x0b\x0c\x85\u2028]")
_BLANK_LINES = re.compile("\n{3,}")


def clean_line(text: str) -> str:
    """Return text as one line: NFC, without control characters, blanks folded and trimmed."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return " ".join(_UNPRINTABLE.sub(" ", normalize("NFC", text)).split())


def clean_paragraphs(text: str) -> str:
    """Return text with each line cleaned; line ends and (single) empty lines survive."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    lines = _LINE_END.sub("\n", _PARAGRAPH_END.sub("\n\n", text)).split("\n")
    return _BLANK_LINES.sub("\n\n", "\n".join(clean_line(line) for line in lines)).strip("\n")


@lru_cache(maxsize=16384)
def fold(name: str) -> str:
    """Return the key by which names are compared: equal for names that Plex takes for one.

    Remembered, because a library's scenes share their names: it is three quarters of a merge's time otherwise.
    """
    if name.isascii():
        return clean_line(name).lower()
    return clean_line(normalize("NFD", clean_line(name)).casefold())


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """Return the cleaned names, the first spelling of each, without empty ones, in their order."""
    found: dict[str, str] = {}
    for name in names:
        cleaned = clean_line(name)
        if cleaned:
            found.setdefault(fold(cleaned), cleaned)
    return tuple(found.values())
