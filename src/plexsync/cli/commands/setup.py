"""`plexsync setup`."""

from __future__ import annotations

import sys
import time
from dataclasses import asdict

import click

from plexsync.cli.frame import Code, Failure, Frame, json_option
from plexsync.cli.progress import percent, progress_bar
from plexsync.cli.setup.answers import Answers, read_policy
from plexsync.cli.setup.walk import Stopped, Walk
from plexsync.domain.advice import Advice, explain
from plexsync.domain.model import Field
from plexsync.domain.phrases import counted, span
from plexsync.usecases.agent.waking import wait_for
from plexsync.usecases.opening import Opened, open_data
from plexsync.usecases.runs.drain import drain
from plexsync.usecases.runs.sync import SyncRequest, sync
from plexsync.usecases.setup.steps import NAMES, setup_view, start, start_agent

ORIGIN = "set-up"
_STEPS = [step.value for step in NAMES if step.value != "start"]


@click.command(
    epilog="\b\nExamples:\n"
    "  plexsync setup                             asks what it has to know\n"
    "  plexsync setup --step libraries            answer this step anew\n"
    "  plexsync setup --url http://192.168.1.5:32400 --token -\n"
    "  plexsync setup --library Movies --start --json"
)
@click.option(
    "--url", metavar="ADDRESS", default="", help="Your server's address: with --token it takes the place of a sign-in."
)
@click.option("--token", metavar="TOKEN", default="", help="A token of yours; - reads it from standard input.")
@click.option("--server", metavar="NAME", default="", help="The server to choose, by its name or id.")
@click.option("--library", "libraries", metavar="NAME", multiple=True, help="A library to write to; may be repeated.")
@click.option("--folder", "folders", metavar="'A => B'", multiple=True, help="Stash's folder A is Plex's folder B.")
@click.option(
    "--policy",
    "policies",
    metavar="FIELD=RULE",
    multiple=True,
    help="A field's rule, such as genres=mirror; may be repeated.",
)
@click.option(
    "--adopt",
    "adopted",
    metavar="FIELD",
    multiple=True,
    type=click.Choice([of.value for of in Field]),
    help="Take over another tool's locked values of this field; may be repeated.",
)
@click.option("--step", type=click.Choice(_STEPS), default=None, help="Begin again at this step.")
@click.option(
    "--wait", type=click.FloatRange(0), default=0.0, metavar="SECONDS", help="How long to wait for a sign-in."
)
@click.option("--start", "is_start", is_flag=True, help="Start without asking, once all steps have an answer.")
@click.option("--allow-mass-change", "allowed", is_flag=True, help="With --start: do not stop at large losses.")
@json_option
@click.pass_obj
def setup(
    frame: Frame,
    *,
    url: str,
    token: str,
    server: str,
    libraries: tuple[str, ...],
    folders: tuple[str, ...],
    policies: tuple[str, ...],
    adopted: tuple[str, ...],
    step: str | None,
    wait: float,
    is_start: bool,
    allowed: bool,
) -> int:
    """Set PlexSync up: sign in, choose server and libraries, look, start.

    Nothing is written to Plex before the start. Ctrl-C leaves; the next call goes on where it was. Without a terminal
    it asks nothing: it exits with 1 at the first step that needs an answer.
    """
    answers = Answers(
        asks=sys.stdin.isatty() and not frame.as_json,
        url=url,
        token=_token(url, token),
        server=server,
        libraries=libraries,
        folders=folders,
        policies=dict(map(read_policy, policies)),
        adopted=adopted,
        wait=wait,
        start=is_start,
        allowed=allowed,
    )
    with open_data(frame.folder) as opened:
        try:
            return _run(frame, opened, answers, _first(answers, step))
        except (KeyboardInterrupt, click.Abort):
            left = Advice("Left.", "`plexsync setup` goes on where it was; nothing has been written to Plex.")
            raise Failure("interrupted", left, Code.INTERRUPTED) from None


def _first(answers: Answers, step: str | None) -> str:
    """Return the step that the options are about, "" for the first one without an answer."""
    named = (
        (answers.url, "sign_in"),
        (answers.server, "server"),
        (answers.libraries, "libraries"),
        (answers.folders, "folders"),
        (answers.policies, "fields"),
        (answers.adopted, "taking_over"),
    )
    return step or ("" if not answers.url else "sign_in") or next((of for given, of in named if given), "")


def _token(url: str, token: str) -> str:
    if bool(url) != bool(token) and not (url and sys.stdin.isatty()):
        raise click.UsageError("--url and --token go together.")
    if url and not token:
        return str(click.prompt("Plex token", hide_input=True, err=True))
    return sys.stdin.readline().strip() if token == "-" else token  # noqa: S105  the usual sign for standard input


def _run(frame: Frame, opened: Opened, answers: Answers, first: str) -> int:
    walk = Walk(frame, opened, answers)
    try:
        walk.go(first)
    except Stopped:
        return _answer(frame, opened, walk, Code.DIFFERS)
    is_asking = answers.asks and setup_view(opened).held
    if not (answers.start or (is_asking and click.confirm(walk.question, default=False, err=True))):
        return _answer(frame, opened, walk, Code.OK)
    return _start(frame, opened, walk, is_allowed=answers.allowed or answers.asks)


def _answer(frame: Frame, opened: Opened, walk: Walk, code: Code) -> int:
    """Say how far the set-up is."""
    view = setup_view(opened)
    if frame.as_json:
        frame.document({"setup": asdict(view), **walk.document})
    elif view.step == "start" and not view.held:
        frame.say(str(explain("setup_has_ended", {})))
    elif view.step == "start":
        frame.say("Everything has an answer. `plexsync setup --start` starts; nothing has been written to Plex.")
    else:
        frame.say("This step needs an answer: see `plexsync setup --help`. Nothing has been written to Plex.")
    return code


def _start(frame: Frame, opened: Opened, walk: Walk, *, is_allowed: bool) -> int:
    began = time.time()
    start(opened, began)
    if start_agent(frame.folder):
        frame.tell("PlexSync's background process was started. See the guides for how it starts with the machine.")
        wait_for(frame.folder, began, now=time.time, sleep=time.sleep)
    asked = SyncRequest("all", ORIGIN, allowed=is_allowed)
    try:
        with progress_bar("Queueing", shown=not frame.as_json) as move:
            queued = sync(frame.folder, asked, show=percent(move), now=time.time, sleep=time.sleep)
        with progress_bar("Writing", shown=not frame.as_json) as move:
            drained = drain(
                frame.folder,
                show=lambda _, facts: move(facts["done"], facts["done"] + facts["left"]),
                now=time.time,
                sleep=time.sleep,
            )
    except KeyboardInterrupt:
        raise Failure("interrupted", explain("unwatched", {}), Code.INTERRUPTED) from None
    if frame.as_json:
        frame.document({"setup": asdict(setup_view(opened)), **walk.document, "drained": asdict(drained)})
    else:
        frame.say(f"{counted(drained.done, 'scene')} of {queued.scenes} brought to Plex in {span(drained.seconds)}.")
        if drained.advice is not None:
            frame.say(str(drained.advice), "yellow")
    return Code.OK if drained.end == "empty" else Code.DIFFERS
