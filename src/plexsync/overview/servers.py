"""Both servers as the page shows them: who they are, and whether work with them goes on."""

from __future__ import annotations

from dataclasses import dataclass

from plexsync.domain.settings import Settings
from plexsync.domain.standing.facts import Facts, ServerTrouble
from plexsync.store import Store
from plexsync.store.state import PATH_MAP, SERVER_NAMES, KeptPathMap, ServerNames


@dataclass(frozen=True, slots=True)
class ServerView:
    """One server; ``state`` is "well", "away", "refused", "wrong" (a setting is), or "unknown" while no agent lives.

    ``name`` and ``version`` are "" where nobody has asked yet. Moments are UTC seconds, 0.0 for none.
    """

    state: str
    name: str
    version: str
    address: str
    since: float
    next_try_at: float


@dataclass(frozen=True, slots=True)
class FolderPair:
    """A rule of the path map in force."""

    stash: str
    plex: str


@dataclass(frozen=True, slots=True)
class ServersView:
    """Both servers, the libraries' titles, and the path map; ``folders_origin`` is "settings", "inferred" or ""."""

    stash: ServerView
    plex: ServerView
    libraries: tuple[str, ...]
    folders: tuple[FolderPair, ...]
    folders_origin: str


def servers_of(store: Store, settings: Settings, facts: Facts) -> ServersView:
    """Say how both servers are, from what is remembered."""
    names = store.state.get(SERVER_NAMES, ServerNames())
    kept = store.state.get(PATH_MAP, KeptPathMap((), "", {}, keyed=False))
    return ServersView(
        _view("Stash", names.stash_version, settings.text("stash_url"), facts.stash, facts),
        _view(names.plex_name, names.plex_version, settings.text("plex_url"), facts.plex, facts),
        tuple(sorted(section.title for section in store.library.sections().values())),
        tuple(FolderPair(stash, plex) for stash, plex in kept.rules),
        kept.origin,
    )


def _view(name: str, version: str, address: str, trouble: ServerTrouble | None, facts: Facts) -> ServerView:
    if trouble is None:
        state = "well" if facts.gone_since is None else "unknown"
        return ServerView(state, name, version, address, 0.0, 0.0)
    state = "wrong" if trouble.is_settings else "refused" if trouble.is_refusal else "away"
    return ServerView(state, name, version, address, trouble.since, trouble.next_try_at)
