"""Checks what servers answer: a value of another type or size gets no further than here.

Most readers raise TypeError or ValueError. :data:`DECODE_ERRORS` is all that reading an answer of another shape raises.
The bytes themselves are read tolerantly: real servers send half a letter, control characters and absurd numbers, and
one such value must not cost the rest of the answer.
"""

from __future__ import annotations

import json
import math
import re
from email.utils import parsedate_to_datetime
from typing import Any

from plexsync.domain.phrases import kind_of

DECODE_ERRORS = (KeyError, IndexError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)

LOST = "\ufffd"
"""Stands where a letter could not be read."""

_LONGEST = 200
_MOST_DIGITS = 20
_LAST_MOMENT = 253_402_300_799
_MOST = 2**63
_WHOLE = re.compile(r"-?[0-9]{1,19}")
_KEY = re.compile(r"[0-9]{1,18}")
_OWN_WORDS = " in place of "
_HALF = re.compile("[\ud800-\udfff]")
_HALF_ESCAPED = re.compile(r"\\u[dD][89a-fA-F]")


def read_json(body: bytes) -> Any:
    r"""Read JSON; raises ValueError for anything else.

    Half a letter could neither be kept nor sent: it becomes U+FFFD, as in browsers. That is a byte that is no UTF-8, or
    one half of a surrogate pair (``\ud800``).
    """
    document, has_halves = _read(body)
    return whole_characters(document) if has_halves else document


def read_marked_json(body: bytes) -> Any:
    """Read JSON as :func:`read_json`, but keep each half of a letter: :func:`has_half` then finds the broken value.

    Only :func:`text` makes such a value fit to be kept or sent.
    """
    return _read(body)[0]


def _read(body: bytes) -> tuple[Any, bool]:
    """Return a document, and whether it may hold half a letter."""
    try:
        written, is_utf8 = body.decode("utf-8-sig"), True
    except UnicodeDecodeError:
        written, is_utf8 = body.decode("utf-8-sig", "surrogateescape"), False
    try:
        document = _DECODER.decode(written)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return document, not is_utf8 or bool(_HALF_ESCAPED.search(written))


def _number(digits: str) -> int | float:
    """Read a whole number; one of very many digits is no longer whole, and :func:`whole` refuses it."""
    return int(digits) if len(digits) <= _MOST_DIGITS else float(digits)


_DECODER = json.JSONDecoder(strict=False, parse_int=_number)


def has_half(value: object) -> bool:
    """Tell whether a text holds half a letter."""
    return isinstance(value, str) and bool(_HALF.search(value))


def whole_characters(node: Any) -> Any:
    """Return a JSON value without halves of characters: each becomes U+FFFD."""
    if isinstance(node, str):
        return _HALF.sub(LOST, node)
    if isinstance(node, list):
        return [whole_characters(one) for one in node]
    if isinstance(node, dict):
        return {_HALF.sub(LOST, key): whole_characters(value) for key, value in node.items()}
    return node


def text(value: object) -> str:
    """Return what must be a text; half a letter in it becomes U+FFFD."""
    if not isinstance(value, str):
        raise TypeError(f"{kind_of(value)} in place of a text")
    return _HALF.sub(LOST, value)


def text_if_any(value: object) -> str:
    """Return a text that nothing depends on, "" for anything else."""
    return text(value) if isinstance(value, str) else ""


def text_or_none(value: object) -> str:
    """Return what must be a text or nothing; nothing is ""."""
    return "" if value is None else text(value)


def whole(value: object) -> int:
    """Return what must be a whole number of 64 bits, perhaps in digits."""
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{kind_of(value)} in place of a whole number")
    if not -_MOST <= value < _MOST:
        raise ValueError("a number beyond 64 bits")
    return value


def whole_if_any(value: object) -> int:
    """Return a whole number that may be missing, 0 for anything else."""
    try:
        return whole(value)
    except (TypeError, ValueError):
        return 0


def seconds(value: object) -> int:
    """Return a moment in UTC seconds; 0 for none, and for one that no calendar has."""
    found = whole_if_any(value)
    return found if 0 <= found <= _LAST_MOMENT else 0


def real(value: object) -> float:
    """Return what must be a finite number, perhaps in digits."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise TypeError(f"{kind_of(value)} in place of a number")
    found = float(value)
    if not math.isfinite(found):
        raise ValueError("a number without end")
    return found


def flag(value: object) -> bool:
    """Return what must be true or false."""
    if not isinstance(value, bool):
        raise TypeError(f"{kind_of(value)} in place of true or false")
    return value


def listed(value: object) -> list[Any]:
    """Return a list; raises TypeError for anything else."""
    if not isinstance(value, list):
        raise TypeError(f"{kind_of(value)} in place of a list")
    return value


def texts(value: object) -> tuple[str, ...]:
    """Return a list of texts; raises TypeError for anything else."""
    return tuple(map(text, listed(value)))


def key(value: object) -> str:
    """Return what must be an id of Plex's: digits, though perhaps as a number."""
    found = str(value) if isinstance(value, (str, int)) else ""
    if not _KEY.fullmatch(found):
        raise ValueError("no id")
    return found


def date_of(header: str) -> float | None:
    """Return what a Date header says (UTC seconds), None for one that says nothing."""
    try:
        return parsedate_to_datetime(header).timestamp()
    except (*DECODE_ERRORS, OSError):  # far from now it is a platform's to say what is wrong
        return None


def misfit(problem: Exception) -> str:
    """Say in one short line what was wrong with an answer."""
    said = str(problem)
    if isinstance(problem, KeyError):
        said = f"{said} is missing"
    elif isinstance(problem, RecursionError):
        said = "too many levels"
    elif isinstance(problem, (TypeError, AttributeError, IndexError)) and _OWN_WORDS not in said:
        said = "a value of another kind than it has to be"
    return _HALF.sub(LOST, said[:_LONGEST])
