"""`plexsync health`."""

from __future__ import annotations

import time

import click

from plexsync.cli.frame import Code, Frame, json_option
from plexsync.usecases.status.health import health as health_of


@click.command(epilog="\b\nExample (of a container):\n  HEALTHCHECK CMD plexsync health")
@json_option
@click.pass_obj
def health(frame: Frame) -> int:
    """Say in one line whether the agent is well; for health checks.

    Asks neither server: a server that is away is no fault of the agent. Exits with 0 if it is well,
    with 3 if it does not run, with 1 if a part of it fails.
    """
    found = health_of(frame.require_folder(), time.time())
    if frame.as_json:
        frame.document({"well": found.is_well, "code": found.code, "text": found.advice.text})
    else:
        frame.say(str(found.advice))
    if found.code == "no_agent":
        return Code.AGENT
    return Code.OK if found.is_well else Code.DIFFERS
