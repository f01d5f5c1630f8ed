"""`plexsync probe`."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import groupby

import click

from plexsync.cli.frame import Code, Failure, Frame, json_option
from plexsync.domain.advice import Advice
from plexsync.usecases.opening import open_data
from plexsync.usecases.probe import run
from plexsync.usecases.probe.asker import Heed
from plexsync.usecases.probe.pace import MOST_REQUESTS, ProbeClock
from plexsync.usecases.probe.question import Inquiry, Judgement, ProbeAnswer
from plexsync.usecases.probe.report import ProbeReport

_STEPS = {
    0: "Who answers, and what the token may do",
    1: "How listings and items are answered",
    2: "What can be asked for, and what goes on",
    3: "What the server tells by itself",
}
_MARKS = {Judgement.AS_ASSUMED: ("ok", "green"), Judgement.OTHERWISE: ("differs", "yellow")}


@click.command(epilog="\b\nExample:\n  plexsync probe --read-only")
@click.option("--read-only", is_flag=True, help="Ask only what needs no writing.")
@click.option(
    "--listen",
    type=click.FloatRange(0, 120),
    default=run.LISTEN_SECONDS,
    show_default=True,
    help="How many seconds to listen to Plex's notifications.",
)
@json_option
@click.pass_obj
def probe(frame: Frame, *, read_only: bool, listen: float) -> int:
    """Ask your Plex how it behaves, and compare that with what PlexSync assumes.

    Says first what it will do. Sends at most 120 requests, four a second. Exits with 1 if it ended early.
    """
    if not read_only:
        step = "Use --read-only."
        raise Failure("usage", Advice("A probe that writes is not available yet.", step), Code.USAGE)
    for line in run.announced():
        frame.tell(line)
    with open_data(frame.require_folder()) as opened, _watched(frame) as heed:
        clock = ProbeClock(time.monotonic, time.sleep)
        found = run.read_only(opened.target, run.Conduct(clock, heed, listen))
    if frame.as_json:
        frame.document(found.to_json())
    else:
        _say(frame, found)
    return Code.OK if found.is_whole else Code.DIFFERS


@contextmanager
def _watched(frame: Frame) -> Iterator[Heed]:
    """Show how many requests were sent, where somebody watches."""
    bar = import_module("plexsync.cli.progress").progress_bar  # Rich is loaded only for a bar
    sent = 0
    with bar("Asking Plex", shown=not frame.as_json) as move:

        def heed(inquiry: Inquiry) -> None:
            nonlocal sent
            del inquiry
            sent += 1
            move(sent, MOST_REQUESTS)

        yield heed


def _say(frame: Frame, found: ProbeReport) -> None:
    frame.say(f"Plex {found.server.version or 'of an unknown version'} on {found.server.platform or '?'}", "bold")
    for step, answers in groupby(found.answers, lambda answer: answer.step):
        frame.say(_STEPS[step], "bold")
        for answer in answers:
            _say_answer(frame, answer)
    counts = ", ".join(f"{found.count(one)} {one.value}" for one in Judgement)
    frame.say(f"{counts}; {found.requests} requests in {found.seconds:.0f} s.", "bold")
    if found.trouble is not None:
        frame.say(str(found.trouble), "bold red")


def _say_answer(frame: Frame, answer: ProbeAnswer) -> None:
    mark, style = _MARKS.get(answer.judgement, ("", "dim"))
    told = f"not tried: {answer.found}" if answer.judgement is Judgement.NOT_TRIED else answer.found
    frame.say(f"{mark:<8}{answer.text} {told}", style, indent=2)
    if answer.then:
        frame.say(answer.then, indent=10)
