"""`plexsync agent`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from plexsync import __version__
from plexsync.cli.frame import Code, Frame, json_option
from plexsync.usecases.agent.process import serve


@click.command(epilog="\b\nExample (as a service, for a Stash nobody opens):\n  plexsync --data /config/plexsync agent")
@json_option
@click.pass_obj
def agent(frame: Frame) -> int:
    """Run the agent: watch Stash and bring each change to Plex.

    Runs in the foreground until Ctrl-C or SIGTERM. One agent serves a data folder: exits with 3 if another one does.
    Stash's plugin starts its own unless PLEXSYNC_NO_AGENT=1 is set where Stash runs.
    """
    serve(frame.folder, None, sys.stderr, lambda log: frame.tell(_greeting(frame.folder, log)))
    if frame.as_json:
        frame.document({"ended": True})
    return Code.OK


def _greeting(folder: Path, log: str) -> str:
    return f"PlexSync {__version__} works on {folder}; its log is below and in {log} there. Ctrl-C ends it."
