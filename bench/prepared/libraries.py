"""Libraries that are in sync, kept from one case to the next: to make a large one takes minutes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from plexsync.agent.lock import is_held
from plexsync_simulators.rig import Rig
from plexsync_simulators.world import World
from prepared.filled import fill
from prepared.prefilled import prefilled
from prepared.rigging import PLEX, START_SECONDS, TEXT_ONLY, come_to_rest, command, say

SETTINGS: dict[str, Any] = {"image_poster": "off", "no_plex_scan": True, "reconcile_interval": "never"}


@contextmanager
def in_sync(world: World, **settings: Any) -> Iterator[Rig]:
    """Give a rig of a prefilled world as after a first sync, with an agent at rest, on a slow Plex."""
    with Rig(world, plex_options=PLEX, settings={**TEXT_ONLY, **settings}) as rig:
        fill(rig)
        rig.start_agent()
        rig.wait_until(lambda: is_held(rig.data), 60)
        time.sleep(1.0)
        come_to_rest(rig)
        yield rig


class KeptLibraries:
    """Rigs by number of scenes; their Plex shows what Stash says, and state.db is as after a first sync."""

    def __init__(self) -> None:
        self._rigs: dict[int, Rig] = {}

    def close(self) -> None:
        """End all servers; a library that is asked for afterwards is made anew."""
        while self._rigs:
            self._rigs.popitem()[1].close()

    def still(self, scenes: int) -> Rig:
        """Give a library without an agent."""
        if scenes not in self._rigs:
            began = time.monotonic()
            say(f"  making up {scenes:,} scenes")
            world = prefilled(scenes)
            say("  starting both servers with them")
            options = {"start_timeout": START_SECONDS}
            rig = self._rigs[scenes] = Rig(world, plex_options=options, stash_options=options, settings=SETTINGS)
            say("  listing both, and filling in what a first sync leaves")
            fill(rig)
            say(f"  a library of {scenes:,} scenes made in {time.monotonic() - began:.0f} s")
        return self._rigs[scenes]

    @contextmanager
    def working(self, scenes: int) -> Iterator[Rig]:
        """Give a library with an agent that has compared everything once and has come to rest; ends it afterwards."""
        rig = self.still(scenes)
        rig.start_agent()
        try:
            rig.wait_until(lambda: is_held(rig.data), 60)
            come_to_rest(rig)
            say("  comparing all of it once")
            command(rig, "reconcile", "--scope", "all")
            come_to_rest(rig)
            yield rig
        finally:
            rig.stop_agent()
