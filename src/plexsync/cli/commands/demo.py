"""`plexsync demo`."""

from __future__ import annotations

import signal
import sys
from importlib.util import find_spec
from pathlib import Path
from types import FrameType

import click
from rich.console import Console

from plexsync.cli.frame import Code, Failure, Frame, json_option
from plexsync.domain.advice import Advice

_NAME = "StashPlexSync.zip"
_BUILT = Path(__file__).parents[4] / "dist" / _NAME
_SIMULATORS = "plexsync_simulators"
_NEEDED = ("aiohttp", "graphql", "yaml")
_FEWEST = 60
_GET = "pip install --find-links . 'stash-plexsync[demo]'"


@click.command(epilog="\b\nExamples:\n  plexsync demo\n  plexsync demo --scenes 1000 --keep")
@click.option("--scenes", type=click.IntRange(_FEWEST, 20_000), default=300, show_default=True, help="How many scenes.")
@click.option("--keep", is_flag=True, help="Keep both servers running at the end, until Ctrl-C.")
@click.option(
    "--plugin",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The built StashPlexSync.zip; by default the one that came with the simulated servers.",
)
@click.option(
    "--interface",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="A built stand-in of Stash's interface, for PlexSync's page; scripts/demo --keep makes one where Node is.",
)
@json_option
@click.pass_obj
def demo(frame: Frame, *, scenes: int, keep: bool, plugin: Path | None, interface: Path | None) -> int:
    """Show PlexSync at work between a simulated Stash and Plex.

    Both run on this machine only, with the real built plugin in between; nothing of yours is touched, and nothing is
    left afterwards. Exits with 1 if Plex does not show what Stash says.
    """
    if keep and frame.as_json:
        raise click.UsageError("--keep is for a person who looks: leave out --json.")
    lacking = [name for name in (_SIMULATORS, *_NEEDED) if find_spec(name) is None]
    if lacking:
        step = f"In the folder that holds the release's files, run `{_GET}`. In the source tree, run scripts/demo."
        raise Failure("no_simulators", Advice(f"The simulated servers need {lacking[0]}.", step), Code.FOLDER)
    plugin = plugin or _plugin()
    if not plugin.is_file():
        step = "Build it with scripts/build, or name it with --plugin."
        raise Failure("no_plugin", Advice(f"There is no built plugin at {plugin}.", step), Code.USAGE)
    return _play(frame, plugin, scenes, keep=keep, interface=interface)


def _plugin() -> Path:
    """Return the plugin of this source tree if it is built, else the one in the simulators' package."""
    simulators = find_spec(_SIMULATORS)
    if _BUILT.is_file() or simulators is None or simulators.origin is None:
        return _BUILT
    return Path(simulators.origin).parent / _NAME


def _play(frame: Frame, plugin: Path, scenes: int, *, keep: bool, interface: Path | None) -> int:
    from plexsync.cli.demo import play  # noqa: PLC0415  needs the simulators
    from plexsync.cli.demo.tell import Teller  # noqa: PLC0415

    signal.signal(signal.SIGTERM, _end)
    teller = Teller(Console(highlight=False), quiet=frame.as_json)
    told = play(plugin, scenes, teller, keep=keep, interface=interface)
    if frame.as_json:
        frame.document(told.to_json())
    return Code.OK if told.ok else Code.DIFFERS


def _end(number: int, _: FrameType | None) -> None:
    """Leave through the clean-up, as after Ctrl-C."""
    sys.exit(128 + number)
