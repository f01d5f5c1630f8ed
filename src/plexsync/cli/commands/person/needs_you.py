"""`plexsync needs-you` and `plexsync scan`."""

from __future__ import annotations

import time
from dataclasses import asdict

import click

from plexsync.cli.frame import Code, Frame, json_option
from plexsync.cli.progress import percent, progress_bar
from plexsync.domain.advice import explain
from plexsync.domain.phrases import counted, moment, short
from plexsync.usecases.needs_you import causes
from plexsync.usecases.needs_you.causes import CauseGroup, NeedyScene
from plexsync.usecases.needs_you.scanning import scan as scan_for

_TITLE_LENGTH = 60


@click.command(
    "needs-you",
    epilog="\b\nExamples:\n"
    "  plexsync needs-you                        all of it, by cause\n"
    "  plexsync needs-you --cause ambiguous      every scene of one cause\n"
    "  plexsync queue retry --cause item_rejected\n"
    "  plexsync choose 17 4812                   item 4812 is the right one for scene 17\n"
    "  plexsync ignore 17                        leave scene 17 alone",
)
@click.option("--cause", type=click.Choice(causes.CAUSES), metavar="CAUSE", help="Show all scenes of this one cause.")
@click.option(
    "--limit", type=click.IntRange(1), default=100, show_default=True, help="With --cause: show at most so many."
)
@click.option("--offset", type=click.IntRange(0), default=0, help="With --cause: skip so many of the first.")
@json_option
@click.pass_obj
def needs_you(frame: Frame, cause: str | None, limit: int, offset: int) -> int:
    """Say which scenes need you, by cause, and what to do about each.

    Exits with 0 if nothing needs you, else with 1.
    """
    if cause is not None:
        return _one_cause(frame, cause, limit, offset)
    found = causes.needs_you(frame.require_folder(), time.time())
    if frame.as_json:
        frame.document(asdict(found))
    else:
        for group in found.groups:
            _say(frame, group)
        if not found.groups:
            frame.say(str(explain("nothing_needs_you", {})))
        if found.ignored:
            frame.say(f"{counted(found.ignored, 'scene')} ignored: `plexsync ignore --list` names them.")
    return Code.DIFFERS if found.total else Code.OK


def _one_cause(frame: Frame, cause: str, limit: int, offset: int) -> int:
    page = causes.scenes_of(frame.require_folder(), cause, time.time(), limit=limit, offset=offset)
    if frame.as_json:
        frame.document(asdict(page))
    else:
        for row in page.rows:
            _say_row(frame, row)
        left = page.total - offset - len(page.rows)
        if left > 0:
            frame.say(f"{left} more: see them with --offset {offset + len(page.rows)}.")
        if not page.rows:
            frame.say(str(explain("nothing_needs_you", {})))
    return Code.DIFFERS if page.total else Code.OK


def _say(frame: Frame, group: CauseGroup) -> None:
    frame.say(f"{group.title} · {counted(group.number, 'scene')}", "bold")
    frame.say(group.advice.text, indent=2)
    frame.say(f"What to do: {group.advice.next_step}", indent=2)
    for row in group.rows:
        _say_row(frame, row)
    if group.number > len(group.rows):
        left = group.number - len(group.rows)
        frame.say(f"{left} more: `plexsync needs-you --cause {group.cause}`", "dim", indent=4)


def _say_row(frame: Frame, row: NeedyScene) -> None:
    title = f" {short(row.title, _TITLE_LENGTH)}" if row.title else ""
    parts = [row.fact, f"tried {counted(row.attempts, 'time')}, last {moment(row.tried_at)}" if row.attempts else ""]
    parts.append(f"since {moment(row.since)}" if row.since else "")
    frame.say(f"scene {row.scene_id}{title}: {', '.join(filter(None, parts))}", "dim", indent=4)


@click.command(
    epilog="\b\nExamples:\n"
    "  plexsync scan        for all files that Plex lacks\n"
    "  plexsync scan 17     only those of scene 17",
)
@click.argument("scenes", metavar="[SCENE_ID]...", nargs=-1, type=click.IntRange(1, 2**63 - 1))
@json_option
@click.pass_obj
def scan(frame: Frame, scenes: tuple[int, ...]) -> int:
    """Ask Plex to scan the folders of files that it does not list."""
    with progress_bar("Asking Plex", shown=not frame.as_json) as move:
        done = scan_for(frame.require_folder(), scenes, show=percent(move), now=time.time, sleep=time.sleep)
    if frame.as_json:
        frame.document(asdict(done))
    else:
        folders, number = counted(done.folders, "folder"), counted(done.scenes, "scene")
        frame.say(f"Plex was asked to scan {folders} for {number}.")
    return Code.OK
