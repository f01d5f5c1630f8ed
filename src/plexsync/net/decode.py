"""What servers answer, as the types it ought to have: nothing of another shape gets further than here.

Each reader raises TypeError or ValueError; :data:`SENSELESS` is all that reading an answer of the wrong shape raises.
"""

from __future__ import annotations

import json
import math
import re
from email.utils import parsedate_to_datetime
from typing import Any

DECODE_ERRORS = (KeyError, IndexError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)

_LONGEST = 200
_MOST = 2**63
_WHOLE = re.compile(r"-?[0-9]{1,19}")
_KEY = re.compile(r"[0-9]{1,18}")
_HALF = re.compile("[\ud800-\udfff]")
_HALF_ESCAPED = re.compile(r"\\u[dD][89a-fA-F]")


def read_json(body: bytes) -> Any:
    r"""Read JSON in UTF-8; raises ValueError for anything else.

    One half of a surrogate pair (``\ud800``) could neither be kept nor sent: it becomes U+FFFD, as in browsers.
    """
    written = body.decode("utf-8-sig")
    try:
        document = json.loads(written)
        return whole_characters(document) if _HALF_ESCAPED.search(written) else document
    except RecursionError:
        raise ValueError("nested too deeply") from None


def whole_characters(node: Any) -> Any:
    """Return a JSON value without halves of characters: each becomes U+FFFD."""
    if isinstance(node, str):
        return _HALF.sub("\ufffd", node)
    if isinstance(node, list):
        return [whole_characters(one) for one in node]
    if isinstance(node, dict):
        return {_HALF.sub("\ufffd", key): whole_characters(value) for key, value in node.items()}
    return node


def text(value: object) -> str:
    """Return what must be a text."""
    if not isinstance(value, str):
        raise TypeError(f"a {type(value).__name__} in place of a text")
    return value


def text_or_none(value: object) -> str:
    """Return what must be a text or nothing; nothing is ""."""
    return "" if value is None else text(value)


def whole(value: object) -> int:
    """Return what must be a whole number of 64 bits, perhaps in digits."""
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"a {type(value).__name__} in place of a whole number")
    if not -_MOST <= value < _MOST:
        raise ValueError("a number beyond 64 bits")
    return value


def real(value: object) -> float:
    """Return what must be a finite number, perhaps in digits."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise TypeError(f"a {type(value).__name__} in place of a number")
    found = float(value)
    if not math.isfinite(found):
        raise ValueError("a number without end")
    return found


def flag(value: object) -> bool:
    """Return what must be true or false."""
    if not isinstance(value, bool):
        raise TypeError(f"a {type(value).__name__} in place of true or false")
    return value


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
    return f"{type(problem).__name__} {problem}"[:_LONGEST]
