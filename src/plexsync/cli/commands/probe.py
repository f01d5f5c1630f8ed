"""`plexsync probe`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from itertools import groupby
from pathlib import Path

import click
from click.core import ParameterSource

from plexsync.cli.consent import agree as agree_to
from plexsync.cli.consent import require_asking
from plexsync.cli.frame import Code, Failure, Frame, json_option
from plexsync.domain.advice import Advice
from plexsync.usecases.opening import Opened, open_data
from plexsync.usecases.probe import run
from plexsync.usecases.probe.asker import Heed
from plexsync.usecases.probe.learning import learn
from plexsync.usecases.probe.pace import MOST_REQUESTS, ProbeClock
from plexsync.usecases.probe.picking import pick
from plexsync.usecases.probe.question import Inquiry, Judgement, ProbeAnswer
from plexsync.usecases.probe.recording import saving
from plexsync.usecases.probe.report import ProbeReport

_STEPS = {
    0: "Who answers, and what the token may do",
    1: "How listings and items are answered",
    2: "What can be asked for, and what goes on",
    3: "What the server tells by itself",
    4: "How edits of one item work",
    5: "How long a request may be",
    6: "How pictures are taken",
    7: "How a collection of its own works",
}
_MARKS = {Judgement.AS_ASSUMED: ("ok", "green"), Judgement.OTHERWISE: ("differs", "yellow")}

_TOLD_SECONDS = 10.0


@click.command(
    epilog="""\b
Examples:
  plexsync probe --read-only           changes nothing
  plexsync probe --item 17             writes to the item of scene 17, and puts it back
  plexsync probe --item plex:4711      writes to the item with this rating key
  plexsync probe --restore             after a probe that was cut off
  plexsync probe --read-only --save plex.json
