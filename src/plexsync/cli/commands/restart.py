"""`plexsync restart`."""

from __future__ import annotations

import time
from dataclasses import asdict

import click

from plexsync.cli.frame import Code, Frame, json_option
from plexsync.usecases.agent import waking


@click.command()
@json_option
@click.pass_obj
def restart(frame: Frame) -> int:
    """Have the agent end and start anew.

    The queue stays as it is. Exits with 3 if no agent is running.
    """
    frame.tell("The agent ends and starts anew.")
    came = waking.restart(frame.require_folder(), None, now=time.time, sleep=time.sleep)
    if frame.as_json:
        frame.document(asdict(came))
    else:
        frame.say(f"The agent was {came.code} (process {came.pid}).")
    return Code.OK
