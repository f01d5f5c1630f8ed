"""`plexsync sync`."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass

import click

from plexsync.advice import Advice
from plexsync.agent.lease import is_held
from plexsync.cli.commands.dry_run import dry_run
from plexsync.cli.frame import Code, Failure, Frame, code_of, failure, json_option
from plexsync.cli.moment import moment_option
from plexsync.cli.progress import Move, progress_bar
from plexsync.service.drain import Drained, drain
from plexsync.service.sync import Scope, Show, ask_sync, follow
from plexsync.service.words import counted, span
from plexsync.store import Store

ORIGIN = "command line"
_DAY = 86400.0


@dataclass(frozen=True, slots=True)
class Which:
    """Which scenes: all, those changed since a moment (UTC seconds), or some by id."""

    scope: Scope
    moment: float | None
    scenes: tuple[int, ...]


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
@click.option("--wait/--no-wait", default=True, show_default=True, help="Wait until it is done.")
@json_option
@click.pass_obj
def sync(  # noqa: PLR0913  one per option
    frame: Frame, scene_id: tuple[int, ...], *, everything: bool, since: float | None, rehearse: bool, wait: bool
) -> int:
    """Bring scenes to Plex: those named, all, or those changed lately.

    The agent does the work; this asks it and shows how it goes. Ctrl-C stops the watching, not the work. Exits with 1
    if something is left undone, and after --dry-run if something would change.
    """
    which = _which(scene_id, since, everything=everything)
    frame.require_folder()
    if rehearse:
        return dry_run(frame, which.scope, which.moment, which.scenes)
    store = Store(frame.folder)
    try:
        return _sync(frame, store, which, wait=wait)
    finally:
        store.close()


def _which(scenes: tuple[int, ...], since: float | None, *, everything: bool) -> Which:
    if (bool(scenes), since is not None, everything).count(True) != 1:
        raise click.UsageError("Name scenes by their ids, or say --all or --since, one of the three.")
    return Which("all" if everything else "scenes" if scenes else "since", since, scenes)


def _sync(frame: Frame, store: Store, which: Which, *, wait: bool) -> int:
    if not is_held(frame.folder):
        raise failure("no_agent", {})
    queued = _queue(frame, store, which)
    if not wait:
        _answer(frame, queued, None)
        return Code.OK
    drained = _wait(frame, store)
    _answer(frame, queued, drained)
    if drained.end == "empty":
        return Code.DIFFERS if drained.dead else Code.OK
    return Code.SERVER if drained.end == "outage" else code_of(drained.end)


def _queue(frame: Frame, store: Store, which: Which) -> int:
    """Have the agent queue the scenes; returns how many."""
    command_id = ask_sync(
        store, scope=which.scope, origin=ORIGIN, now=time.time(), moment=which.moment, scenes=which.scenes
    )
    try:
        with progress_bar(frame.err, "Queueing", shown=not frame.as_json) as move:
            command = follow(
                store,
                command_id,
                show=lambda progress, _: move(round(100 * progress), 100),
                now=time.time,
                sleep=time.sleep,
            )
    except KeyboardInterrupt:
        store.commands.listen(command_id, time.time() + _DAY)  # or the agent takes back what nobody waits for
        raise _left_alone() from None
    if command.state != "done":
        code = str(command.result.get("code") or command.result.get("error") or command.state)
        raise failure(code, command.result.get("data", {}))
    return int(command.result["queued"])


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


def _answer(frame: Frame, queued: int, drained: Drained | None) -> None:
    if frame.as_json:
        frame.document({"queued": queued, "drained": None if drained is None else asdict(drained)})
        return
    frame.say(f"{counted(queued, 'scene')} queued.")
    if drained is None:
        frame.say("The agent works on them: `plexsync status` tells how it stands.")
        return
    rate = f" ({drained.rate:.1f} per second)" if drained.done else ""
    frame.say(f"{counted(drained.done, 'scene')} done in {span(drained.seconds)}{rate}; {drained.left} left.")
    if drained.advice is not None:
        frame.say(str(drained.advice), "bold yellow")
    if drained.parked:
        frame.say(f"{counted(drained.parked, 'scene')} waiting for something else: see `plexsync status`.")
    if drained.dead:
        frame.say(f"{counted(drained.dead, 'scene')} given up: see `plexsync queue list --state dead`.", "bold red")
