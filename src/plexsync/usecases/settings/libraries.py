"""The libraries of Plex to choose from, with what both sides know of their files."""

from __future__ import annotations

from dataclasses import dataclass

from plexsync.domain.model import Section
from plexsync.domain.text import fold
from plexsync.plex import library
from plexsync.usecases.opening import Opened


@dataclass(frozen=True, slots=True)
class LibraryChoice:
    """A movie library of Plex: whether it is chosen, how many items it holds, and how many Stash has files of.

    ``known`` is None where PlexSync has never listed it.
    """

    title: str
    is_chosen: bool
    items: int
    known: int | None
    folders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LibraryChoices:
    """All movie libraries; ``are_all`` tells that no names are set, which chooses each of them."""

    libraries: tuple[LibraryChoice, ...]
    are_all: bool


def library_choices(opened: Opened) -> LibraryChoices:
    """Ask Plex for its libraries and their sizes; raises server and settings errors."""
    client = opened.target.client
    names = {fold(name) for name in opened.target.settings.names("plex_libraries")}
    movies = [section for section in library.sections(client) if section.type == "movie"]
    return LibraryChoices(
        tuple(_choice(opened, section, is_chosen=not names or fold(section.title) in names) for section in movies),
        are_all=not names,
    )


def _choice(opened: Opened, section: Section, *, is_chosen: bool) -> LibraryChoice:
    items = library.total(opened.target.client, section)
    listed = opened.store.library.number_in(section.id)
    known = opened.store.library.number_known(section.id) if section.id in opened.store.library.sections() else None
    return LibraryChoice(section.title, is_chosen, listed if items is None else items, known, section.locations)
