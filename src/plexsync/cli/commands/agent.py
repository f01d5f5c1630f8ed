"""`plexsync agent`."""

from __future__ import annotations

import sys

import click

from plexsync import __version__
from plexsync.agent.lock import is_held
from plexsync.agent.log import LOG_NAME
from plexsync.agent.process import run
from plexsync.cli.frame import Code, Failure, Frame, json_option
from plexsync.domain.advice import Advice


@click.command(epilog="\b\nExample (as a service, for a Stash nobody opens):\n  plexsync --data /config/plexsync agent")
@json_option
@click.pass_obj
def agent(frame: Frame) -> int:
    """Be the agent: watch Stash and bring each change to Plex.

    Runs in the foreground until Ctrl-C or SIGTERM. One agent serves a data folder: exits with 3 if another one does.
    Stash's plugin starts its own unless PLEXSYNC_NO_AGENT=1 is set where Stash runs.
    """
    if not is_held(frame.folder):
        frame.tell(
            f"PlexSync {__version__} works on {frame.folder}; its log is below and in {LOG_NAME} there. Ctrl-C ends it."
        )
    code = run(frame.folder, None, sys.stderr)
    if code == Code.AGENT:
        text = f"Another agent works on {frame.folder} already."
        step = "Leave it at that, or end it first; `plexsync status` names its process."
        raise Failure("other_agent", Advice(text, step), Code.AGENT)
    if code:
        step = f"{LOG_NAME} in {frame.folder} says why. Start it again: nothing is lost."
        raise Failure("agent_failed", Advice("A part of the agent failed, so it ended.", step), Code.FAILED)
    if frame.as_json:
        frame.document({"ended": True})
    return Code.OK
