"""`plexsync reconcile`."""

from __future__ import annotations

import time

import click

from plexsync.cli.dry_run.reconcile import dry_run
from plexsync.cli.frame import Code, Failure, Frame, json_option
from plexsync.cli.progress import percent, progress_bar
from plexsync.cli.reconcile_request import asked_for, request_options
from plexsync.domain.advice import explain
from plexsync.usecases.runs.reconcile import ReconcileRequest
from plexsync.usecases.runs.reconcile import reconcile as compare


@click.command(
    epilog="\b\nExamples:\n"
    "  plexsync reconcile                           the scenes that reconcile_scope names\n"
    "  plexsync reconcile --scope 24h               created or updated in the last day\n"
    "  plexsync reconcile --scope custom --from 2024-05-01 --to 2024-05-31\n"
    "  plexsync reconcile --scope all --deep        read everything, believe no time stamp\n"
    "  plexsync reconcile --dry-run --kind drift    what has drifted in Plex, and what it would become"
)
@request_options
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Queue nothing; say what would change, and why.")
@click.option("--allow-mass-change", "allowed", is_flag=True, help="Do not stop at large losses, this once.")
@json_option
@click.pass_obj
def reconcile(
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

    Finds what is empty, stale or missing in Plex, what has drifted, orphans and ambiguous scenes. The queue repairs it:
    see `plexsync status`. Ctrl-C stops it. Exits with 1 if a brake stopped it, and after --dry-run if there are gaps.
    """
    asked = asked_for(scope, begin, end, kinds, deep=deep, allowed=allowed)
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
