"""Troubles of the servers while people edit: errors, cut connections, slowness, outages, restarts."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from agent_stage import Stage

from plexsync_simulators.shared.json_type import Json

READ_SECONDS = 1
NOT_OURS = "^(?!Do$|Save$)"  # what the people ask of Stash themselves; they would notice
LOST_ANSWER = {"kind": "hang", "when": "after", "delay_ms": 1500 * READ_SECONDS}
FAULTS: tuple[Json, ...] = (
    {"kind": "status", "status": 500},
    {"kind": "status", "status": 503, "when": "after"},
    {"kind": "reset"},
    {"kind": "reset", "when": "after"},
    {"kind": "truncate"},
    {"kind": "slow", "delay_ms": 600},
    {"kind": "status", "status": 500, "when": "later", "later_ms": 2000},
    {"kind": "reset", "when": "later", "later_ms": 700},
    LOST_ANSWER,
)
PLANTED = 6


@dataclass
class FaultInjector:
    """Changes at random; ``struck`` counts the requests and connections that something befell."""

    stage: Stage
    chance: random.Random
    struck: int = 0
    outages: int = 0
    _planted: int = 0

    def change(self) -> None:
        """Change to other faults."""
        weights: dict[Callable[[], None], int] = {
            self.clear: 3,
            self._showers: 10,
            self._plex_down: 2,
            self._plex_starting: 1,
            self._stash_down: 1,
            self._stash_restart: 1,
        }
        (come,) = self.chance.choices(list(weights), list(weights.values()))
        self.clear()
        come()

    def clear(self) -> None:
        """Let both servers be well."""
        self._wait_for_control()
        left = sum(server.control("GET", "faults")["planted"] for server in (self.stage.plex, self.stage.stash))
        self.struck += self._planted - left
        self._planted = 0
        for server in (self.stage.plex, self.stage.stash):
            server.control("POST", "faults", [])
            server.control("POST", "down", {"seconds": 0})
        self.stage.plex.control("POST", "starting", {"on": False})

    def _showers(self) -> None:
        """Plant faults that strike some of the next requests, one after the other."""
        for server, match in ((self.stage.plex, {}), (self.stage.stash, {"operation_regex": NOT_OURS})):
            chosen = self.chance.choices(FAULTS, k=PLANTED)
            server.control(
                "POST", "faults", [{**one, "match": match, "skip": self.chance.randrange(8)} for one in chosen]
            )
            self._planted += PLANTED

    def _plex_down(self) -> None:
        self.outages += 1
        self.stage.plex.control("POST", "down", {"seconds": 60})

    def _plex_starting(self) -> None:
        self.outages += 1
        self.stage.plex.control("POST", "starting", {"on": True})

    def _stash_down(self) -> None:
        self.outages += 1
        self.stage.stash.control("POST", "down", {"seconds": self.chance.uniform(0.5, 2.0)})

    def _stash_restart(self) -> None:
        self.outages += 1
        self.stage.stash.control("POST", "restart", {"seconds": 0.5, "clean": self.chance.choice([True, False])})

    def _wait_for_control(self) -> None:
        """Wait until Stash listens again: while it restarts it cannot even be steered."""

        def listens() -> bool:
            with suppress(OSError):
                return bool(self.stage.stash.control("GET", "counters"))
            return False

        self.stage.wait_until(listens, 30)
