"""Both servers as the page shows them: who they are, whether work with them goes on, and what to do if not."""

from __future__ import annotations

from dataclasses import dataclass

from plexsync.domain.advice import Advice, explain
from plexsync.domain.settings import Settings
from plexsync.domain.standing.facts import Facts, ServerTrouble
from plexsync.store import Store
from plexsync.store.state import PATH_MAP, SERVER_NAMES, KeptPathMap, ServerNames


@dataclass(frozen=True, slots=True)
class LibraryView:
    """A library of Plex that PlexSync writes to, and how many items it holds."""

    title: str
    items: int


@dataclass(frozen=True, slots=True)
class ServerView:
    """One server; ``state`` is "well", "away", "refused", "wrong" (a setting is), or "unknown" while no agent lives.

    ``name`` and ``version`` are "" where nobody has asked yet. Moments are UTC seconds, 0.0 for none.
    """

    state: str
    name: str
    version: str
    address: str
    advice: Advice | None
    since: float
    next_try_at: float


@dataclass(frozen=True, slots=True)
class FolderPair:
    """A rule of the path map in force; ``files`` is the number it was found out from, 0 for one that was set."""

    stash: str
    plex: str
    files: int


@dataclass(frozen=True, slots=True)
class ServersView:
    """Both servers, the libraries and the path map; ``folders_origin`` is "settings", "inferred" or ""."""

    stash: ServerView
    plex: ServerView
    libraries: tuple[LibraryView, ...]
    folders: tuple[FolderPair, ...]
    folders_origin: str


def servers_of(store: Store, settings: Settings, facts: Facts) -> ServersView:
    """Say how both servers are, from what is remembered."""
    names = store.state.get(SERVER_NAMES, ServerNames())
    kept = store.state.get(PATH_MAP, KeptPathMap((), "", {}, keyed=False))
    sections = sorted(store.library.sections().values(), key=lambda section: section.title)
    return ServersView(
        _view("Stash", names.stash_version, settings.text("stash_url"), facts.stash, facts),
        _view(names.plex_name, names.plex_version, settings.text("plex_url"), facts.plex, facts),
        tuple(LibraryView(section.title, store.library.number_in(section.id)) for section in sections),
        tuple(FolderPair(stash, plex, kept.support.get(f"{stash} => {plex}", 0)) for stash, plex in kept.rules),
        kept.origin,
    )


def _view(name: str, version: str, address: str, trouble: ServerTrouble | None, facts: Facts) -> ServerView:
    if trouble is None:
        state = "well" if facts.gone_since is None else "unknown"
        return ServerView(state, name, version, address, None, 0.0, 0.0)
    state = "wrong" if trouble.is_settings else "refused" if trouble.is_refusal else "away"
    advice = explain(trouble.code, trouble.data)
    return ServerView(state, name, version, address, advice, trouble.since, trouble.next_try_at)
