"""`plexsync gaps`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

import click
from rich.table import Table
from rich.text import Text

from plexsync.cli.drawing import draw
from plexsync.cli.frame import Code, Frame, json_option
from plexsync.domain.advice import explain
from plexsync.domain.phrases import short
from plexsync.domain.reconcile.gaps import GapKind
from plexsync.usecases import gaps as usecase

_ACTIONS = {
    "queued": "queued",
    "already_queued": "was queued already",
    "reported": "for you to decide",
    "given_up": "given up: see `plexsync queue list --state dead`",
    "held": "held back for safety",
    "found": "nothing yet",
}


@click.group(
    epilog="\b\nExamples:\n"
    "  plexsync gaps list                   what the last reconcile runs found and is still open\n"
    "  plexsync gaps list --kind missing    what Plex does not have\n"
    "  plexsync gaps show 17                all that was found about scene 17"
)
def gaps() -> None:
    """Look at the gaps, the differences that reconciles found."""


@gaps.command("list")
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice([kind.value for kind in GapKind]), help="Only this kind."
)
@click.option(
    "--run",
    "run_id",
    type=click.IntRange(1),
    metavar="RUN",
    help="Gaps that this run was the last to see, mended ones too.",
)
@click.option("--limit", type=click.IntRange(1), default=100, show_default=True, help="Show at most so many.")
@json_option
@click.pass_obj
def list_(frame: Frame, *, kinds: tuple[str, ...], run_id: int | None, limit: int) -> int:
    """List open gaps: what differs and is not mended yet. Exits with 1 if there are any."""
    page = usecase.listed(frame.require_folder(), kinds, limit, run_id)
    if frame.as_json:
        frame.document(
            {"open": [asdict(count) for count in page.counts], "gaps": [view.to_json() for view in page.gaps]}
        )
    else:
        _say(frame, page, limit)
    return Code.DIFFERS if page.gaps else Code.OK


def _say(frame: Frame, page: usecase.GapPage, limit: int) -> None:
    if not page.gaps:
        frame.say(str(explain("no_gap", {})))
        return
    draw(_table(page.gaps))
    frame.say("Open: " + ", ".join(f"{count.words}: {count.number}" for count in page.counts) + ".")
    if len(page.gaps) == limit:
        frame.say(f"Only {limit} are shown; see more with --limit.")


def _table(views: Sequence[usecase.GapView]) -> Table:
    table = Table("Scene", "Kind", "Title, and what it is about", "What was done", box=None, pad_edge=False)
    for view in views:
        about = Text(short(view.title, 60) or "(no title known)")
        detail = ", ".join(view.fields) if view.fields else "; ".join(reason.text for reason in view.reasons)
        about.append(f"\n{short(detail or view.advice.text, 160)}", style="dim")
        state = _ACTIONS[view.gap.action] if not view.gap.closed_at else "mended"
        table.add_row(str(view.gap.scene_id), view.words, about, state)
    return table


@gaps.command()
@click.argument("scene_id", type=click.IntRange(1))
@json_option
@click.pass_obj
def show(frame: Frame, scene_id: int) -> int:
    """Show all that was found about a scene. Exits with 1 if a gap is open."""
    views = usecase.of_scene(frame.require_folder(), scene_id)
    if frame.as_json:
        frame.document({"scene": scene_id, "gaps": [view.to_json() for view in views]})
    elif not views:
        frame.say(str(explain("no_gap_of_scene", {"scene": str(scene_id)})))
    else:
        for view in views:
            _say_one(frame, view)
    return Code.DIFFERS if any(not view.gap.closed_at for view in views) else Code.OK


def _say_one(frame: Frame, view: usecase.GapView) -> None:
    gap = view.gap
    state = f"mended {_shown(gap.closed_at)}" if gap.closed_at else f"open, {_ACTIONS[gap.action]}"
    frame.say(f"{view.words}: {state}", "bold")
    frame.say(f"found {_shown(gap.opened_at)} by run {gap.opened_run}, last seen {_shown(gap.seen_at)}", indent=2)
    if view.fields:
        frame.say(f"fields: {', '.join(view.fields)}", indent=2)
    for reason in view.reasons:
        frame.say(str(reason), indent=2)
    frame.say(str(view.advice), "dim", indent=2)


def _shown(moment: float) -> str:
    return datetime.fromtimestamp(moment).astimezone().strftime("%Y-%m-%d %H:%M:%S")
