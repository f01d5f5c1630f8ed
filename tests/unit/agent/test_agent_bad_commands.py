"""A command asks for what it says and for nothing else, however it was written."""

from __future__ import annotations

import pytest

from plexsync.agent.commands import Asked, BadCommand
from plexsync.domain.errors import BadSetting
from plexsync.domain.settings import resolve
from plexsync.net.decode import DECODE_ERRORS
from plexsync.reconcile.request import asked_request
from plexsync_simulators.shared.json_type import Json

GOOD: Json = {"scope": "scenes", "origin": "task", "scenes": [1, "2"], "allowed": False}


def test_a_good_one_is_understood() -> None:
    assert Asked.of(GOOD) == Asked("scenes", "task", allowed=False, scenes=(1, 2))
    assert Asked.of({"scope": "since", "origin": "x", "moment": 5}).moment == 5.0


@pytest.mark.parametrize(
    "wrong",
    [
        {"scope": "everything"},
        {"scope": None},
        {"scenes": [2**70]},
        {"scenes": [None]},
        {"scenes": 5},
        {"allowed": "false"},
        {"origin": 7},
        {"scope": "since"},
        {"scope": "since", "moment": 1e999},
        {"scope": "since", "moment": "soon"},
    ],
)
def test_a_sync_nobody_can_mean_is_refused(wrong: Json) -> None:
    """Above all an unknown scope is not all scenes, and the word "false" does not release the brakes."""
    with pytest.raises(BadCommand):
        Asked.of({**GOOD, **wrong})


@pytest.mark.parametrize("wrong", [{"kinds": 5}, {"kinds": [[]]}, {"allowed": "yes"}, {"deep": 1}, {"scope": []}])
def test_a_reconcile_nobody_can_mean_is_refused(wrong: Json) -> None:
    with pytest.raises((*DECODE_ERRORS, BadSetting)):
        asked_request({"scope": "all", **wrong}, resolve({}, {}, {}), 0.0)
