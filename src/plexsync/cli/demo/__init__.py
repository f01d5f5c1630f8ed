"""The demo: PlexSync at work between a simulated Stash and a simulated Plex, checked by rules of the demo's own."""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from plexsync.cli.demo.acts import Acts
from plexsync.cli.demo.stage import READ_MS, TOKEN, WRITE_MS, Stage
from plexsync.cli.demo.tell import Row, Teller
from plexsync.cli.demo.truth import Truth
from plexsync.cli.demo.watching import Difference
from plexsync_simulators.world import make_world

SEED = 7
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Told:
    """How the demo went."""

    scenes: int
    seconds: float
    rows: list[Row]
    wrong: list[Difference]
    left_alone: dict[str, list[str]]

    @property
    def ok(self) -> bool:
        """Tell whether Plex shows everything it ought to."""
        return all(row.ok for row in self.rows) and not self.wrong

    def to_json(self) -> dict[str, object]:
        """Return it as plain data."""
        return {"ok": self.ok, **asdict(self)}


def play(plugin: Path, scenes: int, teller: Teller, *, keep: bool, interface: Path | None = None) -> Told:
    """Play the demo with the built plugin; with ``keep`` the servers run on until Ctrl-C.

    ``interface`` is the built stand-in of Stash's interface, which PlexSync's page needs.
    """
    for name in [name for name in os.environ if name.startswith("PLEXSYNC_")]:
        del os.environ[name]  # the simulated Stash hands them down, and these are not meant for its PlexSync
    began = time.monotonic()
    world = make_world(scenes, SEED)
    teller.say("Starting a simulated Stash and a simulated Plex on this machine, with the built plugin in between.")
    with contextlib.closing(Stage(world, plugin, interface)) as stage:
        _introduce(stage, teller)
        stage.person.set_up_plugin(
            {"plex_url": stage.plex_url, "plex_token": TOKEN, "path_map": world.path_map, "plex_libraries": ""}
        )
        truth = Truth(world)
        acts = Acts(stage, truth, teller)
        rows = acts.play()
        told = Told(scenes, time.monotonic() - began, rows, acts.wrong, truth.left_alone)
        _conclude(told, teller)
        if keep:
            _wait(stage, teller, has_page=interface is not None)
    return told


def _introduce(stage: Stage, teller: Teller) -> None:
    teller.say(
        f"  Stash {stage.stash.url}, Plex {stage.plex_url}: a read takes Plex {READ_MS} ms, a write {WRITE_MS} ms."
    )
    teller.say("  Address, token and path map are set in the plugin's settings in Stash.")


def _conclude(told: Told, teller: Teller) -> None:
    teller.say("")
    teller.table(told.rows)
    for one in told.wrong[:_SHOWN]:
        teller.say(f"{one.item}: {one.field} is {one.shown!r}, ought to be {one.wanted!r}", "red")
    if len(told.wrong) > _SHOWN:
        teller.say(f"… and {len(told.wrong) - _SHOWN} more.", "red")
    verdict = "Plex shows what Stash says." if told.ok else "Plex does not show what Stash says."
    teller.say(f"{verdict} All of it took {told.seconds:.0f} s.", "bold green" if told.ok else "bold red")


def _wait(stage: Stage, teller: Teller, *, has_page: bool) -> None:
    teller.say("")
    if has_page:
        teller.say(f"Page    {stage.stash.url}/plugins/plexsync", "bold")
    teller.say(f"Stash   {stage.stash.url}/graphql")
    teller.say(f"Plex    {stage.plex_url}?X-Plex-Token={TOKEN}")
    teller.say(f"Try     plexsync --data {stage.data_folder} status")
    teller.say("Ctrl-C ends them.")
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        teller.say("Ending both servers.")
