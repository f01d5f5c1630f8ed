"""Checks a recording that somebody sent: it holds what a recording may hold, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from plexsync.usecases.probe.question import Judgement
from plexsync.usecases.probe.recording.record import FORM, OTHER
from plexsync.usecases.probe.recording.vocabulary import (
    EVENTS,
    FINDING,
    FORMS,
    HEADERS,
    KEYS,
    PLATFORMS,
    VERSION,
    WORDS,
    is_count,
)

_KEY = re.compile(r"key\d+#\d+")
_FORM = re.compile(r"s\d+ a?A?0?_?\.?\^?\??é?#\d+|n\d+|f|deep")
_NAME = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*")
_TEMPLATE = re.compile(r"(?:/(?::|[a-z]+|\{[a-z]+\}|\{item\},\{absent\}))*/?")
_PARAMETER = re.compile(r"[A-Za-z-]+(?:\[\d*\])?(?:\.[a-z]+)*[a-zA-Z]*(?:-|>>)?")
_METHODS = frozenset(("GET", "PUT", "POST", "DELETE"))
_PARTS = frozenset(("form", "plexsync", "server", "answers", "exchanges", "heard"))


def faults(document: Any) -> list[str]:
    """Return what is wrong with a recording; none for one that may be filed."""
    try:
        return list(_faults(document))
    except (TypeError, KeyError, AttributeError, ValueError) as problem:
        return [f"it is no recording of a probe ({type(problem).__name__})"]


def _faults(document: Mapping[str, Any]) -> Iterator[str]:
    if document["form"] != FORM:
        yield f"its form is {document['form']!r}, known is {FORM}: get a newer PlexSync"
        return
    yield from (f"it has a part {name!r}" for name in sorted(set(document) ^ _PARTS))
    server = document["server"]
    yield from _unless(set(server) == {"version", "platform"}, "server")
    yield from _unless(bool(VERSION.fullmatch(server["version"])) or server["version"] == "unknown", "server.version")
    yield from _unless(server["platform"] in PLATFORMS | {OTHER}, "server.platform")
    yield from _unless(bool(VERSION.fullmatch(document["plexsync"])), "plexsync")
    for name, answer in document["answers"].items():
        yield from _unless(bool(_NAME.fullmatch(name)), "answers")
        yield from _answer(answer)
    for exchange in document["exchanges"]:
        yield from _exchange(exchange)
    for heard in document["heard"].values():
        yield from _unless(set(heard["kinds"]) <= EVENTS | {OTHER}, "heard.kinds")
        yield from _unless(all(_is_number(value) for value in heard["kinds"].values()), "heard.kinds")
        yield from _unless(set(heard) == {"opened", "kinds", "longest_silence"}, "heard")
        yield from _unless(isinstance(heard["opened"], bool), "heard.opened")
        yield from _unless(heard["longest_silence"] is None or _is_number(heard["longest_silence"]), "heard.silence")
    yield from _unless(set(document["heard"]) <= {"event stream", "websocket"}, "heard")


def _answer(answer: Mapping[str, Any]) -> Iterator[str]:
    yield from _unless(set(answer) == {"judgement", "found"}, "answers")
    yield from _unless(answer["judgement"] in {one.value for one in Judgement}, "answers.judgement")
    yield from _unless(answer["found"] == "" or bool(FINDING.fullmatch(answer["found"])), "answers.found")


def _exchange(exchange: Mapping[str, Any]) -> Iterator[str]:
    tests: Mapping[str, Callable[[Any], bool]] = {
        "inquiry": lambda value: bool(_NAME.fullmatch(value)),
        "method": lambda value: value in _METHODS,
        "path": lambda value: bool(_TEMPLATE.fullmatch(value)),
        "query": lambda value: all(_PARAMETER.fullmatch(name) for name in value),
        "status": _is_number,
        "seconds": _is_number,
        "headers": lambda value: set(value) <= HEADERS | {OTHER},
        "bytes": _is_number,
        "form": lambda value: value in FORMS,
        "utf8": lambda value: isinstance(value, bool),
        "shape": lambda value: _is_shape(value, ""),
    }
    yield from _unless(set(exchange) == set(tests), "exchanges")
    for name, test in tests.items():
        yield from _unless(test(exchange[name]), f"exchanges.{name}")


def _is_shape(value: Any, key: str) -> bool:
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, str):
        return bool(_FORM.fullmatch(value)) or value in WORDS.get(key, ())
    if isinstance(value, int):
        return is_count(key, value)
    if not isinstance(value, dict):
        return False
    if set(value) == {"list", "entries"}:
        return _is_number(value["list"]) and all(_is_shape(one, key) for one in value["entries"])
    return all((name in KEYS or bool(_KEY.fullmatch(name))) and _is_shape(one, name) for name, one in value.items())


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _unless(is_well: bool, what: str) -> Iterator[str]:  # noqa: FBT001 (the test, and what it is about)
    if not is_well:
        yield f"{what} holds something that no recording holds"
