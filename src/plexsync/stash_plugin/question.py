"""The arguments of a start. Anybody who is logged in to Stash can send them, so nothing is believed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from plexsync.domain.phrases import kind_of
from plexsync.stash_plugin.argument import Argument, Given, Unfit, all_checked, shown, text, whole, yes_no
from plexsync.stash_plugin.operations import catalogue
from plexsync.stash_plugin.tasks.catalogue import TASKS
from plexsync.stash_plugin.tasks.context import NotDone

MODES = ("hook", "task", "operation")
TASK_ARGUMENTS = (
    yes_no("deep", "Whether to read everything."),
    yes_no("allow_mass_change", "Whether to let pass what would be held back for safety."),
    whole("scene", "The scene to try again.", least=1),
    whole("days", "How old a dead letter must be.", least=1),
    text("cause", "The cause of the dead letters to try again."),
)
"""A task of Stash's menu takes these, from the menu or from a script."""


@dataclass(frozen=True, slots=True)
class Question:
    """``mode`` is hook, task or operation, ``name`` which one, ``arguments`` what came along, checked."""

    mode: str
    name: str
    arguments: Mapping[str, Given]


_NAMED = 20


def question(arguments: object) -> Question:
    """Take the arguments apart; raises :class:`NotDone` with what is wrong, for anything that is not as it must be."""
    if not isinstance(arguments, Mapping):
        raise NotDone(f"PlexSync was started with {kind_of(arguments)} where its arguments ought to be.")
    mode = arguments.get("mode")
    if not isinstance(mode, str) or mode not in MODES:
        raise NotDone(f"PlexSync was started with the mode {shown(mode)}. There are: {', '.join(MODES)}.")
    given = {key: value for key, value in arguments.items() if key not in {"mode", mode}}
    if mode == "task":
        name = _known(mode, arguments.get(mode, ""), TASKS)
        return Question(mode, name, _checked(TASK_ARGUMENTS, given, mode))
    if mode == "operation":
        name = _known(mode, arguments.get(mode, ""), catalogue.NAMES)
        return Question(mode, name, _checked(catalogue.load(name).arguments, given, mode))
    return Question(mode, "", _checked((), given, "hook"))


def _known(mode: str, name: object, names: Collection[str]) -> str:
    if not isinstance(name, str) or name not in names:
        raise NotDone(f"PlexSync has no {mode} named {shown(name)}. There are: {_some(tuple(names))}.")
    return name


def _some(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f", and {more} more" if more > 0 else "")


def _checked(arguments: Sequence[Argument], given: Mapping[str, object], mode: str) -> Mapping[str, Given]:
    try:
        return all_checked(arguments, given, mode)
    except Unfit as problem:
        raise NotDone(str(problem)) from problem
