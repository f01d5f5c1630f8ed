"""The address of the chosen server, found again when it stops answering; and the account's key, kept alive.

A router, a certificate or a new machine gives a server another address. So its other addresses are asked who they are,
and plex.tv for newer ones. Only an address that PlexSync found by itself is ever replaced, never by one at which the
token would go in clear where it did not before: anybody can break TLS, and answer at the same place without it.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing

from plexsync.domain.address import read_address
from plexsync.domain.advice import explain
from plexsync.domain.errors import NoAddressAnswers, PlexSyncError, ServerError
from plexsync.domain.settings import Origin
from plexsync.plextv.account import keep_alive
from plexsync.plextv.addresses import ServerAddress, Way, addresses
from plexsync.plextv.client import PlexTvClient, host_of
from plexsync.plextv.servers import PlexServer, servers
from plexsync.runtime.clock import has_passed
from plexsync.runtime.context import Context, client_id
from plexsync.runtime.reach.lost import LOST
from plexsync.runtime.reach.race import reach
from plexsync.runtime.target import Target
from plexsync.store import Store
from plexsync.store.files.settings_file import SettingsFile
from plexsync.store.person.set_up import KeptServer
from plexsync.store.state import CHOSEN_SERVER

GLANCE_SECONDS = 2.0
PATIENCE = 5.0
"""How long an address may be silent before others are asked: most restarts take longer, and asking costs little."""

PAUSES = (30.0, 60.0, 300.0)
"""The seconds between two searches, the last for all further ones."""

DAY = 86_400.0
_BASIS = ("plex_server", "plex_url", "plex_token", "plex_account_token")
"""The settings that a search starts from."""

_log = logging.getLogger("plexsync")


class AddressKeeper:
    """Keeps the way to one target; for a thread of its own, because it asks servers that may be away."""

    def __init__(self, store: Store, context: Context, target: Target, now: Callable[[], float] = time.time) -> None:
        self._store = store
        self._context = context
        self._target = target
        self._now = now
        self._searches = 0
        self._searched_at = 0.0
        self._kept_alive_at = now()

    def run(self, stop: threading.Event) -> None:
        """Work until told to stop."""
        while not stop.is_set():
            self.turn()
            stop.wait(PATIENCE if self._target.breaker.trip is None else GLANCE_SECONDS)

    def turn(self) -> bool:
        """Look for another address if it is time to; tells whether one was found."""
        trip, now = self._target.breaker.trip, self._now()
        if trip is None:
            self._searches = 0
            self._keep_alive(now)
            return False
        pause = PAUSES[min(self._searches, len(PAUSES)) - 1] if self._searches else 0.0
        is_due = now - trip.away_since >= PATIENCE and has_passed(pause, self._searched_at, now)
        kept = self._chosen() if trip.code in LOST and is_due else None
        if kept is None:
            return False
        self._searches, self._searched_at = self._searches + 1, now
        basis = self._basis()
        return basis is not None and self._search(kept, basis)

    def _chosen(self) -> KeptServer | None:
        """Return the chosen server if PlexSync found the address in force, so that it may be replaced."""
        settings, kept = self._context.settings, self._store.state.get(CHOSEN_SERVER)
        if kept is None or any(settings.origins[key] is not Origin.FILE for key in ("plex_server", "plex_url")):
            return None
        is_found = kept.is_found_at(settings.text("plex_url")) and kept.machine_id == settings.text("plex_server")
        return kept if is_found else None

    def _basis(self) -> Mapping[str, object] | None:
        """Return what the file says of the server, None if a person has just changed it, or it cannot be read.

        A search takes seconds. A choice or a sign-out of a person meanwhile counts more than its result.
        """
        try:
            said = SettingsFile(self._context.folder).read()
            url = read_address(said.get("plex_url"))
        except (PlexSyncError, ValueError):
            return None
        settings = self._context.settings
        is_same = url == settings.text("plex_url") and said.get("plex_server") == settings.text("plex_server")
        return {key: said.get(key) for key in _BASIS} if is_same else None

    def _search(self, kept: KeptServer, basis: Mapping[str, object]) -> bool:
        try:
            server = self._listed(kept.machine_id)
        except PlexSyncError as trouble:
            _log.debug("plex.tv does not tell where Plex is: %s", trouble.code)
            server = None
        told = () if server is None else addresses(server)
        before = tuple(ServerAddress(url, Way(way), is_ipv6) for url, way, is_ipv6 in kept.addresses)
        known = tuple(dict.fromkeys((*told, *before)))
        url = self._context.settings.text("plex_url")
        allowed = tuple(address for address in known if _may_follow(url, address))
        try:
            best = reach(kept.name, kept.machine_id, allowed, client_id(self._store))
        except NoAddressAnswers:
            if len(allowed) < len(known) and self._searches == 1:
                _log.warning("Plex answers at none of its encrypted addresses. %s", explain("plain_left_out", {}))
            return False
        return self._take(best.address, server, kept, basis)

    def _listed(self, machine_id: str) -> PlexServer | None:
        """Ask plex.tv for the server as it is now, None where nobody has signed in or it is not listed."""
        token = self._context.settings.text("plex_account_token")
        if not token:
            return None
        with closing(PlexTvClient(host_of(os.environ), client_id(self._store), token)) as client:
            return next((one for one in servers(client).servers if one.machine_id == machine_id), None)

    def _take(
        self, found: ServerAddress, server: PlexServer | None, kept: KeptServer, basis: Mapping[str, object]
    ) -> bool:
        """Keep what is new of address and key, if nobody has changed the basis; tells whether anything is."""
        settings = self._context.settings
        values: dict[str, object] = {"plex_url": found.url}
        if server is not None:
            known = dict.fromkeys((*addresses(server), found))
            rows = tuple((one.url, int(one.way), one.is_ipv6) for one in known)
            kept = KeptServer(server.machine_id, server.name, rows)
            if settings.origins["plex_token"] is Origin.FILE:
                values["plex_token"] = server.token
        fresh = {key: value for key, value in values.items() if settings.text(key) != value}
        file = SettingsFile(self._context.folder)
        is_done = file.set_if(basis, fresh, lambda: self._store.state.put(CHOSEN_SERVER, kept))
        if not (is_done and fresh):
            return False
        _log.info("Plex was found at another address, which is used from now on")
        return True

    def _keep_alive(self, now: float) -> None:
        """Tell plex.tv once a day that the account's key is in use."""
        token = self._context.settings.text("plex_account_token")
        if not token or not has_passed(DAY, self._kept_alive_at, now):
            return
        self._kept_alive_at = now
        try:
            with closing(PlexTvClient(host_of(os.environ), client_id(self._store), token)) as client:
                keep_alive(client)
        except ServerError as trouble:
            _log.debug("plex.tv was not told that its key is in use: %s", trouble.code)


def _may_follow(url: str, other: ServerAddress) -> bool:
    """Tell whether no token goes in clear there that did not before, or that leaves the network."""
    return other.is_encrypted or other.url == url or (not url.startswith("https:") and other.stays_home)
