"""`plexsync undo`."""

from __future__ import annotations

import sys
import time
from dataclasses import asdict
from importlib import import_module

import click

from plexsync.cli.frame import Code, Failure, Frame, code_of, json_option
from plexsync.cli.progress import progress_bar
from plexsync.domain.advice import explain
from plexsync.domain.phrases import counted
from plexsync.usecases.opening import open_data
from plexsync.usecases.undo.preview import preview
from plexsync.usecases.undo.request import FIELDS, PICTURES, UndoRequest
from plexsync.usecases.undo.run import UndoResult, begin, stop, watch
from plexsync.usecases.undo.view import UndoPreview

ORIGIN = "command line"


@click.command(
    epilog="\b\nExamples:\n"
    "  plexsync undo 12 --dry-run          what would go back of run 12?\n"
    "  plexsync undo 12                    show it, ask, and take run 12 back\n"
    "  plexsync undo --scene 17            the last write to scene 17\n"
    "  plexsync undo 12 --scene 17 --field title\n"
    "  plexsync undo --stop 13             stop undo 13\n"
    "  plexsync undo --lift --scene 17     let PlexSync write scene 17 again"
)
@click.argument("run", required=False, type=click.IntRange(1))
@click.option(
    "--scene", type=click.IntRange(1), help="Only what was written for this scene; without RUN, the last write."
)
@click.option(
    "--field",
    "fields",
    multiple=True,
    type=click.Choice((*FIELDS, *PICTURES)),
    help="Only this field; may be repeated.",
)
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Write nothing; say what would go back.")
@click.option("--lift", "is_lift", is_flag=True, help="Let PlexSync write again what was taken back.")
@click.option("--stop", "stopped", type=click.IntRange(1), metavar="UNDO", help="Stop an undo that is under way.")
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
@click.option("--wait/--no-wait", default=True, show_default=True, help="Wait until it is done.")
@json_option
@click.pass_obj
def undo(
    frame: Frame,
    run: int | None,
    *,
    scene: int | None,
    fields: tuple[str, ...],
    is_dry_run: bool,
    is_lift: bool,
    stopped: int | None,
    is_sure: bool,
    wait: bool,
) -> int:
    """Take back what PlexSync wrote: a run, or what it wrote for one scene.

    RUN is a number of `plexsync history`. Plex gets back the values, locks and pictures that it had before. A value
    that somebody changed since stays. PlexSync does not write these values again until they change in Stash. An undo
    is a run of its own, so it can be undone. Ctrl-C stops the watching, not the undo.
    """
    frame.require_folder()
    if stopped is not None:
        return _report(frame, stop(frame.folder, stopped, now=time.time, sleep=time.sleep))
    if run is None and scene is None and not is_lift:
        raise click.UsageError("Name a run, or a scene with --scene.")
    wish = UndoRequest(ORIGIN, run, scene or 0, fields, is_lift)
    if is_dry_run:
        return show(frame, wish)
    if not is_sure and not is_agreed(frame, wish):
        return Code.OK
    return carry_out(frame, wish, wait=wait)


def show(frame: Frame, wish: UndoRequest) -> int:
    """Show what would go back, and write nothing."""
    found = _found(frame, wish)
    if frame.as_json:
        numbers = {"run": found.run, "scenes": found.scenes, "going": found.going, "staying": found.staying}
        frame.document({**numbers, "lines": [asdict(line) for line in found.lines]})
    else:
        _say_preview(frame, found)
    return Code.DIFFERS if found.going else Code.OK


def _found(frame: Frame, wish: UndoRequest) -> UndoPreview:
    with open_data(frame.require_folder()) as opened:
        return preview(opened, wish)


def _say_preview(frame: Frame, found: UndoPreview) -> None:
    import_module("plexsync.cli.undo_table").say(frame, found)  # Rich is loaded only for a table


def is_agreed(frame: Frame, wish: UndoRequest) -> bool:
    """Show what would go back, and ask; raises :class:`Failure` where nobody is there to be asked."""
    if frame.as_json or not sys.stdin.isatty():
        raise Failure("undo_needs_yes", explain("undo_needs_yes", {}), Code.USAGE)
    found = _found(frame, wish)
    _say_preview(frame, found)
    return bool(found.going) and click.confirm(f"Undo in {counted(found.going, 'scene')}?", err=True)


def carry_out(frame: Frame, wish: UndoRequest, *, wait: bool) -> int:
    """Have the agent do it, and watch."""
    run = begin(frame.folder, wish, show=lambda *_: None, now=time.time, sleep=time.sleep)
    if not wait:
        if frame.as_json:
            frame.document({"run": run})
        else:
            frame.say(f"Undo {run} is under way; `plexsync undo --stop {run}` stops it.")
        return Code.OK
    try:
        with progress_bar("Undoing", shown=not frame.as_json) as move:
            result = watch(
                frame.folder,
                run,
                show=lambda _, facts: move(facts["done"], facts["done"] + facts["left"]),
                now=time.time,
                sleep=time.sleep,
            )
    except KeyboardInterrupt:
        words = explain("undo_unwatched", {"run": str(run)})
        raise Failure("interrupted", words, Code.INTERRUPTED) from None
    return _report(frame, result)


def _report(frame: Frame, result: UndoResult) -> int:
    if frame.as_json:
        frame.document(asdict(result))
    else:
        _say(frame, result)
    if result.end:
        return Code.SERVER if result.end == "outage" else code_of(result.end)
    return Code.DIFFERS if result.counts.get("failed") or result.state == "stopped" else Code.OK


def _say(frame: Frame, result: UndoResult) -> None:
    words = {"back": "went back", "stays": "stayed as they are", "failed": "failed", "stopped": "were not reached"}
    told = [
        f"{counted(result.counts[state], 'scene')} {what}" for state, what in words.items() if state in result.counts
    ]
    frame.say(f"Undo {result.run}: {', '.join(told) or 'nothing to do'}.")
    for number, advice in result.reasons:
        frame.say(f"{counted(number, 'field')}: {advice}", indent=2)
    if result.advice is not None:
        frame.say(str(result.advice), "bold yellow")
    if result.counts.get("back"):
        frame.say(f"`plexsync undo {result.run}` takes this undo back.")
