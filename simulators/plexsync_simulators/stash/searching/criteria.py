"""Filters: one test per filter input, in the manner of the server's SQL.

Times are compared as texts, paths by LIKE without escaping, numbers as numbers. A criterion the simulator does not
know is refused, never ignored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from plexsync_simulators.stash.errors import NotSimulated, ResolverError

Test = Callable[[object], bool]
Criterion = Callable[[Any, Any], Test]
Get = Callable[[Any], Any]


def tests_of(noun: str, given: Mapping[str, object] | None, criteria: Mapping[str, Criterion], library: object) -> Test:
    """Return one test for a whole filter input; AND, OR and NOT nest as in the schema."""
    if not given:
        return lambda _row: True
    tests: list[Test] = []
    for name, value in given.items():
        if value is None or name in ("AND", "OR", "NOT"):
            continue
        if name not in criteria:
            raise NotSimulated(f"the simulator does not filter {noun} by {name}")
        tests.append(criteria[name](value, library))
    own = tests[0] if len(tests) == 1 else lambda row: all(test(row) for test in tests)
    return _nested(noun, given, criteria, library, own)


def _nested(noun: str, given: Mapping[str, Any], criteria: Mapping[str, Criterion], library: Any, own: Test) -> Test:
    if given.get("AND"):
        both = tests_of(noun, given["AND"], criteria, library)
        return lambda row: own(row) and both(row)
    if given.get("OR"):
        other = tests_of(noun, given["OR"], criteria, library)
        return lambda row: own(row) or other(row)
    if given.get("NOT"):
        excluded = tests_of(noun, given["NOT"], criteria, library)
        return lambda row: own(row) and not excluded(row)
    return own


def ordered(get: Get) -> Criterion:
    """A number or a stored time: compared as it is stored, so times as texts (recordings tz_filter_*).

    Without `value2` the upper bound of a range is 0 for a number, and open for a time (pkg/sqlite/sql.go).
    """

    def criterion(given: Mapping[str, Any], _library: Any) -> Test:
        low, high = given["value"], given.get("value2")
        if high is None:
            high = "~" if isinstance(low, str) else 0
        # Each test reads the row itself: a call less per row is what makes a run over all of them quick.
        tests: dict[str, Test] = {
            "EQUALS": lambda row: bool(get(row) == low),
            "NOT_EQUALS": lambda row: bool(get(row) != low),
            "GREATER_THAN": lambda row: (value := get(row)) is not None and bool(value > low),
            "LESS_THAN": lambda row: (value := get(row)) is not None and bool(value < low),
            "BETWEEN": lambda row: (value := get(row)) is not None and bool(low <= value <= high),
            "NOT_BETWEEN": lambda row: (value := get(row)) is not None and not low <= value <= high,
            "IS_NULL": lambda row: get(row) is None,
            "NOT_NULL": lambda row: get(row) is not None,
        }
        return _chosen(tests, given["modifier"])

    return criterion


def text(get: Get) -> Criterion:
    """A text column: EQUALS is LIKE (ASCII case-insensitive, `%` and `_` are wildcards)."""

    def criterion(given: Mapping[str, object], _library: object) -> Test:
        return _text_test(lambda row: [get(row) or ""], given)

    return criterion


def texts(get: Callable[[Any, Any], Iterable[str]]) -> Criterion:
    """Several texts of one row, of which one must fit: the paths of a scene's files."""

    def criterion(given: Mapping[str, Any], library: Any) -> Test:
        return _text_test(lambda row: list(get(row, library)), given)

    return criterion


def _text_test(get: Callable[[Any], list[str]], given: Mapping[str, Any]) -> Test:
    value = given["value"]
    like, words = _like(value), _words(value)
    tests: dict[str, Test] = {
        "EQUALS": lambda row: any(like(one) for one in get(row)),
        "NOT_EQUALS": lambda row: not any(like(one) for one in get(row)),
        "INCLUDES": lambda row: any(word in one.lower() for one in get(row) for word in words),
        "EXCLUDES": lambda row: not any(word in one.lower() for one in get(row) for word in words),
        "IS_NULL": lambda row: not any(get(row)),
        "NOT_NULL": lambda row: any(get(row)),
    }
    if given["modifier"] in ("MATCHES_REGEX", "NOT_MATCHES_REGEX"):
        return _regex(value, get, wanted=given["modifier"] == "MATCHES_REGEX")
    return _chosen(tests, given["modifier"])


def _regex(pattern: str, get: Callable[[object], list[str]], *, wanted: bool) -> Test:
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise ResolverError(f"error parsing regexp: {error}") from error
    return lambda row: any(compiled.search(one) for one in get(row)) is wanted


def _like(pattern: str) -> Callable[[str], bool]:
    parts = {"%": ".*", "_": "."}
    regex = "".join(parts.get(glyph, re.escape(glyph)) for glyph in pattern)
    compiled = re.compile(regex, re.IGNORECASE | re.ASCII | re.DOTALL)
    return lambda value: compiled.fullmatch(value) is not None


def _words(value: str) -> list[str]:
    """The words of an INCLUDES value: split at spaces unless it is quoted."""
    if len(value) > 1 and value[0] == value[-1] == '"':
        return [value[1:-1].lower()]
    return value.lower().split()


def related(get: Callable[[Any], Collection[int]]) -> Criterion:
    """Ids of another noun, flat: performers, galleries."""

    def criterion(given: Mapping[str, Any], _library: Any) -> Test:
        return _related_test(get, [{int(id_)} for id_ in given.get("value") or ()], given)

    return criterion


def related_tree(get: Callable[[Any], Collection[int]], tree: Callable[[Any, int, int], set[int]]) -> Criterion:
    """Ids of another noun with what lies below them, `depth` levels down (-1: all)."""

    def criterion(given: Mapping[str, Any], library: Any) -> Test:
        depth = given.get("depth") or 0
        return _related_test(get, [tree(library, int(id_), depth) for id_ in given.get("value") or ()], given)

    return criterion


def _related_test(get: Callable[[Any], Collection[int]], wanted: list[set[int]], given: Mapping[str, Any]) -> Test:
    excluded = {int(id_) for id_ in given.get("excludes") or ()}
    anything: set[int] = set().union(*wanted)
    tests: dict[str, Test] = {
        "INCLUDES": lambda row: not anything.isdisjoint(get(row)),
        "INCLUDES_ALL": lambda row: all(not ids.isdisjoint(get(row)) for ids in wanted),
        "EXCLUDES": lambda row: anything.isdisjoint(get(row)),
        "EQUALS": lambda row: set(get(row)) == anything,
        "IS_NULL": lambda row: not get(row),
        "NOT_NULL": lambda row: bool(get(row)),
    }
    chosen = _chosen(tests, given["modifier"])
    return lambda row: chosen(row) and excluded.isdisjoint(get(row))


def flag(get: Get) -> Criterion:
    """A yes or no."""
    return lambda given, _library: lambda row: bool(get(row)) is given


def _chosen(tests: Mapping[str, Test], modifier: str) -> Test:
    if modifier not in tests:
        raise ResolverError(f"unsupported modifier {modifier}")
    return tests[modifier]
