"""The dataclasses of answers, taken apart: their fields' types in TypeScript, in words and as shapes to check by."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

Named = tuple[str, Any]
"""A field's name and its type."""

_NOTHING = "-"

_PLAIN = {str: ("string", "text", "s"), int: ("number", "whole number", "n"), float: ("number", "number", "n")}
_PLAIN |= {bool: ("boolean", "yes or no", "b"), type(None): ("null", "nothing", _NOTHING)}
_ANYTHING = ("unknown", "anything", "?")
_LISTS = (list, tuple, Sequence, set, frozenset)


def described(answers: Sequence[type]) -> tuple[tuple[str, tuple[Named, ...]], ...]:
    """Return every dataclass that the answers are made of, with its fields; inner ones first, each once."""
    found: dict[type, None] = {}
    for answer in answers:
        _gather(answer, found)
    return tuple((one.__name__, members(one)) for one in found)


def members(answer: Any) -> tuple[Named, ...]:
    """Return the fields of a dataclass."""
    hints = get_type_hints(answer)
    return tuple((field.name, hints[field.name]) for field in fields(answer))


@dataclass(frozen=True)
class Dialect:
    """One way to write types: for plain ones which column of ``_PLAIN``, else a function of the parts' texts."""

    column: int
    named: Callable[[str], str]
    choices: Callable[[Sequence[str]], str]
    union: Callable[[Sequence[str]], str]
    pair: Callable[[Sequence[str]], str]
    mapping: Callable[[str], str]
    rows: Callable[[str], str]

    def write(self, kind: Any) -> str:
        """Return a type of an answer as text."""
        if plain := _plain(kind):
            return plain[self.column]
        if is_dataclass(kind):
            return self.named(_name(kind))
        if choices := _choices(kind):
            return self.choices(choices)
        parts = [self.write(part) for part in get_args(kind) if part is not Ellipsis]
        return self._of_parts(kind, parts)

    def _of_parts(self, kind: Any, parts: Sequence[str]) -> str:
        if _is_union(kind):
            return self.union(list(dict.fromkeys(parts)))
        if _is_map(kind):
            return self.mapping(parts[1])
        return self.pair(parts) if _is_pair(kind) else self.rows(parts[0])


def typescript(kind: Any) -> str:
    """Return a type as TypeScript writes it."""
    return _TYPESCRIPT.write(kind)


def in_words(kind: Any) -> str:
    """Return a type in words."""
    return _WORDS.write(kind)


def shapes(types: Sequence[tuple[str, Sequence[Named]]]) -> Iterator[str]:
    """Yield each dataclass as `ui/src/protocol/shape.ts` checks it: its fields' names after their kind."""
    places = {name: str(at) for at, (name, _) in enumerate(types)}
    dialect = replace(_SHAPE, named=places.__getitem__)
    for _, fields_ in types:
        by_kind: dict[str, list[str]] = {}
        for name, kind in fields_:
            by_kind.setdefault(dialect.write(kind), []).append(name)
        yield ";".join(" ".join((kind, *names)) for kind, names in by_kind.items())


def _either(parts: Sequence[str]) -> str:
    kinds = [part for part in parts if part != _NOTHING]
    return ("~" if _NOTHING in parts else "") + (kinds[0] if len(kinds) == 1 else _flat("|", kinds))


def _flat(mark: str, parts: Sequence[str]) -> str:
    """Return parts in a row; raises TypeError for parts that have parts in a row themselves."""
    if any("," in part for part in parts):
        raise TypeError(f"a shape cannot hold {parts}")
    return mark + ",".join(parts)


_TYPESCRIPT = Dialect(
    0,
    named=str,
    choices=lambda words: " | ".join(f'"{word}"' for word in words),
    union=" | ".join,
    pair=lambda parts: f"readonly [{', '.join(parts)}]",
    mapping=lambda inner: f"Readonly<Record<string, {inner}>>",
    rows=lambda inner: f"readonly ({inner})[]" if " " in inner else f"readonly {inner}[]",
)
_WORDS = Dialect(
    1,
    named=lambda name: f"`{name}`",
    choices=lambda words: " or ".join(f"“{word}”" for word in words),
    union=" or ".join,
    pair=lambda parts: f"list of {', '.join(parts)}",
    mapping=lambda inner: f"object of {inner}",
    rows=lambda inner: f"list of {inner}",
)
_SHAPE = Dialect(
    2,
    named=str,
    choices=lambda _: "s",
    union=_either,
    pair=lambda parts: _flat("#", parts),
    mapping="*{}".format,
    rows="+{}".format,
)


def _gather(kind: Any, found: dict[type, None]) -> None:
    """Add a type's dataclasses; raises TypeError for one that JSON cannot hold."""
    if is_dataclass(kind) and isinstance(kind, type):
        if kind not in found:
            for _, member in members(kind):
                _gather(member, found)
            found[kind] = None
        return
    is_known = _plain(kind) or _choices(kind) or _is_union(kind) or _is_map(kind) or get_origin(kind) in _LISTS
    if not is_known:
        raise TypeError(f"an answer cannot hold {kind}")
    for inner in get_args(kind) if not _choices(kind) else ():
        if inner is not Ellipsis:
            _gather(inner, found)


def _plain(kind: Any) -> tuple[str, str, str] | None:
    return _ANYTHING if kind in (Any, object) else _PLAIN.get(kind)


def _choices(kind: Any) -> tuple[str, ...]:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return tuple(str(one.value) for one in kind)
    return tuple(map(str, get_args(kind))) if get_origin(kind) is Literal else ()


def _is_union(kind: Any) -> bool:
    return get_origin(kind) in (Union, types.UnionType)


def _name(kind: Any) -> str:
    return str(kind.__name__)


def _is_map(kind: Any) -> bool:
    return get_origin(kind) in (dict, Mapping)


def _is_pair(kind: Any) -> bool:
    return get_origin(kind) is tuple and Ellipsis not in get_args(kind)
