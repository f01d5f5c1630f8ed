"""The pseudonym of a text: its rough length, the kinds of its characters, and a number that equal texts share."""

from __future__ import annotations

from plexsync.net.decode import LOST

_EXACT = 8


class Pseudonyms:
    """Gives texts their pseudonyms; numbers follow the order in which texts come."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def of(self, text: str) -> str:
        """Return a pseudonym, like ``s16 aA_#3``."""
        return f"s{rough(len(text))} {classes(text)}#{self.number(text)}"

    def number(self, text: str) -> int:
        """Return the number of a text, from 1."""
        return self._numbers.setdefault(text, len(self._numbers) + 1)


def rough(length: int) -> int:
    """Return a length, above eight the next power of two: exact lengths of title and summary together name a film."""
    return length if length <= _EXACT else 1 << (length - 1).bit_length()


def classes(text: str) -> str:
    """Return a sign for each kind of character in a text: ``aA0_.é^?`` as far as they occur."""
    kinds = (
        ("a", lambda one: "a" <= one <= "z"),
        ("A", lambda one: "A" <= one <= "Z"),
        ("0", lambda one: "0" <= one <= "9"),
        ("_", lambda one: one == " "),
        (".", lambda one: "!" <= one <= "~" and not one.isalnum()),
        ("^", lambda one: one < " " or one == "\x7f"),
        ("?", lambda one: one == LOST),
        ("é", lambda one: one > "\x7f" and one != LOST),
    )
    return "".join(sign for sign, test in kinds if any(map(test, text)))
