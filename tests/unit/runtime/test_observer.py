"""Each event is told once, and log and counters make of it what they need."""

from __future__ import annotations

import logging

import pytest

from plexsync.domain.errors import ItemGone, Unreachable
from plexsync.runtime.observer import log
from plexsync.runtime.observer.counters import NAMES, Counters
from plexsync.runtime.observer.happenings import (
    AttemptFailed,
    BreakerClosed,
    BreakerOpened,
    Happening,
    PicturesSent,
    RunBegan,
    RunEnded,
    ScenesSent,
    ScenesSynced,
    SettingsChanged,
)
from plexsync.runtime.observer.observer import Observer

DOWN = Unreachable(server="plex", url="http://p:1", detail="refused")
LAST_FAILURE = {"failed_attempts": 1, "dead_letters": 1}
CASES: tuple[tuple[Happening, dict[str, int], str], ...] = (
    (ScenesSynced({1: 3, 2: 0, 3: 1}), {"scenes_synced": 3, "fields_written": 4}, "4 fields of 2 scenes written"),
    (ScenesSynced({1: 0}), {"scenes_synced": 1}, ""),
    (ScenesSent(100), {"scenes_sent": 100}, ""),
    (PicturesSent(1, 2), {"pictures_sent": 2}, ""),
    (AttemptFailed(7, ItemGone(rating_key="5"), is_dead=False), {"failed_attempts": 1}, "scene 7: "),
    (
        AttemptFailed(7, ItemGone(rating_key="5"), is_dead=True),
        {"failed_attempts": 1, "dead_letters": 1},
        "7 given up: ",
    ),
    (
        BreakerOpened("worker", DOWN, was_open=False),
        {"outages": 1},
        "worker waiting (unreachable): Plex does not answer",
    ),
    (BreakerOpened("feed", DOWN, was_open=True), {}, "feed waiting (unreachable)"),
    (BreakerClosed("worker", "unreachable", 61.4), {}, "worker working again after 61 s (unreachable)"),
    (RunBegan(3, "sync", "all", "task"), {}, "sync 3 begins: all, asked for by task"),
    (RunEnded(3, "sync", "done", {"done": 5, "waiting": 0}), {"runs": 1}, "sync 3 is done: 5 done"),
    (RunEnded(4, "reconcile", "failed", {"code": "unreachable", "data": {}}), {"runs": 1}, "4 is failed: unreachable"),
    (SettingsChanged(), {}, "settings read"),
)


@pytest.mark.parametrize(("happening", "counted", "line"), CASES)
def test_it_is_counted_and_logged(
    happening: Happening, counted: dict[str, int], line: str, caplog: pytest.LogCaptureFixture
) -> None:
    counters = Counters()
    with caplog.at_level(logging.INFO, "plexsync"):
        Observer(log.listen, counters.listen).tell(happening)
    assert {name: number for name, number in counters.numbers.items() if number} == counted
    assert line in caplog.text
    assert len(caplog.records) == bool(line), "told once"


def test_all_counters_are_there_from_the_start() -> None:
    assert counters_of() == dict.fromkeys(NAMES, 0)
    assert counters_of(PicturesSent(1, 2), PicturesSent(1, 3))["pictures_sent"] == 5


def counters_of(*happenings: Happening) -> dict[str, int]:
    counters = Counters()
    for one in happenings:
        counters.listen(one)
    return dict(counters.numbers)
