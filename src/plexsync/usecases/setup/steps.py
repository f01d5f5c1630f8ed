"""The steps of the set-up: which have an answer, which one is next, and the start."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from plexsync.agent import spawn
from plexsync.agent.lock import is_held
from plexsync.domain.errors import NoSuchLibrary, StepsMissing
from plexsync.domain.model import Field
from plexsync.domain.settings import BY_KEY
from plexsync.runtime.sync_state import note_answer, preview_print, setup_of
from plexsync.store.person.set_up import KeptSetup, SetupStep
from plexsync.store.state import CHOSEN_SERVER, SETUP
from plexsync.usecases.agent import start as agent_start
from plexsync.usecases.opening import Opened
from plexsync.usecases.refusal import Refused
from plexsync.usecases.runs.sync import ask_sync

NAMES: Mapping[SetupStep, str] = {
    SetupStep.SIGN_IN: "Sign in",
    SetupStep.SERVER: "Server",
    SetupStep.LIBRARIES: "Libraries",
    SetupStep.FOLDERS: "Folders",
    SetupStep.FIELDS: "Fields",
    SetupStep.TAKING_OVER: "Taking over",
    SetupStep.PREVIEW: "Preview",
    SetupStep.START: "Start",
}
"""The steps in the words of a person."""


@dataclass(frozen=True, slots=True)
class StepView:
    """A step: ``state`` is "done", "now" or "open", ``answer`` what is in force, "" where there is none yet."""

    step: str
    name: str
    state: str
    answer: str


@dataclass(frozen=True, slots=True)
class SetupView:
    """All steps, the one that is next, and whether nothing is written to Plex until the start."""

    steps: tuple[StepView, ...]
    step: str
    held: bool


def step_name(step: str) -> str:
    """Return a step in the words of a person."""
    return NAMES[SetupStep(step)]


def require_stash(opened: Opened) -> None:
    """See that it is known where Stash is; raises :class:`NotConfigured`."""
    _ = opened.context.stash


def setup_view(opened: Opened) -> SetupView:
    """Return how far the set-up is; asks nobody."""
    now, rows = next_step(opened), []
    order = list(SetupStep)
    for step in SetupStep:
        is_done = order.index(step) < order.index(now)
        state = "done" if is_done else "now" if step is now else "open"
        rows.append(StepView(step.value, NAMES[step], state, _ANSWERS[step](opened) if is_done else ""))
    return SetupView(tuple(rows), now.value, setup_of(opened.store).held)


def next_step(opened: Opened) -> SetupStep:
    """Return the first step without an answer, "start" where all have one."""
    return next((step for step in SetupStep if not _has_answer(opened, step)), SetupStep.START)


def ask_libraries_anew(opened: Opened) -> None:
    """Ask for the libraries again, and for all that follows: one of them is gone. After the start nothing changes."""
    with opened.store.transaction():
        known = setup_of(opened.store)
        if known.held:
            kept = (one for one in known.answered if one in {SetupStep.SIGN_IN, SetupStep.SERVER})
            opened.store.state.put(SETUP, KeptSetup(tuple(kept), held=True))


@contextmanager
def minding_libraries(opened: Opened) -> Iterator[None]:
    """Have the libraries asked for anew where one of them turns out to be gone."""
    try:
        yield
    except NoSuchLibrary:
        ask_libraries_anew(opened)
        raise


def leave_locked(opened: Opened) -> None:
    """Leave the locked values that are not PlexSync's as they are; after the start there is nothing to answer."""
    with opened.store.transaction():
        kept = setup_of(opened.store)
        if kept.held and SetupStep.TAKING_OVER not in kept.answered:
            note_answer(opened.store, SetupStep.TAKING_OVER)


def start(opened: Opened, now: float) -> None:
    """End the set-up: from now on PlexSync writes to Plex.

    Raises :class:`StepsMissing` where a step has no answer, and :class:`Refused` where the set-up has ended already.
    """
    with opened.store.transaction():
        _end(opened, now)


def _end(opened: Opened, now: float) -> None:
    """End the set-up in a transaction of the caller's, or two starts at once would both be the first."""
    step, kept = next_step(opened), setup_of(opened.store)
    if step is not SetupStep.START:
        raise StepsMissing(step=NAMES[step])
    if not kept.held:
        raise Refused("setup_has_ended")
    opened.store.state.put(SETUP, replace(kept, held=False))
    opened.store.commands.ask("wake", {}, now)


def start_agent(folder: Path) -> bool:
    """Start an agent of this installation, one without the plugin, where none lives; tells whether one was started."""
    if is_held(folder) or not spawn.is_allowed():
        return False
    spawn.start(spawn.own_command(folder))
    return True


@dataclass(frozen=True, slots=True)
class SetupStarted:
    """The set-up has ended: the command by which the agent was asked to bring all scenes over."""

    command: int


def start_and_sync(opened: Opened, plugin_dir: Path, now: float) -> SetupStarted:
    """Start, and ask the plugin's agent for a sync of all scenes; raises as :func:`start`.

    A person has seen what is taken away, so the brake lets it pass.
    """
    with opened.store.transaction():
        _end(opened, now)
        command = ask_sync(opened.store, scope="all", origin="set-up", now=now, allowed=True)
    agent_start.start(opened.folder, plugin_dir)
    return SetupStarted(command)


def _has_answer(opened: Opened, step: SetupStep) -> bool:
    settings = opened.context.settings
    has_server = bool(settings.text("plex_url") and settings.text("plex_token"))
    if step is SetupStep.SIGN_IN:
        return has_server or bool(settings.text("plex_account_token"))
    if step is SetupStep.SERVER:
        return has_server
    kept = setup_of(opened.store)
    if step is SetupStep.TAKING_OVER and not kept.held:
        return True
    if step is SetupStep.PREVIEW and kept.held and kept.seen != preview_print(opened.store, settings):
        return False
    return step in kept.answered


def _server_answer(opened: Opened) -> str:
    server = opened.store.state.get(CHOSEN_SERVER)
    url = opened.context.settings.text("plex_url")
    return url if server is None or server.name == url else f"{server.name}, {url}"


def _fields_answer(opened: Opened) -> str:
    settings = opened.context.settings
    others = [of for of in Field if settings.policy(of).value != BY_KEY[f"policy_{of.value}"].default]
    return "; ".join(f"{of.value}: {settings.policy(of).value}" for of in others) or "as usual"


def _taken_over(opened: Opened) -> str:
    adoptions = opened.store.adoptions
    taken = {of for run in adoptions.runs() for of, _ in adoptions.fields(run)}
    return "; ".join(of.value for of in Field if of in taken) or "nothing"


_ANSWERS: Mapping[SetupStep, Callable[[Opened], str]] = {
    SetupStep.SIGN_IN: lambda opened: (
        "signed in" if opened.context.settings.text("plex_account_token") else "by a token"
    ),
    SetupStep.SERVER: _server_answer,
    SetupStep.LIBRARIES: lambda opened: (
        "; ".join(opened.context.settings.names("plex_libraries")) or "all movie libraries"
    ),
    SetupStep.FOLDERS: lambda opened: opened.context.settings.shown("path_map") or "found out from equal files",
    SetupStep.FIELDS: _fields_answer,
    SetupStep.TAKING_OVER: _taken_over,
    SetupStep.PREVIEW: lambda _: "seen",
    SetupStep.START: lambda _: "",
}
