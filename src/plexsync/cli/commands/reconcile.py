"""`plexsync reconcile`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import click

from plexsync.agent.lock import is_held
from plexsync.cli.commands.following import follow_to_end
from plexsync.cli.commands.rehearsal import rehearse
from plexsync.cli.frame import Code, Failure, Frame, failure, json_option
from plexsync.domain.gaps import GapKind
from plexsync.domain.moment import FORMS, read_end, read_moment
from plexsync.store import Store
from plexsync.usecases.reconcile import FROM_SETTINGS, SCOPES, arguments, ask_reconcile, brakes_in_words, summary

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
@click.option("--scope", type=click.Choice(SCOPES), help="Which scenes; by default those reconcile_scope names.")
@click.option("--from", "begin", metavar="MOMENT", callback=_checked(read_moment), help="Begin of a custom range.")
@click.option("--to", "end", metavar="MOMENT", callback=_checked(read_end), help="End of a custom range.")
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice([kind.value for kind in GapKind]), help="Only such gaps."
)
@click.option("--deep", is_flag=True, help="Read every scene and item in full.")
@click.option("--dry-run", "rehearsed", is_flag=True, help="Queue nothing; say what would change, and why.")
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
    rehearsed: bool,
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
    asked = arguments(scope or FROM_SETTINGS, ORIGIN, begin=begin, end=end, kinds=kinds, deep=deep, allowed=allowed)
    frame.require_folder()
    return rehearse(frame, asked) if rehearsed else _run(frame, asked)


def _run(frame: Frame, asked: Mapping[str, Any]) -> int:
    if not is_held(frame.folder):
        raise failure("no_agent", {})
    with frame.store() as store:
        result = _follow(frame, store, asked)
    if frame.as_json:
        frame.document(result)
    else:
        for line in summary(result):
            frame.say(line)
    return Code.DIFFERS if brakes_in_words(result) else Code.OK


def _follow(frame: Frame, store: Store, asked: Mapping[str, Any]) -> Mapping[str, Any]:
    command_id = ask_reconcile(store, asked, time.time())
    try:
        return follow_to_end(frame, store, command_id, "Comparing")
    except KeyboardInterrupt:
        raise _stopped() from None


def _stopped() -> Failure:
    from_here = failure("cancelled", {})
    return Failure("interrupted", from_here.advice, Code.INTERRUPTED)
