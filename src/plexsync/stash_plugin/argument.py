"""An argument of an operation or a task. Anybody who is logged in to Stash can send it, so nothing is believed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from plexsync.domain.phrases import kind_of

Given = str | int | bool | tuple[int, ...] | tuple[str, ...] | None
"""A checked value; None where an argument without a default was left out."""

LONGEST_TEXT = 500
LONGEST_LIST = 10_000
LARGEST = 10**18 - 1
_WHOLE = re.compile("-?(?:0|[1-9][0-9]{0,17})")
_YES, _NO = frozenset({"true", "1", "yes"}), frozenset({"false", "0", "no", ""})
_LONGEST_SHOWN = 40


class Kind(Enum):
    """The kind of an argument, in words."""

    TEXT = "text"
    WHOLE = "whole number"
    WHOLES = "list of whole numbers"
    YES_NO = "yes or no"
    CHOICE = "one of"
    CHOICES = "some of"


class Unfit(ValueError):
    """An argument is not as it must be; the text says what it ought to be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Argument:
    """One argument: made by the functions below, one for each kind.

    ``least`` and ``most`` limit a number, or the numbers of a list; ``longest`` is the most characters or entries.
    """

    name: str
    kind: Kind
    help: str
    needed: bool
    default: Given = None
    least: int = 0
    most: int = LARGEST
    longest: int = 0
    choices: tuple[str, ...] = ()

    def checked(self, value: object) -> Given:
        """Return a value of the argument's kind; raises :class:`Unfit` with a sentence."""
        if self.kind is Kind.TEXT:
            return self._text(value)
        if self.kind is Kind.WHOLE:
            return self._whole(value)
        if self.kind is Kind.YES_NO:
            return self._yes_or_no(value)
        if self.kind is Kind.CHOICE:
            return self._choice(value)
        rows = self._rows(value)
        if self.kind is Kind.CHOICES:
            return tuple(self._choice(row) for row in rows)
        return tuple(self._whole(row) for row in rows)

    def _text(self, value: object) -> str:
        if not isinstance(value, str):
            raise self._unfit("a text", value)
        if len(value) > self.longest:
            raise Unfit(f"The argument {self.name} has at most {self.longest} characters, not {len(value)}.")
        return value

    def _whole(self, value: object) -> int:
        number = int(value) if isinstance(value, str) and _WHOLE.fullmatch(value) else value
        if isinstance(number, int) and not isinstance(number, bool) and self.least <= number <= self.most:
            return number
        above = f"of {self.least} or more" if self.most == LARGEST else f"from {self.least} to {self.most}"
        raise self._unfit(f"a whole number {above}", value)

    def _yes_or_no(self, value: object) -> bool:
        """Stash makes texts of what stands in a plugin's yml."""
        word = str(value).lower() if isinstance(value, (str, int, bool)) else "?"
        if word not in _YES | _NO:
            raise self._unfit("yes or no", value)
        return word in _YES

    def _choice(self, value: object) -> str:
        if not isinstance(value, str) or value not in self.choices:
            raise self._unfit(f"one of {', '.join(self.choices)}", value)
        return value

    def _rows(self, value: object) -> Sequence[object]:
        if not isinstance(value, list):
            raise self._unfit("a list", value)
        if len(value) > self.longest:
            raise Unfit(f"The argument {self.name} has at most {self.longest} entries, not {len(value)}.")
        return value

    def _unfit(self, wanted: str, value: object) -> Unfit:
        return Unfit(f"The argument {self.name} is {wanted}, not {shown(value)}.")


def text(
    name: str, help_: str, *, needed: bool = False, default: str | None = None, longest: int = LONGEST_TEXT
) -> Argument:
    """Return an argument that is a text."""
    return Argument(name=name, kind=Kind.TEXT, help=help_, needed=needed, default=default, longest=longest)


def whole(  # noqa: PLR0913  each is a limit of its own
    name: str,
    help_: str,
    *,
    needed: bool = False,
    default: int | None = None,
    least: int = 0,
    most: int = LARGEST,
) -> Argument:
    """Return an argument that is a whole number."""
    return Argument(name=name, kind=Kind.WHOLE, help=help_, needed=needed, default=default, least=least, most=most)


def wholes(name: str, help_: str, *, needed: bool = False, least: int = 1, longest: int = LONGEST_LIST) -> Argument:
    """Return an argument that is a list of whole numbers, such as the ids of scenes; left out it is empty."""
    return Argument(name=name, kind=Kind.WHOLES, help=help_, needed=needed, default=(), least=least, longest=longest)


def yes_no(name: str, help_: str, *, default: bool = False) -> Argument:
    """Return an argument that is yes or no."""
    return Argument(name=name, kind=Kind.YES_NO, help=help_, needed=False, default=default)


def choice(
    name: str, help_: str, choices: Sequence[str], *, needed: bool = False, default: str | None = None
) -> Argument:
    """Return an argument that is one of a few words."""
    return Argument(name=name, kind=Kind.CHOICE, help=help_, needed=needed, default=default, choices=tuple(choices))


def choices(name: str, help_: str, of: Sequence[str], *, needed: bool = False) -> Argument:
    """Return an argument that is a list of some of a few words; left out it is empty."""
    return Argument(
        name=name, kind=Kind.CHOICES, help=help_, needed=needed, default=(), longest=len(of), choices=tuple(of)
    )


def all_checked(arguments: Sequence[Argument], given: Mapping[str, object], whose: str) -> Mapping[str, Given]:
    """Check all that was given and fill in defaults; ``whose`` names the operation or task in the sentence.

    Raises :class:`Unfit` for the first value that is unknown, lacking or not as it must be.
    """
    known = {argument.name: argument for argument in arguments}
    unknown = sorted(str(name) for name in given.keys() - known.keys())
    if unknown:
        raise Unfit(f"PlexSync knows no argument {shown(unknown[0])} of this {whose}.")
    lacking = [name for name, argument in known.items() if argument.needed and given.get(name) is None]
    if lacking:
        raise Unfit(f"This {whose} needs the argument {lacking[0]}.")
    return {
        name: argument.default if given.get(name) is None else argument.checked(given[name])
        for name, argument in known.items()
    }


def shown(value: object) -> str:
    """Show a value that may be of any kind and size."""
    if not isinstance(value, str):
        return kind_of(value)
    return ascii(value if len(value) <= _LONGEST_SHOWN else value[:_LONGEST_SHOWN] + "...")
