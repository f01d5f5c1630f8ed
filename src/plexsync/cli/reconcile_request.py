"""The options by which a person says what a reconcile compares: for the run, for its dry run, and for a preview."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import click

from plexsync.domain.moment import FORMS, read_end, read_moment
from plexsync.domain.reconcile.gaps import GapKind
from plexsync.usecases.runs.reconcile import FROM_SETTINGS, SCOPES, ReconcileRequest

ORIGIN = "command line"
Command = TypeVar("Command", bound=Callable[..., object])
KINDS = [kind.value for kind in GapKind]


def _checked(read: Callable[[str, float], float]) -> Callable[[click.Context, click.Parameter, str | None], str | None]:
    def callback(_context: click.Context, _option: click.Parameter, text: str | None) -> str | None:
        try:
            if text:
                read(text, time.time())
        except ValueError:
            raise click.BadParameter(f"{text!r} is not {FORMS}.") from None
        return text

    return callback


_OPTIONS = (
    click.option(
        "--scope", type=click.Choice(SCOPES), help="The scenes to compare. By default those that reconcile_scope names."
    ),
    click.option(
        "--from", "begin", metavar="MOMENT", callback=_checked(read_moment), help="Beginning of a custom range."
    ),
    click.option("--to", "end", metavar="MOMENT", callback=_checked(read_end), help="End of a custom range."),
    click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="Only differences of this kind."),
    click.option("--deep", is_flag=True, help="Read every scene and item in full."),
)


def request_options(command: Command) -> Command:
    """Give a command the options that :func:`asked_for` reads."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def asked_for(  # noqa: PLR0913  one per option
    scope: str | None, begin: str | None, end: str | None, kinds: tuple[str, ...], *, deep: bool, allowed: bool = False
) -> ReconcileRequest:
    """Make the request of these options; raises :class:`click.UsageError` where they do not go together."""
    if (begin is not None or end is not None) and scope not in {None, "custom"}:
        raise click.UsageError("--from and --to go with --scope custom.")
    if begin is not None or end is not None:
        scope = "custom"
    return ReconcileRequest(scope or FROM_SETTINGS, ORIGIN, begin, end, kinds, deep, allowed)
