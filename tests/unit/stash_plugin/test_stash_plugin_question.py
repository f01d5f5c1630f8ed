"""Arguments of a page or a script are taken apart, and each wrong one is refused in a sentence."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plexsync.stash_plugin.argument import Given
from plexsync.stash_plugin.operations import catalogue
from plexsync.stash_plugin.question import Question, question
from plexsync.stash_plugin.tasks.catalogue import TASKS
from plexsync.stash_plugin.tasks.context import NotDone

LONGEST = 600
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.text("hokmdetasp", max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=5,
)
KEYS = st.sampled_from(["mode", "task", "operation", "deep", "allow_mass_change", "scenes", ""])
WORDS = st.sampled_from(["task", "operation", "hook", "wake", "status", "sync_all", "reconcile", "true", "no"])


@pytest.mark.parametrize(
    ("arguments", "mode", "name", "given"),
    [
        ({"mode": "hook"}, "hook", "", {}),
        ({"mode": "operation", "operation": "wake"}, "operation", "wake", {}),
        ({"mode": "task", "task": "reconcile", "deep": "true"}, "task", "reconcile", {"deep": True}),
        (
            {"mode": "task", "task": "reconcile", "deep": 1, "allow_mass_change": "No", "scene": "5"},
            "task",
            "reconcile",
            {"deep": True, "scene": 5},
        ),
    ],
)
def test_what_is_meant_is_understood(arguments: object, mode: str, name: str, given: dict[str, int]) -> None:
    none: dict[str, Given] = {"deep": False, "allow_mass_change": False, "scene": None, "days": None, "cause": None}
    assert question(arguments) == Question(mode, name, {**none, **given} if mode == "task" else {})


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (None, "nothing where its arguments"),
        ([], "a list where its arguments"),
        ({}, "the mode nothing"),
        ({"mode": {"mode": "task"}}, "the mode an object"),
        ({"mode": "x" * 10**6}, "the mode 'xxx"),
        ({"mode": "operation"}, "no operation named ''. There are: wake, "),
        ({"mode": "operation", "operation": "__class__"}, "no operation named '__class__'"),
        ({"mode": "operation", "operation": ["wake"]}, "no operation named a list"),
        ({"mode": "operation", "operation": "wake", "plex_url": "http://elsewhere"}, "no argument 'plex_url'"),
        ({"mode": "operation", "operation": "wake", "deep": True}, "no argument 'deep'"),
        ({"mode": "task", "task": "wake"}, "no task named 'wake'"),
        ({"mode": "task", "task": "reconcile", "deep": "perhaps"}, "deep is yes or no, not 'perhaps'"),
        ({"mode": "task", "task": "reconcile", "deep": [True]}, "deep is yes or no, not a list"),
        ({"mode": "task", "task": "reconcile", "deep": 1.0}, "deep is yes or no"),
        ({"mode": "task", "task": "\ud800\u202e\n\x1b[31m"}, r"no task named '\ud800\u202e\n\x1b[31m'"),
    ],
)
def test_what_is_not_as_it_must_be_is_refused(arguments: object, words: str) -> None:
    with pytest.raises(NotDone) as caught:
        question(arguments)
    assert words in str(caught.value)
    assert len(str(caught.value)) < LONGEST


@given(VALUES | st.dictionaries(KEYS, VALUES | WORDS))
def test_anything_is_understood_or_refused_in_one_printable_line(arguments: Any) -> None:
    refusal = refused(arguments)
    assert refusal.isprintable()
    assert len(refusal) < LONGEST


def refused(arguments: Any) -> str:
    """Return the objection to arguments; "" if they are understood, and then they are of those there are."""
    try:
        understood = question(arguments)
    except NotDone as refusal:
        return str(refusal)
    assert understood.name in {"", *TASKS, *catalogue.NAMES}
    return ""
