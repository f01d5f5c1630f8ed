"""How the text of a setting becomes a value; a parser raises ValueError, which says what is allowed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from plexsync.domain.moment import check_moment

_KEY = re.compile("[!-~]+")
_SHA256 = re.compile("[0-9a-f]{64}")
SettingValue = str | int | float | bool | tuple[str, ...] | tuple[tuple[str, str], ...]
Parser = Callable[[object], SettingValue]


def parse_text(raw: object) -> str:
    """Take text as it is, without the blanks around it."""
    return str(raw).strip()


def parse_flag(raw: object) -> bool:
    """Take a boolean or a word for one; raise ValueError otherwise."""
    word = str(raw).strip().lower()
    if word in {"true", "1", "yes", "on"}:
        return True
    if word in {"false", "0", "no", "off"}:
        return False
    raise ValueError("true or false")


def parse_names(raw: object) -> tuple[str, ...]:
    """Split a text box at ``;`` (names may hold commas), or take a TOML list."""
    parts = raw if isinstance(raw, (list, tuple)) else str(raw).split(";")
    return tuple(name for name in (str(part).strip() for part in parts) if name)


def parse_path_map(raw: object) -> tuple[tuple[str, str], ...]:
    r"""Read ``/data => /media; /new => D:\new`` as pairs (Stash's folder, Plex's folder)."""
    pairs = []
    for rule in parse_names(raw):
        stash, arrow, plex = rule.partition("=>")
        if not (arrow and stash.strip() and plex.strip()):
            raise ValueError("pairs like /data => /media, separated by ;")
        pairs.append((stash.strip(), plex.strip()))
    return tuple(pairs)


@dataclass(frozen=True, slots=True)
class NumberIn:
    """A parser for a number of ``unit`` between two bounds."""

    low: float
    high: float
    unit: str

    def __call__(self, raw: object) -> SettingValue:
        """Read a number."""
        try:
            value = float(str(raw).strip())
        except ValueError:
            value = float("nan")
        if not self.low <= value <= self.high:
            raise ValueError(f"a number of {self.unit} from {self.low:g} to {self.high:g}")
        return int(value) if value.is_integer() else value


@dataclass(frozen=True, slots=True)
class OneOf:
    """A parser for one of a few words."""

    words: tuple[str, ...]

    def __call__(self, raw: object) -> SettingValue:
        """Read a word."""
        word = str(raw).strip().lower()
        if word not in self.words:
            raise ValueError("one of " + ", ".join(self.words))
        return word


@dataclass(frozen=True, slots=True)
class SomeOf:
    """A parser for any of a few words, separated by ``;``."""

    words: tuple[str, ...]

    def __call__(self, raw: object) -> SettingValue:
        """Read words."""
        chosen = tuple(name.lower() for name in parse_names(raw))
        if not set(chosen) <= set(self.words):
            raise ValueError("any of " + "; ".join(self.words))
        return chosen


def number(low: float, high: float, unit: str) -> Parser:
    """Make a parser for a number of ``unit`` between two bounds."""
    return NumberIn(low, high, unit)


def choice(*words: str) -> Parser:
    """Make a parser for one of a few words."""
    return OneOf(words)


def choices(*words: str) -> Parser:
    """Make a parser for any of a few words, separated by ``;``."""
    return SomeOf(words)


def parse_key(raw: object) -> str:
    """Take a token or key, which goes into a header: letters, digits and signs."""
    key = str(raw).strip()
    if not _KEY.fullmatch(key):
        raise ValueError("letters, digits and signs, without blanks")
    return key


def parse_certificate(raw: object) -> str:
    """Take a certificate's SHA-256, with or without colons, as browsers and ``openssl x509 -fingerprint`` show it."""
    digits = str(raw).strip().replace(":", "").replace(" ", "").lower()
    if not _SHA256.fullmatch(digits):
        raise ValueError("a certificate's SHA-256: 64 hexadecimal digits, as `plexsync check` shows it")
    return digits


def parse_moment(raw: object) -> str:
    """Take a date, a date and time, or a span back from now; a date of a TOML file is one too."""
    return check_moment(str(raw).strip())
