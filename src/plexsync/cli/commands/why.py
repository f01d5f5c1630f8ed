"""`plexsync why`."""

from __future__ import annotations

import time
from datetime import datetime
from importlib import import_module

import click

from plexsync.cli.frame import Code, Frame, json_option, shown
from plexsync.domain.advice import explain
from plexsync.domain.model import Artwork, Field, Value
from plexsync.domain.person.decisions import SAID
from plexsync.domain.phrases import picture_name
from plexsync.usecases.opening import open_data
from plexsync.usecases.queue.rows import JobRow
from plexsync.usecases.why import Explanation
from plexsync.usecases.why import why as explain_scene

_ENTRIES = 5


@click.command(epilog="\b\nExample:\n  plexsync why 17")
@click.argument("scene_id", type=click.IntRange(1))
@json_option
@click.pass_obj
def why(frame: Frame, scene_id: int) -> int:
    """Explain why a scene is, or is not, in Plex as Stash has it.

    Names its files, its items and each field: what Stash says, what Plex has, what a sync would do and why. Writes
    nothing. Exits with 0 if the scene is in sync, else with 1.
    """
    with open_data(frame.require_folder()) as opened:
        found = explain_scene(opened, scene_id)
    if frame.as_json:
        frame.document(found.to_json())
    else:
        _say(frame, found)
    return Code.OK if found.in_sync else Code.DIFFERS


def _say(frame: Frame, found: Explanation) -> None:
    frame.say(f"Scene {found.scene_id} “{found.title}”" if found.title else f"Scene {found.scene_id}", "bold")
    for file in found.files:
        frame.say(file.path if found.trouble else f"{file.path} => {file.mapped or '(no place in Plex)'}", indent=2)
    if found.verdict:
        frame.say(str(explain("scene_in_sync" if found.in_sync else f"scene_{found.verdict}", {})), "bold")
    for code, advice in found.reasons:
        if found.verdict != "linked" or code in SAID:
            frame.say(advice.text, indent=2)
            if advice.next_step:
                frame.say(advice.next_step, "bold", indent=2)
    if found.trouble is not None:
        frame.say(str(found.trouble), "bold red")
    if found.items:
        fields = import_module("plexsync.cli.fields")  # Rich is loaded only for a table
        for item in found.items:
            fields.say_item(frame, item, ("changes", "may change", "kept", "fails", "in sync"))
            fields.say_pictures(frame, item)
    for advice in found.contested:
        frame.say(str(advice), "bold")
    _say_work(frame, found)


def _say_work(frame: Frame, found: Explanation) -> None:
    """Say what the agent makes of it."""
    if found.job is not None:
        _say_job(frame, found.job, found.verdict)
    for outage in found.outages:
        is_said = outage.advice == found.trouble
        frame.say(str(explain("all_wait", {})) if is_said else f"Everything waits: {outage.advice}")
    if not found.agent_alive:
        frame.say(str(explain("no_agent", {})))
    _say_entries(frame, found)


def _say_job(frame: Frame, row: JobRow, verdict: str) -> None:
    """Say where it is in the queue, and why it waits, unless that was said of its files already."""
    job = row.job
    if job.state.value == "queued":
        frame.say(str(explain("scene_queued", {})))
    elif job.state.value == "waiting":
        until = row.until(time.time())
        if row.advice is not None and job.cause != verdict and not row.is_held:
            frame.say(f"It waits. {row.advice}", "yellow")
        frame.say(str(until), "yellow" if row.is_held else "")
        if row.record:
            frame.say(f"So far: {row.record}.", "dim", indent=2)
    elif job.state.value == "dead":
        frame.say(f"It was given up. {row.advice}", "bold red")


def _say_entries(frame: Frame, found: Explanation) -> None:
    entries = found.entries[:_ENTRIES]
    if entries:
        frame.say("Last written:")
    for entry in entries:
        at = datetime.fromtimestamp(entry.at).astimezone().strftime("%Y-%m-%d %H:%M:%S")
        before, after = (_said(entry.field, value) for value in (entry.before, entry.after))
        frame.say(f"{at} {entry.field.value}: {before} -> {after}", "dim", indent=2)


def _said(of: Field | Artwork, value: Value) -> str:
    """Return a value of the journal; a picture's is its name."""
    return shown(picture_name(value) if isinstance(of, Artwork) and isinstance(value, str) else value, 60)
