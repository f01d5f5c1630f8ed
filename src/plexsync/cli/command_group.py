"""The commands of `plexsync`, each loaded only when it is used, so that none waits for what another needs."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import click

COMMANDS: Mapping[str, str] = {
    "setup": "Set PlexSync up: sign in, choose server and libraries, look, start.",
    "check": "Check both servers, token, libraries, path map and clocks.",
    "agent": "Run the agent: watch Stash and bring each change to Plex.",
    "restart": "Have the agent end and start anew.",
    "status": "Say how things stand: agent, queue, outages, what was given up.",
    "sync": "Bring scenes to Plex: those named, all, or those changed lately.",
    "reconcile": "Compare Stash and Plex, and queue what differs.",
    "preview": "Compare Stash and Plex, keep what would change, and look at it.",
    "gaps": "Look at the gaps, the differences that reconciles found.",
    "why": "Explain why a scene is, or is not, in Plex as Stash has it.",
    "needs-you": "Say which scenes need you, by cause, and what to do about each.",
    "ignore": "Leave scenes alone: nothing is written for them, and what is in Plex stays.",
    "overwrite": "Write Stash's values over those that Plex keeps for a scene.",
    "choose": "Choose the right Plex item for a scene, or see which there are.",
    "unlink": "Stop writing to an item for a scene; what PlexSync wrote there stays.",
    "scan": "Ask Plex to scan the folders of files that it does not list.",
    "history": "Show what PlexSync wrote to Plex: runs and edits, one row for each cause.",
    "adopt": "Take over locked values that another tool left in Plex.",
    "undo": "Take back what PlexSync wrote: a run, or what it wrote for one scene.",
    "queue": "Look at the queue, and put it in order.",
    "config": "Show and change settings.",
    "signout": "Sign out of Plex: end the key at plex.tv and forget it here.",
    "probe": "Ask your Plex how it behaves, and compare that with what PlexSync assumes.",
    "remove": "Give every item in Plex back what it had before PlexSync.",
    "health": "Say in one line whether the agent is well; for health checks.",
    "bug-report": "Pack a bug report: everything that helps to find a fault in PlexSync.",
    "demo": "Show PlexSync at work between a simulated Stash and Plex.",
    "bench": "Measure how fast PlexSync is on this machine.",
}
"""Each command with the first sentence of its help."""

_ELSEWHERE: Mapping[str, str] = {
    "history": "past.history",
    "undo": "past.undo",
    "remove": "past.remove",
    "check": "checkup.check",
    "health": "checkup.health",
    "bug-report": "checkup.bug_report",
    "needs-you": "person.needs_you",
    "scan": "person.needs_you",
    "adopt": "person.adopt",
    "ignore": "person.ignore",
    "overwrite": "person.overwrite",
    "choose": "person.choose",
    "unlink": "person.choose",
}
"""The modules of commands that are not named as they are."""

BENCHMARKS = [path for folder in Path(__file__).parents if (path := folder / "bench" / "speed.py").is_file()]
"""The benchmark of the source tree this lies in, if it lies in one."""


def load(name: str) -> click.Command | None:
    """Return a command of the table.

    Meanwhile no garbage is looked for: hundreds of classes are made, and none of them goes.
    """
    gc.disable()
    try:
        module = import_module(f"plexsync.cli.commands.{_ELSEWHERE.get(name, name)}")
    finally:
        gc.freeze()
        gc.enable()
    found = getattr(module, name.replace("-", "_"))
    return found if isinstance(found, click.Command) else None


class CommandGroup(click.Group):
    """A group whose commands are in modules of their own names."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands that can be used here."""
        del ctx
        return [name for name in COMMANDS if name != "bench" or BENCHMARKS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        return load(cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name]) for name in self.list_commands(ctx)])
