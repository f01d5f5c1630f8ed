"""`plexsync signout`."""

from __future__ import annotations

from dataclasses import asdict

import click

from plexsync.cli.frame import Code, Frame, json_option
from plexsync.domain.advice import explain
from plexsync.usecases.opening import open_data
from plexsync.usecases.sign_in.sign_out import sign_out


@click.command()
@json_option
@click.pass_obj
def signout(frame: Frame) -> int:
    """Sign out of Plex: end the key at plex.tv and forget it here.

    PlexSync stops writing, and takes nothing away in Plex. Exits with 1 if plex.tv
    could not be told, or a key is set elsewhere.
    """
    with open_data(frame.require_folder()) as opened:
        done = sign_out(opened)
    if frame.as_json:
        frame.document(asdict(done))
    else:
        frame.say("Signed out. PlexSync takes nothing away in Plex.")
        if done.trouble is not None:
            frame.say(f"{done.trouble.text} {explain('signed_out_untold', {})}", "yellow")
        for setting, origin in done.elsewhere:
            frame.say(str(explain("signed_out_elsewhere", {"setting": setting, "origin": origin})), "yellow")
    return Code.DIFFERS if done.trouble or done.elsewhere else Code.OK
