"""Servers that behave as real ones may: which switches of both simulators are on changes at random."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from agent_stage import Stage

from plexsync_simulators.plex.switches import HOSTILE as PLEX
from plexsync_simulators.plex.switches import Switches
from plexsync_simulators.stash.switches import HOSTILE as STASH
from plexsync_simulators.stash.switches import StashSwitches

RESTART_SECONDS = 1.0
WALLS = frozenset({"proxy_line_bytes"})
"""Switches that keep values out for good: a long summary passes no proxy of short lines."""

READINGS: Mapping[str, tuple[object, ...]] = {
    "tag_semantics": ("append", "replace"),
    "drop_all": ("first", "last"),
    "removals": ("joined", "one", "whole"),  # "plain" cannot take away a name with a comma, whatever is sent
    "adding": ("once", "doubled"),
    "events": ("on", "silent", "dead", "missing", "websocket", "pings"),
    "event_stream": ("bare", "container"),
    "still_fields": ("", "label,collection", "label,collection,userRating"),
    "upload_selects": (True, False),
    "poster_events": ("both", "timeline", "activity", "none"),
    "partial_edit": (True, False),
    "edit_events": (True, False),
}
"""Switches with more than two positions, or of which neither is the odd one."""


@dataclass
class OddServers:
    """Both servers of a stage; ``shown`` names what is odd about them now, for whoever reads of a failure."""

    stage: Stage
    chance: random.Random
    shown: Mapping[str, object] = field(default_factory=dict)
    updates: int = 0

    def change(self) -> None:
        """Have both servers behave otherwise, as after an update; each odd behaviour is there half of the time."""
        self.updates += 1
        readings = {name: self.chance.choice(values) for name, values in READINGS.items()}
        plex = {**self._some(PLEX), **readings, "version": f"1.44.{self.updates}.1-odd"}
        stash = self._some(STASH)
        self.stage.plex.control("POST", "down", {"seconds": RESTART_SECONDS})
        self.stage.plex.control("POST", "switches", {**_usual(Switches(), PLEX), **plex})
        self.stage.stash.control("POST", "switches", {**_usual(StashSwitches(), STASH), **stash})
        self.shown = {**plex, **stash}

    def _some(self, odd: Mapping[str, object]) -> dict[str, object]:
        return {
            name: value for name, value in odd.items() if name not in {*READINGS, *WALLS} and self.chance.random() < 0.5
        }


def _usual(switches: Switches | StashSwitches, odd: Mapping[str, object]) -> dict[str, object]:
    return {name: getattr(switches, name) for name in odd}
