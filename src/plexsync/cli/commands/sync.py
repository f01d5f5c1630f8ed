"""`plexsync sync`."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass

import click

from plexsync.cli.dry_run.sync import dry_run
from plexsync.cli.frame import Code, Failure, Frame, code_of, json_option
from plexsync.cli.moment import moment_option
from plexsync.cli.progress import Move, percent, progress_bar
from plexsync.domain.advice import became_words, explain
from plexsync.domain.phrases import counted, span
from plexsync.usecases.runs.drain import Drained, drain
from plexsync.usecases.runs.follow import Show
from plexsync.usecases.runs.sync import Queued, Scope, SyncRequest, SyncResult, result
from plexsync.usecases.runs.sync import sync as queue_scenes

ORIGIN = "command line"


@dataclass(frozen=True, slots=True)
class SyncOutcome:
    """How many were queued, what became of them, and how the waiting ended."""

    queued: int
    result: SyncResult
    drained: Drained | None

    def to_json(self) -> dict[str, object]:
        """Return it as what JSON can hold."""
        drained = None if self.drained is None else asdict(self.drained)
        return {"queued": self.queued, "became": dict(self.result.became), "drained": drained}


@click.command(
    epilog="\b\nExamples:\n"
    "  plexsync sync 17 23              two scenes\n"
    "  plexsync sync --since 24h        what was changed in the last day\n"
    "  plexsync sync --since 2024-05-01\n"
    "  plexsync sync --all --dry-run    what would change, field by field\n"
    "  plexsync sync --all --no-wait    and go on in the background"
)
@click.argument("scene_id", nargs=-1, type=click.IntRange(1))
@click.option("--all", "everything", is_flag=True, help="All scenes.")
@click.option(
    "--since",
    metavar="SPAN|DATE",
    callback=moment_option,
    help="The scenes changed since then: 30m, 24h, 7d, 2w, or a date.",
)
@click.option("--dry-run", "is_dry_run", is_flag=True, help="Write nothing; say what would change, and why.")
@click.option("--allow-mass-change", "allowed", is_flag=True, help="Do not stop at large losses, this once.")
@click.option("--wait/--no-wait", default=True, show_default=True, help="Wait until it is done.")
@json_option
@click.pass_obj
def sync(
    frame: Frame,
    scene_id: tuple[int, ...],
    *,
    everything: bool,
    since: float | None,
    is_dry_run: bool,
    allowed: bool,
    wait: bool,
) -> int:
    """Bring scenes to Plex: those named, all, or those changed lately.

    The agent does the work. This command asks for it and shows the progress. Ctrl-C ends the command, not the work.
    Exits with 1 if something is left undone, and after --dry-run if something would change.
    """
    scope = _scope(scene_id, since, everything=everything)
    frame.require_folder()
    if is_dry_run:
        return dry_run(frame, scope, since, scene_id)
    return _sync(frame, SyncRequest(scope, ORIGIN, since, scene_id, allowed), wait=wait)


def _scope(scenes: tuple[int, ...], since: float | None, *, everything: bool) -> Scope:
    if (bool(scenes), since is not None, everything).count(True) != 1:
        raise click.UsageError("Name scenes by their ids, or say --all or --since, one of the three.")
    return "all" if everything else "scenes" if scenes else "since"


def _sync(frame: Frame, asked: SyncRequest, *, wait: bool) -> int:
    try:
        queued, drained = _queue(frame, asked), None
        if wait:
            drained = _wait(frame)
    except KeyboardInterrupt:
        raise _left_alone() from None
    outcome = SyncOutcome(queued.scenes, result(frame.folder, queued), drained)
    if frame.as_json:
        frame.document(outcome.to_json())
    else:
        _say(frame, outcome)
    return _code(outcome, asked.scope)


def _code(outcome: SyncOutcome, scope: Scope) -> Code:
    if outcome.drained is None:
        return Code.OK
    if outcome.drained.end == "outage":
        return Code.SERVER
    if outcome.drained.end != "empty":
        return code_of(outcome.drained.end)
    return Code.OK if outcome.result.is_complete(scope) else Code.DIFFERS


def _queue(frame: Frame, asked: SyncRequest) -> Queued:
    with progress_bar("Queueing", shown=not frame.as_json) as move:
        show = percent(move)
        return queue_scenes(frame.folder, asked, show=show, now=time.time, sleep=time.sleep)


def _wait(frame: Frame) -> Drained:
    with progress_bar("Syncing", shown=not frame.as_json) as move:
        return drain(frame.folder, show=_mover(move), now=time.time, sleep=time.sleep)


def _mover(move: Move) -> Show:
    return lambda _, facts: move(facts["done"], facts["done"] + facts["left"])


def _left_alone() -> Failure:
    return Failure("interrupted", explain("unwatched", {}), Code.INTERRUPTED)


def _say(frame: Frame, outcome: SyncOutcome) -> None:
    drained, became = outcome.drained, outcome.result.became
    if drained is None:
        frame.say(f"{counted(outcome.queued, 'scene')} queued; `plexsync status` tells how they get on.")
        return
    told = [f"{number} {became_words(what)}" for what, number in sorted(became.items())]
    if overtaken := outcome.queued - sum(became.values()):
        told.append(f"{overtaken} overtaken by a newer edit")
    became_what = ", ".join(told) or "nothing to do"
    frame.say(f"{counted(outcome.queued, 'scene')}: {became_what}, after {span(drained.seconds)}.")
    if drained.advice is not None:
        frame.say(str(drained.advice), "bold yellow")
    if became.keys() - {"done"}:
        frame.say(str(explain("left_undone", {})))