"""
)
@click.option("--read-only", is_flag=True, help="Ask only what needs no writing.")
@click.option("--item", metavar="SCENE|plex:RATING_KEY", help="The one item to write to; it is put back each time.")
@click.option("--restore", "restores", is_flag=True, help="Put back what a probe left when it was cut off.")
@click.option("--yes", is_flag=True, help="Write without asking first; for scripts.")
@click.option(
    "--save",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write a recording with nothing of yours in it, to read and to send to PlexSync's makers.",
)
@click.option(
    "--listen",
    type=click.FloatRange(0, 120),
    default=run.LISTEN_SECONDS,
    show_default=True,
    help="How many seconds to listen to Plex's notifications.",
)
@json_option
@click.pass_obj
def probe(frame: Frame, /, *, item: str | None, save: Path | None, listen: float, **flags: bool) -> int:
    """Ask your Plex how it behaves, and compare that with what PlexSync assumes.

    Says first what it will do. Sends at most 120 requests, four a second. Exits with 1 if it ended early.
    """
    if flags["read_only"] + flags["restores"] + (item is not None) != 1:
        step = "Give one of --read-only, --item and --restore."
        raise Failure("usage", Advice("The probe has to know whether it may write.", step), Code.USAGE)
    if flags["restores"]:
        _require_no_idle_options()
    if save is not None:
        saving.require_new(save)
    with open_data(frame.require_folder()) as opened, _watched(frame) as (heed, sleep):
        clock = ProbeClock(time.monotonic, sleep)
        conduct = run.Conduct(clock, heed, listen, lambda: frame.tell("Putting the item back…", "bold"))
        if flags["restores"]:
            return _restore(frame, opened, conduct, agreed=flags["yes"])
        found = _begin(frame, opened, conduct, item, agreed=flags["yes"])
        if found is None:
            return Code.DIFFERS
        learn(opened, found, time.time())
    if frame.as_json:
        frame.document(found.to_json())
    else:
        _say(frame, found)
    if save is not None:
        _save(frame, found, save, agreed=flags["yes"])
    return Code.OK if found.is_whole else Code.DIFFERS


def _require_no_idle_options() -> None:
    """Refuse options that a restore has no use for."""
    source = click.get_current_context().get_parameter_source
    idle = [f"--{name}" for name in ("save", "listen") if source(name) is ParameterSource.COMMANDLINE]
    if idle:
        told = Advice(f"{' and '.join(idle)} cannot be given with --restore: it asks nothing new.", "Leave it out.")
        raise Failure("usage", told, Code.USAGE)


def _save(frame: Frame, found: ProbeReport, path: Path, *, agreed: bool) -> None:
    """Show the recording before it gets its name."""
    place = saving.draft(path, found.recording)
    frame.tell(f"The recording is in {place}. Read it: no name, title, path, address or token may stand in it.", "bold")
    if agreed or agree_to(f"Keep it as {path}?"):
        saving.keep(place, path)
        frame.tell(f"Kept as {path}. Nobody was sent it; attach it to an issue if you like.")
    else:
        place.unlink()


def _begin(frame: Frame, opened: Opened, conduct: run.Conduct, item: str | None, *, agreed: bool) -> ProbeReport | None:
    """Say what will be done and do it; None where the person would rather not."""
    picked = None if item is None else pick(opened, item)
    for line in run.announced(writes=picked is not None):
        frame.tell(line)
    if picked is None:
        return run.read_only(opened.target, conduct)
    frame.tell(f"The item is “{picked.title}” ({picked.rating_key}) in {picked.library}.", "bold")
    require_asking(frame, agreed=agreed)
    if not agreed and not agree_to("Write to this item, and put it back each time?"):
        return None
    try:
        return run.with_item(opened, picked, conduct)
    except KeyboardInterrupt:
        raise Failure("interrupted", run.interrupted(opened), Code.INTERRUPTED) from None


def _restore(frame: Frame, opened: Opened, conduct: run.Conduct, *, agreed: bool) -> int:
    """Put back what a probe has left; a part that somebody else may have changed only if the person agrees."""

    def agree(parts: Sequence[str]) -> bool:
        require_asking(frame, agreed=agreed)
        return agreed or agree_to(f"The probe or somebody else has changed: {', '.join(parts)}. Put that back too?")

    restored = run.restore(opened, conduct, agree)
    if frame.as_json:
        frame.document(
            {
                "restored": True,
                "item": restored.rating_key,
                "changed": list(restored.changed),
                "reordered": list(restored.reordered),
            }
        )
        return Code.OK
    item = f"“{restored.title}” ({restored.rating_key})"
    if restored.changed:
        frame.say(f"{item} has nothing of the probe any more.", "green")
        frame.say(f"Somebody has changed it since, and that stays as it is: {', '.join(restored.changed)}.")
    else:
        frame.say(f"{item} is as it was before the probe.", "green")
    _say_order(frame, restored.reordered)
    return Code.OK


def _say_order(frame: Frame, lists: Sequence[str]) -> None:
    if lists:
        frame.say(f"Plex keeps an order of its own, so this is not as before: order of {', '.join(lists)}.", "yellow")


@contextmanager
def _watched(frame: Frame) -> Iterator[tuple[Heed, Callable[[float], None]]]:
    """Show how many requests were sent: by a bar, or by a line now and then; yields what hears of each, and a sleep."""
    bar = import_module("plexsync.cli.progress").progress_bar  # Rich is loaded only for a bar
    sent, told_at = 0, time.monotonic()
    tells = not frame.as_json and not sys.stderr.isatty()

    def tell() -> None:
        nonlocal told_at
        if tells and time.monotonic() - told_at >= _TOLD_SECONDS:
            told_at = time.monotonic()
            frame.tell(f"{sent} requests so far, of at most {MOST_REQUESTS}.")

    def sleep(seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(left, 1.0))
            tell()

    with bar("Asking Plex", shown=not frame.as_json) as move:

        def heed(inquiry: Inquiry) -> None:
            nonlocal sent
            del inquiry
            sent += 1
            move(sent, MOST_REQUESTS)
            tell()

        yield heed, sleep


def _say(frame: Frame, found: ProbeReport) -> None:
    frame.say(f"Plex {found.server.version or 'of an unknown version'} on {found.server.platform or '?'}", "bold")
    for step, answers in groupby(found.answers, lambda answer: answer.step):
        frame.say(_STEPS[step], "bold")
        for answer in answers:
            _say_answer(frame, answer)
    counts = ", ".join(f"{found.count(one)} {one.value}" for one in Judgement)
    _say_order(frame, found.reordered)
    frame.say(f"{counts}; {found.requests} requests in {found.seconds:.0f} s.", "bold")
    if found.trouble is not None:
        frame.say(str(found.trouble), "bold red")


def _say_answer(frame: Frame, answer: ProbeAnswer) -> None:
    mark, style = _MARKS.get(answer.judgement, ("", "dim"))
    told = f"not tried: {answer.found}" if answer.judgement is Judgement.NOT_TRIED else answer.found
    frame.say(f"{mark:<8}{answer.text} {told}", style, indent=2)
    if answer.then:
        frame.say(answer.then, indent=10)
