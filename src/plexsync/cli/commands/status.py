"""`plexsync status`."""

from __future__ import annotations

import time

import click

from plexsync.cli.frame import Code, Frame, json_option
from plexsync.usecases.status.lines import lines_of
from plexsync.usecases.status.report import Status
from plexsync.usecases.status.report import status as status_of


@click.command(epilog="\b\nExample:\n  plexsync status")
@json_option
@click.pass_obj
def status(frame: Frame) -> int:
    """Say how things stand: agent, queue, outages, what was given up.

    Asks neither server. Exits with 1 if something needs a person or waits for a server, 3 if no agent is running.
    """
    found = status_of(frame.require_folder(), time.time())
    if frame.as_json:
        frame.document(found.to_json())
    else:
        for line in lines_of(found):
            frame.say(line)
    return _code(found)


def _code(found: Status) -> Code:
    if not found.agent.alive:
        return Code.AGENT
    return Code.DIFFERS if found.outages or found.needs_person else Code.OK
