"""`plexsync history`."""

from __future__ import annotations

from dataclasses import asdict
from importlib import import_module

import click

from plexsync.cli.frame import Code, Frame, json_option
from plexsync.cli.moment import moment_option
from plexsync.usecases.history.pages import KINDS, HistoryWish, history_page, run_writes


@click.command(
    epilog="\b\nExamples:\n"
    "  plexsync history                    what PlexSync wrote last, one row for each cause\n"
    "  plexsync history 12                 what run 12 wrote, field by field\n"
    "  plexsync history --scene 17         all that was written for scene 17\n"
    "  plexsync history --search drama     by scene, field or value\n"
    "  plexsync undo 12 --dry-run          what an undo of run 12 would do"
)
@click.argument("run", required=False, type=click.IntRange(1))
@click.option("--scene", type=click.IntRange(1), help="Only rows of this scene.")
@click.option(
    "--since", metavar="SPAN|DATE", callback=moment_option, help="Only rows since then: 30m, 24h, 7d, 2w, or a date."
)
@click.option("--search", "text", default="", help="Only rows with this in a scene's title, a field or a value.")
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="Only rows of this kind; may be repeated."
)
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="Show at most so many rows.")
@json_option
@click.pass_obj
def history(
    frame: Frame,
    run: int | None,
    *,
    scene: int | None,
    since: float | None,
    text: str,
    kinds: tuple[str, ...],
    limit: int,
) -> int:
    """Show what PlexSync wrote to Plex: runs and edits, one row for each cause.

    With RUN, show what that run wrote: each field before and after, and why. `plexsync undo RUN` takes a run back.
    """
    folder = frame.require_folder()
    table = import_module("plexsync.cli.history_table")  # Rich is loaded only for a table
    if run is not None:
        told = run_writes(folder, run, scene=scene or 0, text=text, limit=limit)
        frame.document(asdict(told)) if frame.as_json else table.say_writes(frame, told)
        return Code.OK
    page = history_page(folder, HistoryWish(kinds or KINDS, scene or 0, text, since or 0.0, "", limit))
    frame.document(asdict(page)) if frame.as_json else table.say_rows(frame, page)
    return Code.OK
