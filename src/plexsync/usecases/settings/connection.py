"""Trying the connection to Plex: whether it answers, who it is, and what it lets PlexSync do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from plexsync.domain.advice import Advice, explain_error
from plexsync.domain.errors import PlexSyncError
from plexsync.domain.phrases import counted
from plexsync.plex import library
from plexsync.usecases.check.finding import Grade
from plexsync.usecases.check.health import right_to_edit
from plexsync.usecases.opening import Opened


@dataclass(frozen=True, slots=True)
class ConnectionTest:
    """The answer of Plex: in how many milliseconds, which version, how many libraries it lets PlexSync edit.

    ``advice`` is what is wrong, None where all is well; ``text`` says all of it in one sentence.
    """

    is_well: bool
    milliseconds: int
    version: str
    libraries: int
    text: str
    advice: Advice | None


def try_connection(opened: Opened, clock: Callable[[], float]) -> ConnectionTest:
    """Ask Plex who it is, for its libraries and for a list that only its owner may read; changes nothing."""
    try:
        return _tested(opened, clock)
    except PlexSyncError as error:
        advice = explain_error(error)
        return ConnectionTest(is_well=False, milliseconds=0, version="", libraries=0, text=str(advice), advice=advice)


def _tested(opened: Opened, clock: Callable[[], float]) -> ConnectionTest:
    client = opened.target.client
    who = library.identity(client)
    began = clock()
    library.identity(client)  # once more, over the connection that stands now
    taken = max(1, round((clock() - began) * 1000))
    chosen = library.choose(library.sections(client), opened.target.settings.names("plex_libraries"))
    right = right_to_edit(client)
    is_well = right.grade is Grade.OK
    number = len(chosen) if is_well else 0
    libraries = "1 library" if number == 1 else f"{number} libraries"
    text = f"Answers in {counted(taken, 'millisecond')}, version {who.version}, may edit {libraries}."
    return ConnectionTest(
        is_well, taken, who.version, number, text, None if is_well else Advice(right.text, right.next_step)
    )
