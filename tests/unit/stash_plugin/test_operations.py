"""The tables of operations: what each takes is checked, what each answers fits JSON and the page's types."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, is_dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest
from generators.answer_types import described, shapes, typescript

from plexsync.cli.main import plexsync
from plexsync.stash_plugin import argument
from plexsync.stash_plugin.argument import Argument, Kind, Unfit, all_checked
from plexsync.stash_plugin.operations import catalogue
from plexsync.stash_plugin.operations.operation import Operation, PageRequest
from plexsync.stash_plugin.plain import plain
from plexsync.store.jobs import State

SCENE = argument.whole("scene", "A scene.", needed=True, least=1)
TAKES = (
    SCENE,
    argument.text("note", "A note.", longest=5),
    argument.wholes("scenes", "Scenes.", longest=3),
    argument.yes_no("deep", "All of it."),
    argument.choice("sort", "An order.", ["new", "old"], default="new"),
    argument.choices("kinds", "Kinds.", ["empty", "stale"]),
    argument.whole("limit", "How many.", default=10, least=1, most=20),
)


@dataclass(frozen=True)
class Inner:
    """Part of an answer."""

    state: State
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Whole:
    """An answer."""

    one: Inner | None
    by_name: Mapping[str, Inner] = field(default_factory=dict)


ALL = tuple(catalogue.everything())


def test_each_module_holds_the_operations_that_are_named_for_it() -> None:
    for noun, names in catalogue.NOUNS.items():
        module = import_module(f"plexsync.stash_plugin.operations.{noun}")
        assert tuple(operation.name for operation in module.OPERATIONS) == names
    assert len(set(catalogue.NAMES)) == len(catalogue.NAMES)


@pytest.mark.parametrize("operation", ALL, ids=lambda operation: operation.name)
def test_an_operation_is_described_and_has_a_command_that_does_the_same(operation: Operation[object]) -> None:
    assert operation.help.endswith(".")
    assert is_dataclass(operation.answer)
    assert all(taken.help.endswith(".") for taken in operation.arguments)
    assert not {taken.name for taken in operation.arguments} & {"mode", "operation", "task", "hookContext"}
    program, *words = operation.twin.split()
    assert program == "plexsync"
    command: click.Command | None = plexsync
    context = click.Context(plexsync)
    for word in words:
        assert isinstance(command, click.Group), operation.twin
        command = command.get_command(context, word)
    assert command is not None, operation.twin


def test_one_operation_loads_the_module_of_its_noun_alone() -> None:
    script = (
        "import sys; from plexsync.stash_plugin.operations.catalogue import load; load('wake'); print(*sys.modules)"
    )
    command = [sys.executable, "-c", f"{script}; print(*sys.modules)"]
    loaded = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    nouns = {f"plexsync.stash_plugin.operations.{noun}" for noun in catalogue.NOUNS}
    assert nouns & set(loaded) == {"plexsync.stash_plugin.operations.agent"}


def test_what_fits_is_taken_over_and_what_was_left_out_gets_its_default() -> None:
    given = {"scene": "17", "note": "hello", "scenes": [1, "2"], "deep": "yes", "kinds": ["stale"], "limit": 20}
    assert all_checked(TAKES, given, "operation") == {
        "scene": 17,
        "note": "hello",
        "scenes": (1, 2),
        "deep": True,
        "sort": "new",
        "kinds": ("stale",),
        "limit": 20,
    }
    left_out = {"note": None, "scenes": (), "deep": False, "sort": "new", "kinds": (), "limit": 10}
    assert all_checked(TAKES, {"scene": 1, "note": None}, "operation") == {"scene": 1, **left_out}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "This operation needs the argument scene."),
        ({"scene": None}, "This operation needs the argument scene."),
        ({"scene": 1, "colour": 2}, "PlexSync knows no argument 'colour' of this operation."),
        ({"scene": 0}, "The argument scene is a whole number of 1 or more, not a number."),
        ({"scene": "1e3"}, "The argument scene is a whole number of 1 or more, not '1e3'."),
        ({"scene": True}, "The argument scene is a whole number of 1 or more, not a yes or no."),
        ({"scene": 1.5}, "The argument scene is a whole number of 1 or more, not a number."),
        ({"scene": "9" * 5000}, f"The argument scene is a whole number of 1 or more, not '{'9' * 40}...'."),
        ({"scene": 10**5000}, "The argument scene is a whole number of 1 or more, not a number."),
        ({"scene": 1, "limit": 21}, "The argument limit is a whole number from 1 to 20, not a number."),
        ({"scene": 1, "note": 5}, "The argument note is a text, not a number."),
        ({"scene": 1, "note": "abcdef"}, "The argument note has at most 5 characters, not 6."),
        ({"scene": 1, "scenes": 5}, "The argument scenes is a list, not a number."),
        ({"scene": 1, "scenes": [1, "x"]}, "The argument scenes is a whole number of 1 or more, not 'x'."),
        ({"scene": 1, "scenes": [1] * 4}, "The argument scenes has at most 3 entries, not 4."),
        ({"scene": 1, "deep": "perhaps"}, "The argument deep is yes or no, not 'perhaps'."),
        ({"scene": 1, "sort": "up"}, "The argument sort is one of new, old, not 'up'."),
        ({"scene": 1, "kinds": ["empty", ["stale"]]}, "The argument kinds is one of empty, stale, not a list."),
    ],
)
def test_what_does_not_fit_is_refused_in_a_sentence(given: Mapping[str, object], sentence: str) -> None:
    with pytest.raises(Unfit) as caught:
        all_checked(TAKES, given, "operation")
    assert str(caught.value) == sentence


def test_an_operation_gets_its_arguments_by_their_kind() -> None:
    given = {"scene": 17, "scenes": [1, 2], "deep": True, "kinds": ["stale"]}
    request = PageRequest(Path("data"), Path("plugin"), lambda: 0.0, all_checked(TAKES, given, "operation"))
    assert (request.number("scene"), request.number("limit"), request.flag("deep")) == (17, 10, True)
    assert (request.numbers("scenes"), request.words("kinds")) == ((1, 2), ("stale",))
    assert (request.text("sort"), request.text_or_none("note")) == ("new", None)
    with pytest.raises(TypeError):
        request.text("scene")


def test_every_kind_of_argument_has_a_constructor() -> None:
    assert {taken.kind for taken in TAKES} == set(Kind)
    assert all(isinstance(taken, Argument) for taken in TAKES)


def test_an_answer_becomes_plain_json() -> None:
    inner = Inner(State.DEAD, (("a", "b"),))
    answer: Any = plain(Whole(inner, {"x": inner}))
    told = {"state": "dead", "pairs": [["a", "b"]]}
    assert json.loads(json.dumps(answer)) == {"one": told, "by_name": {"x": told}}
    with pytest.raises(TypeError):
        plain(object())


def test_a_type_of_an_answer_is_written_in_typescript() -> None:
    types = dict(described([Whole]))
    assert list(types) == ["Inner", "Whole"]
    kinds = dict((*types["Inner"], *types["Whole"]))
    assert typescript(kinds["state"]) == '"queued" | "waiting" | "dead" | "done"'
    assert typescript(kinds["pairs"]) == "readonly (readonly [string, string])[]"
    assert typescript(kinds["one"]) == "Inner | null"
    assert typescript(kinds["by_name"]) == "Readonly<Record<string, Inner>>"


def test_a_shape_names_fields_after_their_kind_and_other_types_by_their_place() -> None:
    assert list(shapes(described([Whole]))) == ["s state;+#s,s pairs", "~0 one;*0 by_name"]
    fields = [("at", float), ("title", str), ("name", str | None), ("one", Inner), ("more", str | tuple[str, ...])]
    assert list(shapes([("Inner", ()), ("Other", fields)])) == ["", "n at;s title;~s name;0 one;|s,+s more"]
    with pytest.raises(TypeError):
        list(shapes([("Odd", [("pairs", tuple[tuple[str, str], int])])]))


def test_a_type_that_json_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError):
        described([dataclass(type("Odd", (), {"__annotations__": {"path": Path}}))])
