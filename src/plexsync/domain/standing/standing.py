"""The answer to "is all well, and if not, what do I do?": a sentence, a second line, a button."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from plexsync.domain.standing.phrase import Sentence, spoken


class StandingKind(str, Enum):
    """The line of the table; what needs somebody comes first."""

    STASH_AWAY = "stash_away"
    STASH_SIGNED_OUT = "stash_signed_out"
    NOT_SET_UP = "not_set_up"
    NOT_RUNNING = "not_running"
    SETTINGS_WRONG = "settings_wrong"
    PLEX_SIGNED_OUT = "plex_signed_out"
    PLEX_AWAY = "plex_away"
    PLEX_STARTING = "plex_starting"
    BRAKED = "braked"
    PAUSED = "paused"
    DRY_RUN = "dry_run"
    WORKING = "working"
    NEEDS_YOU = "needs_you"
    WAITING = "waiting"
    EMPTY = "empty"
    IN_SYNC = "in_sync"


ICONS: Mapping[StandingKind, tuple[str, str]] = {
    StandingKind.STASH_AWAY: ("plug-circle-xmark", "red"),
    StandingKind.STASH_SIGNED_OUT: ("key", "orange"),
    StandingKind.NOT_SET_UP: ("right-left", "blue"),
    StandingKind.NOT_RUNNING: ("plug-circle-xmark", "red"),
    StandingKind.SETTINGS_WRONG: ("circle-xmark", "red"),
    StandingKind.PLEX_SIGNED_OUT: ("key", "red"),
    StandingKind.PLEX_AWAY: ("plug-circle-xmark", "red"),
    StandingKind.PLEX_STARTING: ("clock", "grey"),
    StandingKind.BRAKED: ("hand", "orange"),
    StandingKind.PAUSED: ("circle-pause", "grey"),
    StandingKind.DRY_RUN: ("eye", "grey"),
    StandingKind.WORKING: ("arrows-rotate", "blue"),
    StandingKind.NEEDS_YOU: ("circle-exclamation", "orange"),
    StandingKind.WAITING: ("clock", "grey"),
    StandingKind.EMPTY: ("circle-check", "green"),
    StandingKind.IN_SYNC: ("circle-check", "green"),
}
"""The icon of each state by its name in FontAwesome, and its colour."""


@dataclass(frozen=True, slots=True)
class Action:
    """A button: the ``name`` of what it does, its label, and whether it is the one to press."""

    name: str
    label: str
    is_main: bool = True


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stand: one sentence, and further lines that may be empty.

    ``detail`` says more, ``also`` names a second trouble, ``apart`` the scenes that the sentence does not count.
    ``badge`` is a number of scenes, "!" or "". ``icon`` is a name of FontAwesome's, ``colour`` one of the page's.
    """

    kind: StandingKind
    sentence: Sentence
    detail: Sentence = ()
    also: Sentence = ()
    apart: Sentence = ()
    actions: tuple[Action, ...] = ()
    icon: str = ""
    colour: str = ""
    badge: str = ""

    def lines(self, now: float) -> tuple[str, ...]:
        """Return all that there is to say as the command line writes it, line by line."""
        return tuple(spoken(said, now) for said in (self.sentence, self.detail, self.also, self.apart) if said)
