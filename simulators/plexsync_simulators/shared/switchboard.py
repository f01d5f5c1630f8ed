"""Behaviours of a simulated server that are a choice, changeable while it runs."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Mapping
from typing import Any, Literal, get_args, get_origin, get_type_hints


class Switchboard:
    """A dataclass of switches inherits this: each field is a switch.

    A switch is a bool, a number, a text, or one of the words of a Literal.
    """

    __slots__ = ()

    def names(self, switch: str) -> frozenset[str]:
        """The names in a switch that holds a comma list."""
        return frozenset(name for name in str(getattr(self, switch)).split(",") if name)

    def set(self, values: Mapping[str, object]) -> None:
        """Change the named switches, all or none; raises ValueError for an unknown name or a wrong value."""
        kinds = get_type_hints(type(self))
        checked: dict[str, object] = {}
        for name, value in values.items():
            if name not in kinds:
                raise ValueError(f"no switch {name!r}; there are {sorted(kinds)}")
            checked[name] = _converted(name, kinds[name], value)
        for name, value in checked.items():
            setattr(self, name, value)


def add_options(parser: argparse.ArgumentParser, board: Any) -> None:
    """Add an option for each switch of a dataclass; without a value it means 1."""
    for field in dataclasses.fields(board):
        name = option_of(field.name)
        parser.add_argument(f"--{name}", dest=field.name, nargs="?", const="1", help=f"default {field.default}")


def given(board: object, options: argparse.Namespace) -> dict[str, object]:
    """The switches that stand on the command line."""
    return {name: value for name in option_names(board) if (value := getattr(options, name)) is not None}


def option_of(switch: str) -> str:
    """The name of a switch on the command line."""
    return {"read_ms": "read-latency-ms", "write_ms": "write-latency-ms"}.get(switch, switch.replace("_", "-"))


def option_names(board: Any) -> list[str]:
    """The names of all switches of a dataclass."""
    return [field.name for field in dataclasses.fields(board)]


def _converted(name: str, kind: Any, value: object) -> object:
    """The value as that type; on a command line it comes as text."""
    if get_origin(kind) is Literal:
        if value not in get_args(kind):
            raise ValueError(f"{name} is one of {get_args(kind)}, not {value!r}")
        return value
    if kind is bool:
        text = str(value).lower()
        if text not in ("0", "1", "false", "true"):
            raise ValueError(f"{value!r} is neither true nor false")
        return text in ("1", "true")
    try:
        return kind(value)
    except (TypeError, ValueError):
        raise ValueError(f"{value!r} is no {kind.__name__}") from None
