"""`plexsync preview`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict

import click
from rich.table import Table
from rich.text import Text

from plexsync.cli.drawing import draw
from plexsync.cli.frame import Code, Failure, Frame, json_option
from plexsync.cli.progress import progress_bar
from plexsync.cli.reconcile_request import KINDS, asked_for, request_options
from plexsync.domain.advice import WOULD_BE_STOPPED, explain
from plexsync.domain.model import ORDER
from plexsync.domain.phrases import counted, moment, short
from plexsync.domain.reconcile.preview import Filter, PreviewRow
from plexsync.domain.standing.phrase import spoken
from plexsync.usecases.preview.maker import ask_preview, make_preview
from plexsync.usecases.preview.show import PreviewState, cancel_preview, preview_page, preview_state


@click.group(
    epilog="\b\nExamples:\n"
    "  plexsync preview start --scope 7d        compare, and keep what would change\n"
    "  plexsync preview show --taken-away       what would be lost\n"
    "  plexsync preview show --field genres     what becomes of one field\n"
    "  plexsync preview cancel                  stop the one that the page has started"
)
def preview() -> None:
    """Compare Stash and Plex, keep what would change, and look at it.

    The page of PlexSync in Stash shows the same preview. Nothing is written.
    """


@preview.command()
@request_options
@json_option
@click.pass_obj
def start(
    frame: Frame, *, scope: str | None, begin: str | None, end: str | None, kinds: tuple[str, ...], deep: bool
) -> int:
    """Make a preview in place of the one kept before. Ctrl-C cancels it."""
    folder = frame.require_folder()
    ask_preview(folder, asked_for(scope, begin, end, kinds, deep=deep).arguments(), time.time())
    try:
        with progress_bar("Comparing", shown=not frame.as_json) as move:
            make_preview(folder, show=move, now=time.time)
    except KeyboardInterrupt:
        raise Failure("interrupted", explain("preview_cancelled", {}), Code.INTERRUPTED) from None
    return _say_state(frame, preview_state(folder, time.time()))


@preview.command()
@json_option
@click.pass_obj
def status(frame: Frame) -> int:
    """Say how the preview stands."""
    return _say_state(frame, preview_state(frame.require_folder(), time.time()))


@preview.command()
@json_option
@click.pass_obj
def cancel(frame: Frame) -> int:
    """Stop the preview that is being made."""
    return _say_state(frame, cancel_preview(frame.require_folder(), time.time()))


@preview.command()
@click.option("--kind", type=click.Choice(KINDS), help="Only differences of this kind.")
@click.option("--field", type=click.Choice(ORDER), help="Only this field.")
@click.option("--text", default="", help="Only rows with this in a title or value.")
@click.option("--taken-away", is_flag=True, help="Only rows that take something away.")
@click.option("--only-locked", is_flag=True, help="Only rows that lock a value which is right already.")
@click.option("--offset", type=click.IntRange(0), default=0, help="Skip so many of the first rows.")
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="Show at most so many rows.")
@json_option
@click.pass_obj
def show(
    frame: Frame,
    *,
    kind: str | None,
    field: str | None,
    text: str,
    taken_away: bool,
    only_locked: bool,
    offset: int,
    limit: int,
) -> int:
    """Show rows of the preview. Exits with 1 if there are any."""
    wanted = Filter(kind or "", field or "", text, taken_away, only_locked)
    page = preview_page(frame.require_folder(), wanted, offset=offset, limit=limit)
    if frame.as_json:
        frame.document(asdict(page))
    elif page.rows:
        draw(_table(page.rows))
        frame.say(f"{len(page.rows)} of {counted(page.total, 'row')}.")
    else:
        frame.say(str(explain("no_preview_row" if page.asked_at else "no_preview", {})))
    return Code.DIFFERS if page.rows else Code.OK


def _say_state(frame: Frame, state: PreviewState) -> int:
    if frame.as_json:
        frame.document(asdict(state))
    elif state.trouble is not None:
        frame.say(str(state.trouble))
    elif state.is_under_way:
        frame.say(f"{state.compared} of {counted(state.total, 'scene')} compared.")
    elif state.state == "none":
        frame.say(str(explain("no_preview", {})))
    else:
        _say_done(frame, state)
    return Code.DIFFERS if state.changes else Code.OK


def _say_done(frame: Frame, state: PreviewState) -> None:
    frame.say(f"Preview of {moment(state.asked_at)}. Nothing has been written. {spoken(state.found, state.ended_at)}")
    locks = f", {state.locks} only get locked" if state.locks else ""
    frame.say(f"{counted(state.changes, 'change')}, {state.taken_away} of them take something away{locks}.")
    for brake in state.brakes:
        frame.say(f"{WOULD_BE_STOPPED}: {brake.advice}", "yellow")


def _table(rows: Sequence[PreviewRow]) -> Table:
    table = Table("Scene", "Field", "In Plex now", "Will be", "Why", box=None, pad_edge=False)
    for row in rows:
        title = f"{row.scene_id} {short(row.title, 40)}"
        if row.added or row.removed or row.stay:
            now = Text.assemble(*((f"+ {name}  ", "green") for name in row.added))
            now.append_text(Text.assemble(*((f"− {name}  ", "yellow") for name in row.removed)))  # noqa: RUF001
            table.add_row(title, row.field, now.append(f"{row.stay} stay", "dim"), "", row.why)
        else:
            table.add_row(title, row.field, short(row.before, 60) or "(nothing)", short(row.after, 60), row.why)
    return table
