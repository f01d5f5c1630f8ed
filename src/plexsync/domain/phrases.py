"""Numbers and spans of time as people say them."""

from __future__ import annotations

from datetime import datetime

_YEAR = 364 * 86400.0
_SHA1_LENGTH = 40
_LONG = 3 * _YEAR
_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"))


def counted(number: int, noun: str) -> str:
    """Return "1 scene" or "5 scenes"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def quoted(text: str) -> str:
    """Return text in the quotes in which a value stands inside a sentence."""
    return f"\u2018{text}\u2019"


def short(text: str, length: int) -> str:
    """Return text in one line, cut at a length."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"


def picture_name(name: str) -> str:
    """Name a picture of Plex, or one by its SHA-1, as far as a person can tell one from another."""
    if name.startswith("media://"):
        return "a frame of the video"
    tail = name.rpartition("/")[2]
    return f"picture {tail[:8]}" if len(tail) == _SHA1_LENGTH and (tail == name or "upload" in name) else name


def span(seconds: float) -> str:
    """Return a span of seconds in its largest fitting unit, rounded down: "40 seconds", "3 minutes".

    More than a year is "a year", and more than three "a long time": a clock was set, or nothing is known.
    """
    if not seconds < _LONG:
        return "a long time"
    if seconds >= _YEAR:
        return "a year" if seconds < 2 * _YEAR else "two years"
    for size, noun in _UNITS:
        if seconds >= size:
            return counted(int(seconds // size), noun)
    return counted(max(0, int(seconds)), "second")


def moment(at: float) -> str:
    """Return a moment (UTC seconds) as this machine's clock shows it, to the minute."""
    return datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M")


def kind_of(value: object) -> str:
    """Return what a value out of JSON is, as people name it: "a list", "a number", "nothing"."""
    if value is None:
        return "nothing"
    names = ((bool, "a yes or no"), ((int, float), "a number"), (str, "a text"), (list, "a list"), (dict, "an object"))
    return next((name for kinds, name in names if isinstance(value, kinds)), "something else")
