"""`plexsync sync`."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import click

from plexsync.agent.lock import is_held
from plexsync.cli.commands.dry_run import dry_run
from plexsync.cli.commands.following import follow_to_end
from plexsync.cli.frame import Code, Failure, Frame, code_of, failure, json_option
from plexsync.cli.moment import moment_option
from plexsync.cli.progress import Move, progress_bar
from plexsync.domain.advice import Advice
from plexsync.store import Store
from plexsync.store.jobs import PARKED
from plexsync.usecases.drain import Drained, drain
from plexsync.usecases.sync import Scope, Show, ask_sync
from plexsync.usecases.words import counted, span

ORIGIN = "command line"
_DAY = 86400.0
_WORDS = {"": "still queued", "no_file": "without a file", "dry_run": "held back by the dry run"}


@dataclass(frozen=True, slots=True)
class Which:
    """Which scenes: all, those changed since a moment (UTC seconds), or some by id."""

    scope: Scope
    moment: float | None
    scenes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many were queued, what became of them (``done``, a cause, or "" while queued), and how the waiting ended."""

    queued: int
    became: Mapping[str, int]
    drained: Drained | None


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
@click.option("--dry-run", "rehearse", is_flag=True, help="Write nothing; say what would change, and why.")
@click.option("--allow-mass-change", "allowed", is_flag=True, help="Release the brake for this once.")
@click.option("--wait/--no-wait", default=True, show_default=True, help="Wait until it is done.")
@json_option
@click.pass_obj
def sync(  # noqa: PLR0913  one per option
    frame: Frame,
    scene_id: tuple[int, ...],
    *,
    everything: bool,
    since: float | None,
    rehearse: bool,
    allowed: bool,
    wait: bool,
) -> int:
    """Bring scenes to Plex: those named, all, or those changed lately.

    The agent does the work; this asks it and shows how it goes. Ctrl-C stops the watching, not the work. Exits with 1
    if something is left undone, and after --dry-run if something would change.
    """
    which = _which(scene_id, since, everything=everything)
    frame.require_folder()
    if rehearse:
        return dry_run(frame, which.scope, which.moment, which.scenes)
    with frame.store() as store:
        return _sync(frame, store, which, wait=wait, allowed=allowed)


def _which(scenes: tuple[int, ...], since: float | None, *, everything: bool) -> Which:
    if (bool(scenes), since is not None, everything).count(True) != 1:
        raise click.UsageError("Name scenes by their ids, or say --all or --since, one of the three.")
    return Which("all" if everything else "scenes" if scenes else "since", since, scenes)


def _sync(frame: Frame, store: Store, which: Which, *, wait: bool, allowed: bool) -> int:
    if not is_held(frame.folder):
        raise failure("no_agent", {})
    queued = _queue(frame, store, which, allowed=allowed)
    drained = _wait(frame, store) if wait else None
    outcome = Outcome(queued["queued"], store.jobs.result_of_run(queued["run"]), drained)
    if frame.as_json:
        frame.document(asdict(outcome))
    else:
        _say(frame, outcome)
    return _code(outcome, which)


def _code(outcome: Outcome, which: Which) -> Code:
    if outcome.drained is None:
        return Code.OK
    if outcome.drained.end == "outage":
        return Code.SERVER
    if outcome.drained.end != "empty":
        return code_of(outcome.drained.end)
    fine = {"done"} if which.scope == "scenes" else {"done"} | PARKED
    return Code.OK if outcome.became.keys() <= fine else Code.DIFFERS


def _queue(frame: Frame, store: Store, which: Which, *, allowed: bool) -> Mapping[str, int]:
    """Have the agent queue the scenes; returns the ``run`` and how many it has ``queued``."""
    command_id = ask_sync(
        store,
        scope=which.scope,
        origin=ORIGIN,
        now=time.time(),
        moment=which.moment,
        scenes=which.scenes,
        allowed=allowed,
    )
    try:
        return follow_to_end(frame, store, command_id, "Queueing")
    except KeyboardInterrupt:
        store.commands.listen(command_id, time.time() + _DAY)  # or the agent takes back what nobody waits for
        raise _left_alone() from None


def _wait(frame: Frame, store: Store) -> Drained:
    try:
        with progress_bar(frame.err, "Syncing", shown=not frame.as_json) as move:
            return drain(store, frame.folder, show=_mover(move), now=time.time, sleep=time.sleep)
    except KeyboardInterrupt:
        raise _left_alone() from None


def _mover(move: Move) -> Show:
    return lambda _, facts: move(facts["done"], facts["done"] + facts["left"])


def _left_alone() -> Failure:
    advice = Advice("No longer watching; the sync goes on in the background.", "`plexsync status` tells how it stands.")
    return Failure("interrupted", advice, Code.INTERRUPTED)


def _say(frame: Frame, outcome: Outcome) -> None:
    drained = outcome.drained
    if drained is None:
        frame.say(f"{counted(outcome.queued, 'scene')} queued; `plexsync status` tells how they get on.")
        return
    told = [f"{number} {_WORDS.get(what, what)}" for what, number in sorted(outcome.became.items())]
    if overtaken := outcome.queued - sum(outcome.became.values()):
        told.append(f"{overtaken} overtaken by a newer edit")
    became = ", ".join(told)
    frame.say(f"{counted(outcome.queued, 'scene')}: {became or 'nothing to do'}, after {span(drained.seconds)}.")
    if drained.advice is not None:
        frame.say(str(drained.advice), "bold yellow")
    if outcome.became.keys() - {"done"}:
        frame.say("`plexsync queue list` says why each of them waits or was given up, `plexsync why ID` says it all.")
