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
    """Whether all is well, and ``text`` in words: the answer of Plex, or what is wrong and the next step."""

    is_well: bool
    text: str


def try_connection(opened: Opened, clock: Callable[[], float]) -> ConnectionTest:
    """Ask Plex who it is, for its libraries and for a list that only its owner may read; changes nothing."""
    try:
        return _tested(opened, clock)
    except PlexSyncError as error:
        return ConnectionTest(is_well=False, text=str(explain_error(error)))


def _tested(opened: Opened, clock: Callable[[], float]) -> ConnectionTest:
    client = opened.target.client
    who = library.identity(client)
    began = clock()
    library.identity(client)  # once more, over the connection that stands now
    taken = max(1, round((clock() - began) * 1000))
    chosen = library.choose(library.sections(client), opened.target.settings.names("plex_libraries"))
    right = right_to_edit(client)
    if right.grade is not Grade.OK:
        return ConnectionTest(is_well=False, text=str(Advice(right.text, right.next_step)))
    libraries = "1 library" if len(chosen) == 1 else f"{len(chosen)} libraries"
    text = f"Answers in {counted(taken, 'millisecond')}, version {who.version}, may edit {libraries}."
    return ConnectionTest(is_well=True, text=text)
