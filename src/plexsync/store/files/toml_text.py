"""TOML as a person writes it: its values, and a change of some of them that keeps all comments."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tomlkit import TOMLDocument


class NoToml(Exception):
    """A text is no TOML; ``place`` says where, and quotes nothing: a line may hold a token."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


def values_of(text: str) -> dict[str, object]:
    """Return the values of a text; raises :class:`NoToml`.

    Every command waits for this. So Python's own reader comes first: it loads in a fifth of tomlkit's time.
    """
    if sys.version_info >= (3, 11):
        from tomllib import loads  # noqa: PLC0415  not there in Python 3.10

        with suppress(ValueError, RecursionError):
            return loads(text)
    return _document(text).unwrap()


def changed(text: str, values: Mapping[str, object]) -> str:
    """Return a text with some values set, or removed where they are None; raises :class:`NoToml`."""
    document = _document(text)
    for key, value in values.items():
        if value is None:
            document.pop(key, None)
        else:
            document[key] = value
    return document.as_string()


def _document(text: str) -> TOMLDocument:
    from tomlkit import parse  # noqa: PLC0415  see values_of
    from tomlkit.exceptions import ParseError, TOMLKitError  # noqa: PLC0415

    try:
        return parse(text)
    except TOMLKitError as problem:
        place = f"line {problem.line}, column {problem.col}" if isinstance(problem, ParseError) else "it is no TOML"
        raise NoToml(place) from None
