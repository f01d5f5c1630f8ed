"""The items that a listing or an edit means: the filter parameters of a query.

Source: docs/engineering/plex.md §1.5 (operators, fields, `push`/`or`/`pop` groups).
"""

from __future__ import annotations

import calendar
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from plexsync_simulators.plex.fields import SCALARS, TAGS
from plexsync_simulators.plex.library.model import Item
from plexsync_simulators.plex.refusal import Refused

Params = list[tuple[str, str]]
Predicate = Callable[[Item], bool]

_FILTER = re.compile(r"(?:[a-z]+\.)?([A-Za-z0-9]+?)(>>|<<|!=|!|=|<|>)?")
# Parameters that shape the answer and choose nothing.
_SHAPING = re.compile(
    r"X-Plex-.*|include\w*|exclude\w*|type|sort|limit|checkFiles|skipRefresh|async\w*|checkFileAvailability|group|having",
    re.IGNORECASE,
)
_INTEGERS = frozenset({"id", "year", "duration", "viewCount", "userRating", "rating", "audienceRating", "viewOffset"})
_DATES = frozenset({"addedAt", "updatedAt", "originallyAvailableAt", "lastViewedAt", "lastRatedAt"})
_INDEXED = frozenset({"addedAt", "updatedAt"})
_BOOLEANS = frozenset({"duplicate", "trash", "unmatched", "unwatched"})
_RELATIVE = re.compile(r"-(\d+)(s|m|h|d|w|mon|y)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "mon": 2592000, "y": 31536000}


def is_filter(name: str) -> bool:
    """Whether a query parameter chooses items (rather than shaping the answer)."""
    return not _SHAPING.fullmatch(name)


def predicate(params: Params, now: float) -> Predicate:
    """One test for all filter parameters; raises Refused(400) for an unknown field or a bad value."""
    tokens = [(name, value) for name, value in params if is_filter(name)]
    depth = sum(name == "push" for name, _ in tokens) - sum(name == "pop" for name, _ in tokens)
    if depth:
        raise Refused(400, "push and pop do not pair up")
    return _group(tokens, now)[0]


def _group(tokens: Params, now: float) -> tuple[Predicate, Params]:
    """The test up to the matching `pop`, and what follows it."""
    alternatives: list[list[Predicate]] = [[]]
    while tokens:
        (name, value), tokens = tokens[0], tokens[1:]
        if name == "pop":
            return _any_of(alternatives), tokens
        if name == "push":
            test, tokens = _group(tokens, now)
            alternatives[-1].append(test)
        elif name == "or":
            alternatives.append([])
        elif name != "and":
            alternatives[-1].append(_condition(name, value, now))
    return _any_of(alternatives), []


def _any_of(alternatives: list[list[Predicate]]) -> Predicate:
    if len(alternatives) == 1:
        tests = alternatives[0]
        return tests[0] if len(tests) == 1 else lambda item: all(test(item) for test in tests)
    return lambda item: any(all(test(item) for test in tests) for tests in alternatives)


def _condition(name: str, value: str, now: float) -> Predicate:
    match = _FILTER.fullmatch(name)
    if match is None:
        raise Refused(400, f"bad filter {name!r}")
    field, operator = match[1], match[2] or ""
    if field in TAGS:
        return _tag_condition(field, operator, value)
    if field == "id" and not operator:
        keys = frozenset(_number(key) for key in value.split(",") if key)
        return lambda item: item.key in keys
    if field in _INTEGERS or field in _DATES:
        return _number_condition(field, operator, value, now)
    if field in _BOOLEANS:
        wanted = (value == "1") != (operator == "!")
        return lambda item: _boolean(item, field) == wanted
    if field in SCALARS or field == "guid":
        return _text_condition(field, operator, value)
    raise Refused(400, f"unknown filter {field!r}")


def _tag_condition(kind: str, operator: str, value: str) -> Predicate:
    choices = {choice.casefold() for choice in value.split(",")} | {value.casefold()}

    def has(item: Item) -> bool:
        return any(
            str(tagging.tag.id) in choices or tagging.tag.name.casefold() in choices
            for tagging in item.tags.get(kind, [])
        )

    return (lambda item: not has(item)) if operator == "!" else has


def _number_condition(field: str, operator: str, value: str, now: float) -> Predicate:
    if operator == ">>":
        least = _moment(value, now)
        return lambda item: (number := _value(item, field)) is not None and number > least
    if operator == ">":
        # Undocumented, but what PlexKodiConnect sends (`updatedAt>=`).
        least = _moment(value, now)
        return lambda item: (number := _value(item, field)) is not None and number >= least
    if operator == "<<":
        most = _moment(value, now)
        return lambda item: (number := _value(item, field)) is not None and number < most
    choices = frozenset(_moment(one, now) for one in value.split(","))
    if operator == "!":
        return lambda item: _value(item, field) not in choices
    if operator:
        raise Refused(400, f"operator {operator!r} on {field}")
    return lambda item: _value(item, field) in choices


_TEXT_TESTS: dict[str, Callable[[str, str], bool]] = {
    "": lambda have, want: want in have,
    "!": lambda have, want: want not in have,
    "=": lambda have, want: have == want,
    "!=": lambda have, want: have != want,
    "<": lambda have, want: have.startswith(want),
    ">": lambda have, want: have.endswith(want),
}


def _text_condition(field: str, operator: str, value: str) -> Predicate:
    if not operator and value.startswith("="):
        # `title==x` sent without escaping its second equals sign.
        operator, value = "=", value[1:]
    if operator not in _TEXT_TESTS:
        raise Refused(400, f"operator {operator!r} on {field}")
    test = _TEXT_TESTS[operator]
    wanted = [value.casefold()] if field == "title" else [one.casefold() for one in value.split(",")]
    return lambda item: any(test(_text(item, field).casefold(), one) for one in wanted)


def _text(item: Item, field: str) -> str:
    return item.guid if field == "guid" else str(item.values.get(field, ""))


def _boolean(item: Item, field: str) -> bool:
    if field == "duplicate":
        return len(item.media) > 1
    if field == "trash":
        return item.in_trash
    if field == "unmatched":
        return item.guid.startswith("tv.plex.agents.none")
    return not item.values.get("viewCount")


def _value(item: Item, field: str) -> float | None:
    if field == "updatedAt":
        return item.updated_at
    if field == "addedAt":
        return item.added_at
    if field == "id":
        return item.key
    if field == "duration":
        return item.duration
    value: Any = item.values.get(field)
    if field == "originallyAvailableAt" and value:
        return calendar.timegm(time.strptime(value, "%Y-%m-%d"))
    return None if value is None else float(value)


def _moment(text: str, now: float) -> float:
    if match := _RELATIVE.fullmatch(text):
        return now - int(match[1]) * _SECONDS[match[2]]
    return _number(text)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise Refused(400, f"{text!r} is no number") from None


@dataclass(frozen=True, slots=True)
class Bound:
    """A condition an index can answer: these keys, or a date later than `least`; all accepted items keep it."""

    keys: frozenset[int] | None = None
    field: str = ""
    least: float = 0.0


def bound_of(params: Params, now: float) -> Bound | None:
    """The narrowest bound among conditions that all have to hold; None if there is none."""
    if any(name in ("or", "push") for name, _ in params):
        return None
    bounds = [bound for name, value in params if (bound := _bound(name, value, now)) is not None]
    return min(bounds, key=lambda bound: (bound.keys is None, -bound.least), default=None)


def _bound(name: str, value: str, now: float) -> Bound | None:
    match = _FILTER.fullmatch(name)
    if match is None:
        return None
    if match[1] == "id" and not match[2]:
        return Bound(frozenset(int(_number(key)) for key in value.split(",") if key))
    if match[1] in _INDEXED and match[2] in (">>", ">"):
        return Bound(field=match[1], least=_moment(value, now) - (match[2] == ">"))
    return None


def matching(items: Iterable[Item], params: Params, now: float) -> list[Item]:
    """The items all filters accept, in the order given."""
    test = predicate(params, now)
    return [item for item in items if test(item)]
