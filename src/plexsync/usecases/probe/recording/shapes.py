"""The form of a value: its type, its rough length, the kinds of its characters, and which others are equal to it."""

from __future__ import annotations

import json
from typing import Any

from plexsync.usecases.probe.recording.vocabulary import KEYS, WORDS, is_count
from plexsync.usecases.pseudonyms.forms import Pseudonyms

MOST_ENTRIES = 3
"""So many entries of a list are told; of the others their number."""

_DEPTH = 12


class Shapes:
    """Turns values into forms; equal texts get equal numbers, in the order in which they come."""

    def __init__(self) -> None:
        self._pseudonyms = Pseudonyms()

    def of(self, value: Any, key: str = "", depth: int = 0) -> Any:
        """Return the form of what JSON can hold; ``key`` is the attribute in which it stands."""
        if depth > _DEPTH:
            return "deep"
        if isinstance(value, dict):
            return {self._key(str(name)): self.of(inner, str(name), depth + 1) for name, inner in value.items()}
        if isinstance(value, list):
            entries = [self.of(inner, key, depth + 1) for inner in value[:MOST_ENTRIES]]
            return {"list": len(value), "entries": entries}
        if isinstance(value, str):
            return value if value in WORDS.get(key, ()) else self._pseudonyms.of(value)
        return _plain(value, key)

    def _key(self, name: str) -> str:
        return name if name in KEYS else f"key{len(name)}#{self._pseudonyms.number(name)}"


def _plain(value: Any, key: str) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and is_count(key, value):
        return value
    if isinstance(value, int):
        return f"n{len(str(abs(value)))}"
    return "f"


def form_of(body: bytes) -> str:
    """Return in which form an answer came."""
    head = body.lstrip()[:200].lower()
    if not head:
        return "nothing"
    if head.startswith((b"<!doctype html", b"<html")):
        return "HTML"
    if head.startswith(b"<"):
        return "XML"
    try:
        json.loads(body.decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError):
        return "text"
    return "JSON"
