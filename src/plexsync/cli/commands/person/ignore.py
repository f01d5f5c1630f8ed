"""`plexsync ignore`."""

from __future__ import annotations

import time
from dataclasses import asdict

import click

from plexsync.cli.frame import Code, Frame, json_option
from plexsync.domain.advice import explain
from plexsync.domain.phrases import counted, moment, short
from plexsync.usecases.needs_you import causes, ignoring


@click.command(
    epilog="\b\nExamples:\n"
    "  plexsync ignore 17                   leave scene 17 alone\n"
    "  plexsync ignore --cause unmapped     leave all of those alone\n"
    "  plexsync ignore --list               what is ignored\n"
    "  plexsync ignore --undo 17            no longer ignore scene 17\n"
    "  plexsync ignore --undo --all         no longer ignore any scene"
)
@click.argument("scenes", metavar="[SCENE_ID]...", nargs=-1, type=click.IntRange(1, 2**63 - 1))
@click.option(
    "--cause", type=click.Choice(causes.CAUSES), metavar="CAUSE", help="All scenes that need you for this cause."
)
@click.option("--list", "is_list", is_flag=True, help="Name the ignored scenes.")
@click.option("--undo", is_flag=True, help="Stop ignoring the scenes, and queue them.")
@click.option("--all", "is_all", is_flag=True, help="With --undo: every ignored scene.")
@click.option(
    "--limit", type=click.IntRange(1), default=100, show_default=True, help="With --list: show at most so many."
)
@json_option
@click.pass_obj
def ignore(
    frame: Frame, scenes: tuple[int, ...], cause: str | None, *, is_list: bool, undo: bool, is_all: bool, limit: int
) -> int:
    """Leave scenes alone: nothing is written for them, and what is in Plex stays.

    They are kept and counted, and no reconcile reports them.
    """
    folder, now = frame.require_folder(), time.time()
    if sum((bool(scenes), cause is not None, is_list, is_all)) != 1:
        raise click.UsageError("Name scenes, or one of --cause, --list and --undo --all.")
    if is_all and not undo:
        raise click.UsageError("--all goes with --undo.")
    if is_list:
        return _list(frame, ignoring.ignored(folder, limit=limit))
    if undo:
        heeded = ignoring.heed_all(folder, now) if is_all else ignoring.heed(folder, scenes, now)
        no_more = f"{counted(heeded.scenes, 'scene')} no longer ignored."
        words = no_more if heeded.scenes else str(explain("not_ignored", {}))
        return _answer(frame, asdict(heeded), words)
    done = ignoring.ignore(folder, scenes, now) if cause is None else ignoring.ignore_cause(folder, cause, now)
    return _answer(frame, {"scenes": done.scenes}, f"{counted(done.scenes, 'scene')} ignored.")


def _answer(frame: Frame, document: dict[str, object], words: str) -> int:
    if frame.as_json:
        frame.document(document)
    else:
        frame.say(words)
    return Code.OK


def _list(frame: Frame, page: ignoring.IgnoredPage) -> int:
    if frame.as_json:
        frame.document(asdict(page))
        return Code.OK
    for row in page.rows:
        frame.say(f"scene {row.scene_id} {short(row.title, 60)}: ignored since {moment(row.since)}")
    if not page.rows:
        frame.say(str(explain("none_ignored", {})))
    if page.total > len(page.rows):
        frame.say(f"{page.total - len(page.rows)} more: see them with --limit {page.total}.")
    return Code.OK
