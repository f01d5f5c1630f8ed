"""`plexsync bug-report`."""

from __future__ import annotations

import time
from pathlib import Path

import click

from plexsync.cli.consent import agree, require_asking
from plexsync.cli.frame import Code, Frame, json_option
from plexsync.usecases.bug_report.report import BugReport, require_new, save
from plexsync.usecases.bug_report.report import bug_report as make_report
from plexsync.usecases.bug_report.sources import Source

_NAME = "plexsync-bug-report.zip"


@click.command(
    "bug-report",
    epilog="""\b
Examples:
  plexsync bug-report --dry-run        what would be in it?
  plexsync bug-report
  plexsync bug-report --output /tmp/report.zip --yes
""",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path(_NAME),
    show_default=True,
    metavar="FILE",
    help="Where the zip goes.",
)
@click.option("--with-names", is_flag=True, help="Leave names, titles, paths and addresses as they are.")
@click.option("--dry-run", is_flag=True, help="Only list what would be in it.")
@click.option("--yes", is_flag=True, help="Write it without asking first; for scripts.")
@json_option
@click.pass_obj
def bug_report(frame: Frame, /, *, output: Path, **flags: bool) -> int:
    """Pack a bug report: everything that helps to find a fault in PlexSync.

    One small zip: versions, settings, status, errors, log, counts, what Plex can do, what the check finds. Secrets are
    masked, names replaced. It is listed before it is written. It is sent to nobody.
    """
    wants_file = not flags["dry_run"]
    if wants_file:
        require_asking(frame, agreed=flags["yes"])
        require_new(output)
    made = make_report(frame.require_folder(), time.time, lambda one: _tell(frame, one), with_names=flags["with_names"])
    if not frame.as_json:
        _list(frame, made)
    wants_file = wants_file and (flags["yes"] or agree(f"Write it to {output}?"))
    if wants_file:
        save(made, output)
    if frame.as_json:
        files = [{"name": part.name, "about": part.about, "bytes": len(part.text.encode())} for part in made.parts]
        frame.document({"files": files, "written": str(output) if wants_file else ""})
    elif wants_file:
        frame.say(f"It is in {output}. Look into it, then attach it to an issue.", "green")
    return Code.OK if wants_file or flags["dry_run"] else Code.DIFFERS


def _tell(frame: Frame, source: Source) -> None:
    frame.tell(f"Reading {source.about}…", "dim")


def _list(frame: Frame, made: BugReport) -> None:
    for part in made.parts:
        frame.say(f"{part.name:<20}{len(part.text.encode()):>9} bytes  {part.about}")
