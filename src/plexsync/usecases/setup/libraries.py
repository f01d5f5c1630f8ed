"""The libraries to choose from, each with how many of its files Stash knows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from plexsync.domain.model import Section
from plexsync.domain.paths.inference import file_name
from plexsync.plex import library
from plexsync.store.person.set_up import SetupStep
from plexsync.usecases.dry_run.rehearsal import scanned
from plexsync.usecases.opening import Opened
from plexsync.usecases.sign_in.keeping import keep_values

Progress = Callable[[str, int], None]
"""Hears what is being read, and how many files or items were read so far."""


@dataclass(frozen=True, slots=True)
class LibraryRow:
    """A movie library: its folders, how many files it has and how many of them Stash knows, and whether it is chosen.

    A file is known if Stash has one of the same name and size, wherever it lies.
    """

    id: str
    title: str
    folders: tuple[str, ...]
    files: int
    known: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class LibraryRows:
    """The movie libraries, those first of which Stash knows most."""

    libraries: tuple[LibraryRow, ...]


def libraries_view(opened: Opened, progress: Progress) -> tuple[LibraryRow, ...]:
    """List the movie libraries, those first of which Stash knows most; raises server and settings errors."""
    client = opened.target.client
    movies = [section for section in library.sections(client) if section.type == "movie"]
    progress("Stash", 0)
    with scanned(opened) as store:
        known = {hash((file_name(path), size)) for _, _, path, size in store.scenes.files()}
    wanted = {name.casefold() for name in opened.context.settings.names("plex_libraries")}
    found = []
    for section in movies:
        files, hits = _count(opened, section, known, progress)
        is_chosen = not wanted or section.title.casefold() in wanted
        found.append(LibraryRow(section.id, section.title, section.locations, files, hits, is_chosen))
    return tuple(sorted(found, key=lambda row: (-row.known, row.title)))


def choose_libraries(opened: Opened, names: Sequence[str]) -> tuple[str, ...]:
    """Keep the libraries to write to, by their titles; raises :class:`NoSuchLibrary` and server errors."""
    offered = library.sections(opened.target.client)
    chosen = tuple(section.title for section in library.choose(offered, tuple(names)))
    keep_values(opened, {"plex_libraries": "; ".join(chosen)}, answers=SetupStep.LIBRARIES)
    return chosen


def _count(opened: Opened, section: Section, known: set[int], progress: Progress) -> tuple[int, int]:
    files = hits = 0
    for page in library.listing(opened.target.client, section):
        for item in page.items:
            for part in item.parts:
                files += 1
                hits += hash((file_name(part.path), part.size)) in known
        progress(section.title, files)
    return files, hits
