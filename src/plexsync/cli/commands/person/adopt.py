"""`plexsync adopt`."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import asdict

import click

from plexsync.cli.foreign import draw_foreign, if_taken_over
from plexsync.cli.frame import Code, Frame, json_option
from plexsync.cli.progress import progress_bar
from plexsync.domain.advice import explain
from plexsync.domain.model import Field
from plexsync.domain.phrases import counted, moment
from plexsync.usecases.adopt.adopting import AdoptionRuns, adoptions, release
from plexsync.usecases.adopt.adopting import adopt as take_over
from plexsync.usecases.adopt.foreign import foreign_fields
from plexsync.usecases.adopt.tools import OtherTool, other_tools
from plexsync.usecases.adopt.views import Adopted, ForeignField
from plexsync.usecases.opening import Opened, open_data


@click.command(
    epilog="\b\nExamples:\n"
    "  plexsync adopt                          which locked values are there?\n"
    "  plexsync adopt --field genres --field title\n"
    "  plexsync adopt --all-fields --yes\n"
    "  plexsync adopt --undo 12                take it back"
)
@click.option(
    "--field",
    "fields",
    multiple=True,
    type=click.Choice([of.value for of in Field]),
    help="Take this field over; may be repeated.",
)
@click.option("--all-fields", "everything", is_flag=True, help="Take all fields over.")
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
@click.option("--undo", "undone", type=click.IntRange(1), metavar="RUN", help="Give back what this run adopted.")
@json_option
@click.pass_obj
def adopt(
    frame: Frame,
    *,
    fields: tuple[str, ...],
    everything: bool,
    is_sure: bool,
    undone: int | None,
) -> int:
    """Take over locked values that another tool left in Plex.

    A locked value counts as a person's, so it stays even where Stash says something else. If it is another tool's, say
    so for each field: then it follows Stash. Without a field it only shows what is there.
    """
    with open_data(frame.require_folder()) as opened:
        if undone is not None:
            return _undo(frame, opened, undone)
        found = _compare(frame, opened)
        tools = other_tools(opened)
        chosen = [Field(row.field) for row in found if everything or row.field in fields]
        done, before = None, adoptions(opened)
        if chosen and (is_sure or _is_sure(frame, found, chosen)):
            with progress_bar("Taking over", shown=not frame.as_json) as move:
                done = take_over(opened, chosen, move, time.time())
    _say(frame, found, tools, done, before)
    return Code.OK


def _compare(frame: Frame, opened: Opened) -> tuple[ForeignField, ...]:
    with progress_bar("Comparing", shown=not frame.as_json) as move:
        return foreign_fields(opened, move)


def _is_sure(frame: Frame, found: Sequence[ForeignField], chosen: Sequence[Field]) -> bool:
    """Show what would follow, and ask; without a terminal nobody is sure."""
    if frame.as_json or not sys.stdin.isatty():
        return False
    draw_foreign(found)
    rows = [row for row in found if Field(row.field) in chosen]
    frame.say(if_taken_over(rows) or "All of them are the same as in Stash.")
    return click.confirm("Take them over", default=False, err=True)


def _say(
    frame: Frame,
    found: Sequence[ForeignField],
    tools: Sequence[OtherTool],
    done: Adopted | None,
    before: AdoptionRuns,
) -> None:
    if frame.as_json:
        names = [{"name": tool.name, "unread": list(tool.unread)} for tool in tools]
        adopted = None if done is None else asdict(done)
        fields = [asdict(row) for row in found]
        frame.document({"fields": fields, "tools": names, "adopted": adopted, **asdict(before)})
        return
    for tool in tools:
        frame.say(str(explain("other_tool", {"name": tool.name})), "yellow")
    if done is not None and done.words:
        for advice in done.words:
            frame.say(str(advice))
    elif not found:
        frame.say(explain("nothing_foreign", {}).text)
    else:
        draw_foreign(found)
        frame.say(str(explain("foreign_found", {})))
    if done is None:
        _say_before(frame, before)


def _say_before(frame: Frame, before: AdoptionRuns) -> None:
    """Say what was taken over before, and how to take that back."""
    for run in before.runs:
        told = ", ".join(f"{name} ({number})" for name, number in run.fields)
        frame.say(f"Run {run.run} of {moment(run.at)} took over: {told}. `plexsync adopt --undo {run.run}` undoes it.")


def _undo(frame: Frame, opened: Opened, run: int) -> int:
    given = release(opened, run)
    if frame.as_json:
        frame.document(asdict(given))
    else:
        facts = {"items": counted(given.values, "value"), "run": str(run), "number": str(given.written)}
        frame.say(str(explain("adoption_undone" if given.written else "adoption_undone.all", facts)))
    return Code.OK
