"""The arguments of a start. Anybody who is logged in to Stash can send them, so nothing is believed."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from plexsync.domain.phrases import kind_of
from plexsync.stash_plugin.task_context import NotDone

SWITCHES = frozenset({"deep", "allow_mass_change"})
_YES_OR_NO = frozenset({"true", "1", "yes", "false", "0", "no", ""})
_NUMBERS = frozenset({"scene", "days"})
_TAKES = {
    "hook": frozenset[str](),
    "task": SWITCHES | _NUMBERS | {"task", "cause"},
    "operation": frozenset({"operation"}),
}
_WHOLE = re.compile("[1-9][0-9]{0,17}")
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Question:
    """``mode`` is hook, task or operation, ``name`` which one, ``arguments`` what came along."""

    mode: str
    name: str
    arguments: Mapping[str, object]


def question(arguments: object, tasks: Collection[str], operations: Collection[str]) -> Question:
    """Take the arguments apart; raises :class:`NotDone` with what is wrong, for anything that is not as it must be."""
    if not isinstance(arguments, Mapping):
        raise NotDone(f"PlexSync was started with {kind_of(arguments)} where its arguments ought to be.")
    mode = arguments.get("mode")
    if not isinstance(mode, str) or mode not in _TAKES:
        raise NotDone(f"PlexSync was started with the mode {_shown(mode)}. There are: {', '.join(_TAKES)}.")
    unknown = sorted(str(key) for key in arguments.keys() - _TAKES[mode] - {"mode"})
    if unknown:
        raise NotDone(f"PlexSync knows no argument {_shown(unknown[0])} of this mode ({mode}).")
    known = {"task": tasks, "operation": operations}.get(mode, ())
    name = arguments.get(mode, "")
    if known and (not isinstance(name, str) or name not in known):
        raise NotDone(f"PlexSync has no {mode} named {_shown(name)}. There are: {', '.join(known)}.")
    for switch in sorted(SWITCHES & arguments.keys()):
        _check_switch(switch, arguments[switch])
    for number in sorted(_NUMBERS & arguments.keys()):
        _check_number(number, arguments[number])
    if not isinstance(arguments.get("cause", ""), str):
        raise NotDone(f"The argument cause is a word, not {_shown(arguments['cause'])}.")
    return Question(mode, str(name), arguments)


def _check_switch(name: str, value: object) -> None:
    """Stash makes texts of what stands in a plugin's yml."""
    word = str(value).lower() if isinstance(value, (str, int, bool)) else "?"
    if word not in _YES_OR_NO:
        raise NotDone(f"The argument {name} is yes or no, not {_shown(value)}.")


def _check_number(name: str, value: object) -> None:
    is_plain = isinstance(value, (str, int)) and not isinstance(value, bool)
    if not is_plain or not _WHOLE.fullmatch(str(value)):
        raise NotDone(f"The argument {name} is a whole number above 0, not {_shown(value)}.")


def _shown(value: object) -> str:
    """Show a value that may be of any kind and size."""
    if not isinstance(value, str):
        return kind_of(value)
    return ascii(value if len(value) <= _LONGEST else value[:_LONGEST] + "...")
