"""`plexsync queue`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict

import click
from rich.table import Table
from rich.text import Text

from plexsync.cli.drawing import draw
from plexsync.cli.frame import Code, Frame, json_option
from plexsync.domain.advice import CAUSES, LANE_MEANINGS, LANE_NAMES, Advice, explain
from plexsync.domain.person.lanes import Lane
from plexsync.domain.phrases import counted, short, span
from plexsync.usecases.agent import start as agent_start
from plexsync.usecases.queue import changes, dead_letters
from plexsync.usecases.queue.brakes import allow_once
from plexsync.usecases.queue.pages import OPEN_LANES, QueuePage, QueueRow, listed
from plexsync.usecases.runs import steering

_LANES: Mapping[str, tuple[Lane, ...]] = {
    "queued": (Lane.WORKING, Lane.NEXT),
    "working": (Lane.WORKING,),
    "next": (Lane.NEXT,),
    "waiting": (Lane.WAITING,),
    "parked": (Lane.PARKED,),
    "dead": (Lane.DEAD,),
}
_ARE: Mapping[str, str] = {"queued": "queued", "working": "being worked on", "next": "next in the queue"}
"""The words of states for "No scene is …", of those that are called otherwise in the column."""


@click.group(
    epilog="\b\nExamples:\n"
    "  plexsync queue list --state dead     what was given up, and why\n"
    "  plexsync queue list --search dawn    that word in title or path\n"
    "  plexsync queue front 17              work on this scene next\n"
    "  plexsync queue retry                 try all again that was given up\n"
    "  plexsync queue retry 17              only this scene\n"
    "  plexsync queue retry --cause item_rejected\n"
    "  plexsync queue clear --dead --older-than 30\n"
    "  plexsync queue allow                 let pass, once, what is held back"
)
def queue() -> None:
    """Look at the queue, and put it in order."""


@queue.command("list", short_help="List what is queued, waits or was given up.")
@click.option("--state", type=click.Choice(tuple(_LANES)), help="Only scenes in this state.")
@click.option(
    "--search", default="", metavar="TEXT", help="Only scenes with this in id, title, path or what holds them up."
)
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="Show at most so many rows.")
@click.option("--offset", type=click.IntRange(0), default=0, help="Skip so many of the first rows.")
@json_option
@click.pass_obj
def list_(frame: Frame, state: str | None, search: str, limit: int, offset: int) -> int:
    """List what is queued, waits or was given up, and why; in the order of the work.

    A waiting scene is tried again by itself. A parked one waits until something changes in Plex, in Stash, or by
    your word. The list says so again below.
    """
    lanes = OPEN_LANES if state is None else _LANES[state]
    page = listed(frame.require_folder(), lanes, text=search, limit=limit, offset=offset)
    if frame.as_json:
        frame.document(_document(page))
        return Code.OK
    if page.rows:
        draw(_table(page.rows))
        _say_meanings(frame, page)
    else:
        frame.say(str(explain("none_found", {"detail": search}) if search else _nothing(state)))
    left = page.total - offset - len(page.rows)
    if left > 0 and page.rows:
        frame.say(f"{left} more: see them with --offset {offset + len(page.rows)}.")
    return Code.OK


def _document(page: QueuePage) -> dict[str, object]:
    jobs = [{"lane": one.lane.value, **one.row.to_json()} for one in page.rows]
    return {"total": page.total, "lanes": {one.lane.value: one.number for one in page.lanes}, "jobs": jobs}


def _nothing(state: str | None) -> Advice:
    if state is None:
        return explain("queue_empty", {})
    return explain("none_in_state", {"status": _ARE.get(state) or LANE_NAMES[Lane(state)]})


def _say_meanings(frame: Frame, page: QueuePage) -> None:
    """Say what the words of the column mean, of those that are in it."""
    for lane in dict.fromkeys(one.lane for one in page.rows):
        frame.say(f"{LANE_NAMES[lane]}: {LANE_MEANINGS[lane]}", "dim")


def _table(rows: tuple[QueueRow, ...]) -> Table:
    table = Table("Scene", "State", "For", "Title, and what holds it up", box=None, pad_edge=False)
    now = time.time()
    for lane, row in ((one.lane, one.row) for one in rows):
        about = Text(short(row.title, 60) or "(no title known)")
        if row.advice is not None:
            about.append(f"\n{row.advice.text}", style="dim")
        if row.record:
            about.append(f"\n{row.record}", style="dim")
        if row.advice is not None and row.job.state.value == "dead":
            about.append(f"\n{row.advice.next_step}")
        waited = span(max(0.0, now - row.job.wanted_at))
        table.add_row(str(row.job.scene_id), LANE_NAMES[lane], waited, about)
    return table


def _checked(cause: str | None) -> str | None:
    """Return a cause that a dead letter can have; the refusal of another one names them all."""
    if cause is None or cause in dead_letters.GIVEN_UP_FOR:
        return cause
    cause.encode()  # what is no text is refused as such
    known = ", ".join(f"{code} ({CAUSES[code]})" for code in dead_letters.GIVEN_UP_FOR)
    raise click.BadParameter(f"no scene is given up for {cause!r}. There are: {known}.")


@queue.command()
@click.argument("scenes", metavar="[SCENE_ID]...", nargs=-1, type=click.IntRange(1, 2**63 - 1))
@click.option(
    "--cause",
    metavar="CAUSE",
    callback=lambda _context, _option, cause: _checked(cause),
    help="Only what was given up for this cause, such as item_rejected.",
)
@json_option
@click.pass_obj
def retry(frame: Frame, scenes: tuple[int, ...], cause: str | None) -> int:
    """Queue again what was given up: scenes, one cause, or all."""
    if scenes and cause is not None:
        raise click.UsageError("Name scenes or a cause, not both.")
    folder = frame.require_folder()
    if scenes:
        number = dead_letters.retry_scenes(folder, scenes, time.time())
    else:
        number = dead_letters.retry(folder, time.time(), cause)
    _answer(frame, number, "queued", f"{counted(number, 'scene')} queued again.")
    if number and not agent_start.is_alive(folder):
        frame.tell(str(explain("no_agent", {})))
    return Code.OK


@queue.command()
@json_option
@click.pass_obj
def allow(frame: Frame) -> int:
    """Allow, once, the changes that PlexSync holds back for safety.

    `plexsync status` shows them.
    """
    released = allow_once(frame.require_folder(), "command line", time.time())
    _answer(frame, released.scenes, "allowed", f"{counted(released.scenes, 'scene')} let pass.")
    if released.is_reconcile_braked:
        frame.tell(str(explain("reconcile_held", {})))
    return Code.OK


@queue.command()
@click.option("--dead", is_flag=True, help="Forget what was given up, instead of what is queued or waits.")
@click.option(
    "--older-than",
    type=click.IntRange(1),
    metavar="DAYS",
    help="With --dead: only what was given up so many days ago or earlier.",
)
@click.option("--yes", is_flag=True, help="Do not ask first.")
@json_option
@click.pass_obj
def clear(frame: Frame, *, dead: bool, older_than: int | None, yes: bool) -> int:
    """Forget all that is queued or waits.

    Nothing in Plex or Stash is touched, and the next full sync finds again what differs.
    """
    if older_than is not None and not dead:
        raise click.UsageError("--older-than goes with --dead.")
    folder = frame.require_folder()
    if not yes:
        frame.confirm("Forget the dead letters?" if dead else _question(changes.clearing(folder, time.time())))
    now = time.time()
    number = dead_letters.clear(folder, now, older_than) if dead else changes.clear(folder, now).removed
    _answer(frame, number, "cleared", f"{counted(number, 'scene')} forgotten.")
    return Code.OK


def _question(clearing: changes.Clearing) -> str:
    return f"Clear {counted(clearing.scenes, 'scene')} from the queue? {clearing.lost}"


@queue.command(short_help="Work on scenes next.")
@click.argument("scenes", metavar="SCENE_ID...", nargs=-1, required=True, type=click.IntRange(1, 2**63 - 1))
@json_option
@click.pass_obj
def front(frame: Frame, scenes: tuple[int, ...]) -> int:
    """Work on scenes next, the first of them first; one that waits is tried at once."""
    moved = changes.move_to_front(frame.require_folder(), scenes, time.time())
    if frame.as_json:
        frame.document({"moved": moved.moved, "held": moved.held})
        return Code.OK
    frame.say(f"{counted(moved.moved, 'scene')} moved to the front.")
    if moved.held:
        frame.tell(str(explain("held_in_place", {"held": counted(moved.held, "scene")})))
    return Code.OK


@queue.command(short_help="Take scenes out of the queue.")
@click.argument("scenes", metavar="SCENE_ID...", nargs=-1, required=True, type=click.IntRange(1, 2**63 - 1))
@json_option
@click.pass_obj
def remove(frame: Frame, scenes: tuple[int, ...]) -> int:
    """Take scenes out of the queue; the next reconcile or full sync finds again what differs."""
    removed = changes.remove(frame.require_folder(), scenes, time.time())
    _answer(frame, removed.removed, "removed", f"{counted(removed.removed, 'scene')} removed. {removed.lost}")
    return Code.OK


@queue.command(short_help="Stop the reconcile that compares or writes.")
@json_option
@click.pass_obj
def stop(frame: Frame) -> int:
    """Stop the reconcile that compares or writes; what is not written yet waits."""
    state = steering.stop_reconcile(frame.require_folder(), time.time())
    if frame.as_json:
        frame.document(asdict(state))
    elif state.stopped:
        waits = counted(state.stopped, "scene")
        frame.say(f"Stopped after {counted(state.changes, 'change')}. {explain('rest_waits', {'scenes': waits})}")
    else:
        frame.say("It stops comparing.")
    return Code.OK


@queue.command()
@json_option
@click.pass_obj
def resume(frame: Frame) -> int:
    """Go on with what was stopped."""
    rest = steering.resume_stopped(frame.require_folder(), time.time())
    _answer(frame, rest.scenes, "queued", rest.text)
    return Code.OK


@queue.command(short_help="Take what was stopped out of the queue.")
@json_option
@click.pass_obj
def drop(frame: Frame) -> int:
    """Take what was stopped out of the queue; the next reconcile finds again what differs."""
    rest = steering.remove_stopped(frame.require_folder(), time.time())
    _answer(frame, rest.scenes, "removed", rest.text)
    return Code.OK


def _answer(frame: Frame, number: int, name: str, text: str) -> None:
    if frame.as_json:
        frame.document({name: number})
    else:
        frame.say(text)
