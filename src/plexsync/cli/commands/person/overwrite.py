"""`plexsync overwrite`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict

import click
from rich.table import Table

from plexsync.cli.consent import agree, require_asking
from plexsync.cli.drawing import draw
from plexsync.cli.frame import Code, Frame, json_option, shown
from plexsync.domain.advice import explain
from plexsync.domain.phrases import counted
from plexsync.usecases.agent import start as agent_start
from plexsync.usecases.opening import open_data
from plexsync.usecases.scene_tab.overwrite import overwrite as write_over
from plexsync.usecases.scene_tab.overwrite import staying
from plexsync.usecases.scene_tab.view import OverwriteRequest, Overwriting, StayingValue
from plexsync.usecases.undo.request import FIELDS

ORIGIN = "command line"


@click.command(
    epilog="\b\nExamples:\n"
    "  plexsync overwrite 17 --dry-run       what stays in Plex, and what Stash says there\n"
    "  plexsync overwrite 17 title           show it, ask, and write Stash's title\n"
    "  plexsync overwrite 17 --yes           all that stays, unasked"
)
@click.argument("scene", metavar="SCENE_ID", type=click.IntRange(1, 2**63 - 1))
@click.argument("fields", metavar="[FIELD]...", nargs=-1, type=click.Choice(FIELDS))
@click.option("--item", default="", metavar="RATING_KEY", help="Of this item alone, where a scene has several.")
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Write nothing; say what would be written.")
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
@json_option
@click.pass_obj
def overwrite(frame: Frame, scene: int, fields: tuple[str, ...], *, item: str, is_dry_run: bool, is_sure: bool) -> int:
    """Write Stash's values over those that Plex keeps for a scene.

    Plex keeps a value that a person set there, that it had by itself, or that an undo brought back. Without a field,
    Stash's values are written over all of these. It happens once, as a run of its own, so `plexsync undo` takes it
    back. A field whose policy is fill keeps what Plex has.
    """
    wish = OverwriteRequest(scene, fields, item, ORIGIN)
    if not is_dry_run:
        require_asking(frame, agreed=is_sure)
    with open_data(frame.require_folder()) as opened:
        if is_dry_run:
            return _show(frame, scene, staying(opened, wish))
        if not (is_sure or _is_agreed(frame, scene, staying(opened, wish))):
            return Code.OK
        done = write_over(opened, wish, time.time())
    _say(frame, scene, done)
    return Code.OK


def _is_agreed(frame: Frame, scene: int, found: Sequence[StayingValue]) -> bool:
    """Show what would be written, and ask."""
    _show(frame, scene, found)
    return bool(found) and agree(f"Write {counted(len(found), 'value')} of Stash over that?")


def _show(frame: Frame, scene: int, found: Sequence[StayingValue]) -> int:
    if frame.as_json:
        frame.document({"scene": scene, "values": [asdict(one) for one in found]})
    elif found:
        table = Table("Field", "stays in Plex", "Stash says", box=None, pad_edge=False)
        for one in found:
            table.add_row(one.field, shown(one.plex, 60), shown(one.stash, 60))
        draw(table)
    else:
        frame.say(str(explain("overwrite_nothing", {"scene": str(scene)})))
    return Code.DIFFERS if found else Code.OK


def _say(frame: Frame, scene: int, done: Overwriting) -> None:
    if frame.as_json:
        frame.document(asdict(done))
        return
    facts = {"items": counted(done.values, "value"), "scene": str(scene), "run": str(done.run)}
    frame.say(str(explain("overwrite_begun", facts)))
    if not agent_start.is_alive(frame.folder):
        frame.tell(str(explain("no_agent", {})))
