"""`plexsync remove`."""

from __future__ import annotations

import click

from plexsync.cli.commands.past.undo import ORIGIN, carry_out, is_agreed, show
from plexsync.cli.frame import Code, Frame, json_option
from plexsync.usecases.undo.request import UndoRequest


@click.command(
    epilog="\b\nExamples:\n"
    "  plexsync remove --dry-run            what would go back?\n"
    "  plexsync remove                      show it, ask, and do it\n"
)
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Write nothing; say what would go back.")
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
@click.option("--wait/--no-wait", default=True, show_default=True, help="Wait until it is done.")
@json_option
@click.pass_obj
def remove(frame: Frame, *, is_dry_run: bool, is_sure: bool, wait: bool) -> int:
    """Give every item in Plex back what it had before PlexSync.

    Values, names in lists, locks and pictures go back as far as the history knows them. A value that somebody
    changed since stays. It is one undo of everything, so it can be undone.
    Afterwards PlexSync writes only what changes in Stash.
    """
    frame.require_folder()
    wish = UndoRequest(ORIGIN, is_everything=True)
    if is_dry_run:
        return show(frame, wish)
    if not is_sure and not is_agreed(frame, wish):
        return Code.OK
    return carry_out(frame, wish, wait=wait)
