"""Puts pseudonyms in place of names, in texts and documents of any origin.

A known name goes as a whole. Of the rest every word goes that is none of PlexSync's own. So a name that nobody thought
of is left out, not let through.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from plexsync.domain.settings import MASK
from plexsync.usecases.pseudonyms.forms import Pseudonyms

_LONGEST_PHRASE = 24
_LONGEST_NUMBER = 5
_SIGNS = "\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u00b7\u00d7\u2022"
"""The signs beyond ASCII that our own texts use; any other one may be a name."""

_TOKEN = re.compile(
    rf"""(?P<mask>{re.escape(MASK)})
    |(?P<address>[0-9a-fA-F:]*::[0-9a-fA-F:]*|(?:[0-9a-fA-F]+:){{5,}}[0-9a-fA-F]+)
    |(?P<day>(?<!\w)\d{{4}}-\d\d-\d\d(?!\w))
    |(?P<dotted>(?<!\w)v?\d+(?:\.\d+)+(?:-[0-9a-f]+)?(?!\w))
    |(?P<word>(?:\w|[^\x00-\x7f{_SIGNS}])+)""",
    re.VERBOSE,
)
_WORD = re.compile(rf"(?:\w|[^\x00-\x7f{_SIGNS}])+")
_STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} ")
"""How a line of the log begins."""

_LOOPBACK = frozenset({"127.0.0.1", "::1", "::"})
_PARTS_OF_ADDRESS = 4
_LARGEST_BYTE = 255
_NAMES = frozenset({"title", "library", "machine_id"})
"""Parts of documents that are names whatever they say."""


class Replacer:
    """Replaces names; equal names get the same pseudonym in everything that one replacer was given."""

    def __init__(self, names: Iterable[str], allowed: frozenset[str]) -> None:
        """Take the names that are known, of one word or many, and the words that may stand, in lower case."""
        self._pseudonyms = Pseudonyms()
        self._allowed = allowed
        self._phrases = frozenset(filter(None, map(_phrase, names)))
        self._beginnings = frozenset(phrase[:2] for phrase in self._phrases)

    def text(self, text: str) -> str:
        """Return a text of one line or many without names."""
        return "".join(self._line(line) for line in text.splitlines(keepends=True))

    def document(self, value: Any, key: str = "") -> Any:
        """Return what JSON can hold, without names; ``key`` is the name of the part."""
        if isinstance(value, Mapping):
            return {self.text(str(name)): self.document(one, str(name)) for name, one in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.document(one, key) for one in value]
        if not isinstance(value, str):
            return value
        return self._pseudonym(value) if key in _NAMES and value else self.text(value)

    def _line(self, line: str) -> str:
        stamp = _STAMP.match(line)
        start = stamp.end() if stamp else 0
        return line[:start] + "".join(self._pieces(line[start:]))

    def _pieces(self, text: str) -> Iterator[str]:
        at = 0
        words = [(found.start(), found.end(), found[0].lower()) for found in _WORD.finditer(text)]
        phrases = dict(self._phrases_in(words))
        for token in _TOKEN.finditer(text):
            if token.start() < at:
                continue  # a part of the phrase before
            end = phrases.get(token.start(), 0)
            yield text[at : token.start()]
            at = end or token.end()
            yield self._pseudonym(text[token.start() : at]) if end else self._token(token)
        yield text[at:]

    def _phrases_in(self, words: list[tuple[int, int, str]]) -> Iterator[tuple[int, int]]:
        """Yield start and end of known phrases of two words or more, the longest at each place."""
        for first in range(len(words) - 1):
            if (words[first][2], words[first + 1][2]) not in self._beginnings:
                continue
            for last in range(min(len(words), first + _LONGEST_PHRASE), first + 1, -1):
                if tuple(word for _, _, word in words[first:last]) in self._phrases:
                    yield words[first][0], words[last - 1][1]
                    break

    def _token(self, token: re.Match[str]) -> str:
        text = token[0]
        if token.lastgroup == "mask" or text in _LOOPBACK:
            return text
        if token.lastgroup == "dotted" and _is_version(text):
            return text
        if token.lastgroup == "word" and self._may_stand(text):
            return text
        return self._pseudonym(text)

    def _may_stand(self, word: str) -> bool:
        if word.isascii() and word.isdigit():
            return len(word) <= _LONGEST_NUMBER
        return word.lower() in self._allowed

    def _pseudonym(self, text: str) -> str:
        return f"<{self._pseudonyms.of(text)}>"


def _phrase(name: str) -> tuple[str, ...]:
    """Return the words of a name that has more than one; single ones are judged by themselves."""
    words = tuple(found.lower() for found in _WORD.findall(name)[:_LONGEST_PHRASE])
    return words if len(words) > 1 else ()


def _is_version(text: str) -> bool:
    """Tell the number of a version from an address, which has four parts up to 255."""
    parts = text.partition("-")[0].removeprefix("v").split(".")
    is_short = all(len(part) <= _LONGEST_NUMBER for part in parts)
    return is_short and (len(parts) != _PARTS_OF_ADDRESS or any(int(part) > _LARGEST_BYTE for part in parts))
