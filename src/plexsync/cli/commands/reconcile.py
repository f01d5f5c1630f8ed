"""`plexsync reconcile`."""

from __future__ import annotations

import time
from typing import Any

import click

from plexsync.cli.commands.reconcile_dry_run import dry_run
from plexsync.cli.frame import Code, Failure, Frame, json_option
from plexsync.cli.progress import percent, progress_bar
from plexsync.domain.advice import explain
from plexsync.domain.gaps import GapKind
from plexsync.domain.moment import FORMS, read_end, read_moment
from plexsync.usecases.runs.reconcile import FROM_SETTINGS, SCOPES, ReconcileRequest
from plexsync.usecases.runs.reconcile import reconcile as compare

ORIGIN = "command line"


def _checked(read: Any) -> Any:
    def callback(_context: click.Context, _option: click.Parameter, text: str | None) -> str | None:
        try:
            if text:
                read(text, time.time())
        except ValueError:
            raise click.BadParameter(f"{text!r} is not {FORMS}.") from None
        return text

    return callback


@click.command(
    epilog="\b\nExamples:\n"
    "  plexsync reconcile                           the scenes that reconcile_scope names\n"
    "  plexsync reconcile --scope 24h               created or updated in the last day\n"
    "  plexsync reconcile --scope custom --from 2024-05-01 --to 2024-05-31\n"
    "  plexsync reconcile --scope all --deep        read everything, believe no time stamp\n"
    "  plexsync reconcile --dry-run --kind drift    what of Plex's would be put right, and why"
)
@click.option(
    "--scope", type=click.Choice(SCOPES), help="The scenes to compare. By default those that reconcile_scope names."
)
@click.option("--from", "begin", metavar="MOMENT", callback=_checked(read_moment), help="Begin of a custom range.")
@click.option("--to", "end", metavar="MOMENT", callback=_checked(read_end), help="End of a custom range.")
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice([kind.value for kind in GapKind]), help="Only such gaps."
)
@click.option("--deep", is_flag=True, help="Read every scene and item in full.")
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Queue nothing; say what would change, and why.")
@click.option("--allow-mass-change", "allowed", is_flag=True, help="Release the brakes for this once.")
@json_option
@click.pass_obj
def reconcile(  # noqa: PLR0913  one per option
    frame: Frame,
    *,
    scope: str | None,
    begin: str | None,
    end: str | None,
    kinds: tuple[str, ...],
    deep: bool,
    is_dry_run: bool,
    allowed: bool,
) -> int:
    """Compare Stash and Plex, and queue what differs.

    Finds what is empty, stale or missing in Plex, what has drifted, orphans and doubts. The repair is the queue's: see
    `plexsync status`. Ctrl-C stops it. Exits with 1 if a brake stopped it, and after --dry-run if there are gaps.
    """
    if (begin is not None or end is not None) and scope not in {None, "custom"}:
        raise click.UsageError("--from and --to go with --scope custom.")
    if begin is not None or end is not None:
        scope = "custom"
    asked = ReconcileRequest(scope or FROM_SETTINGS, ORIGIN, begin, end, kinds, deep, allowed)
    frame.require_folder()
    return dry_run(frame, asked) if is_dry_run else _run(frame, asked)


def _run(frame: Frame, asked: ReconcileRequest) -> int:
    try:
        with progress_bar("Comparing", shown=not frame.as_json) as move:
            found = compare(frame.folder, asked, show=percent(move), now=time.time, sleep=time.sleep)
    except KeyboardInterrupt:
        raise Failure("interrupted", explain("cancelled", {}), Code.INTERRUPTED) from None
    if frame.as_json:
        frame.document(found.figures)
    else:
        for line in found.lines():
            frame.say(line)
    return Code.DIFFERS if found.is_braked else Code.OK
