"""Choosing a Plex server: one of the account's, or one whose address and token a person has."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from plexsync.domain.advice import Advice, explain, explain_error
from plexsync.domain.errors import (
    NoPlexServer,
    NoSuchServer,
    NotOwnServer,
    SeveralServers,
    TokenRefused,
)
from plexsync.domain.text import fold
from plexsync.net.tls import Address
from plexsync.plex import library
from plexsync.plex.client import PlexClient
from plexsync.plextv.account import account
from plexsync.plextv.addresses import Way, addresses
from plexsync.plextv.servers import PlexServer, servers
from plexsync.runtime.context import client_id
from plexsync.runtime.reach.race import reach
from plexsync.runtime.sync_state import setup_of
from plexsync.store.person.set_up import KeptServer, SetupStep
from plexsync.store.state import CHOSEN_SERVER
from plexsync.usecases.opening import Opened
from plexsync.usecases.settings.values import entered
from plexsync.usecases.sign_in.keeping import forget_account, keep_values
from plexsync.usecases.sign_in.plex_tv import as_account


@dataclass(frozen=True, slots=True)
class ServerRow:
    """A server that a person may choose; ``obstacle`` says why it cannot be chosen, None if it can."""

    id: str
    name: str
    owner: str
    platform: str
    version: str
    is_seen: bool
    obstacle: Advice | None


@dataclass(frozen=True, slots=True)
class AccountServers:
    """The servers of an account, and the names of those of which plex.tv's list makes no sense."""

    account: str
    servers: tuple[ServerRow, ...]
    odd: tuple[str, ...]

    @property
    def choosable(self) -> tuple[ServerRow, ...]:
        """Those that can be chosen."""
        return tuple(row for row in self.servers if row.obstacle is None)


@dataclass(frozen=True, slots=True)
class ChosenServer:
    """The server in force, and how its address leads there: "local", "direct", "relay" or "given"."""

    id: str
    name: str
    url: str
    way: str
    version: str
    warnings: tuple[Advice, ...] = ()


def servers_view(opened: Opened) -> AccountServers:
    """List the account's servers; raises :class:`NotSignedIn`, :class:`NoPlexServer` and :class:`ServerError`.

    A key that plex.tv no longer takes is forgotten, so that a person can sign in again.
    """
    try:
        with as_account(opened) as client:
            found, name = servers(client), account(client).name
    except TokenRefused:
        forget_account(opened)
        raise
    if not (found.servers or found.odd):
        raise NoPlexServer(account=name)
    return AccountServers(name, tuple(map(_row, found.servers)), found.odd)


def choose_server(opened: Opened, wanted: str) -> ChosenServer:
    """Take a server of the account, by its id or name: at its best address, after a look at who answers there.

    Raises :class:`NoSuchServer`, :class:`SeveralServers`, :class:`NotOwnServer`, :class:`NoAddressAnswers` and other
    settings and server errors; then nothing is kept.
    """
    server = _find(_listed(opened), wanted)
    if not server.is_owned:
        raise NotOwnServer(name=server.name, owner=server.owner)
    best = reach(server.name, server.machine_id, addresses(server), client_id(opened.store))
    try:
        _try_token(opened, best.address.url, server.token, server.machine_id)
    except TokenRefused:  # plex.tv may have given it a new one since
        server = _find(_listed(opened), server.machine_id)
        _try_token(opened, best.address.url, server.token, server.machine_id)
    known = tuple((one.url, int(one.way), one.is_ipv6) for one in addresses(server))
    _keep(opened, best.address.url, server.token, KeptServer(server.machine_id, server.name, known))
    warnings = tuple(_warnings(best.address.way, best.address.url))
    way = best.address.way.name.lower()
    return ChosenServer(server.machine_id, server.name, best.address.url, way, best.version, warnings)


def use_address(opened: Opened, address: str, token: str) -> ChosenServer:
    """Take a server by an address and a token of a person's own, by the same checks.

    The address is asked who it is first, without the token. Raises :class:`BadSetting` and server errors, and
    then keeps nothing.
    """
    url, token = str(entered("plex_url", address)), str(entered("plex_token", token))
    with closing(_client(opened, url, "", "")) as client:
        who = library.identity(client)
    _try_token(opened, url, token, who.machine_id)
    _keep(opened, url, token, KeptServer(who.machine_id, url, ((url, int(Way.LOCAL), False),)))
    return ChosenServer(who.machine_id, url, url, "given", who.version)


def _listed(opened: Opened) -> tuple[PlexServer, ...]:
    with as_account(opened) as client:
        return servers(client).servers


def _row(server: PlexServer) -> ServerRow:
    obstacle = None if server.is_owned else explain_error(NotOwnServer(name=server.name, owner=server.owner))
    return ServerRow(
        server.machine_id, server.name, server.owner, server.platform, server.version, server.is_seen, obstacle
    )


def _find(listed: tuple[PlexServer, ...], wanted: str) -> PlexServer:
    """Find a server by its id or name; of several of one name those count that belong to the account."""
    found = [one for one in listed if one.machine_id == wanted] or [
        one for one in listed if fold(one.name) == fold(wanted)
    ]
    found = [one for one in found if one.is_owned] or found
    if len(found) > 1:
        raise SeveralServers(name=wanted, available="; ".join(f"{one.machine_id} ({one.platform})" for one in found))
    if not found:
        raise NoSuchServer(name=wanted, available="; ".join(one.name for one in listed if one.is_owned) or "none")
    return found[0]


def _client(opened: Opened, url: str, token: str, machine_id: str) -> PlexClient:
    settings = opened.context.settings
    return PlexClient(
        Address(url, settings.text("plex_certificate")),
        token,
        connect_timeout=settings.number("connect_timeout"),
        read_timeout=settings.number("read_timeout"),
        client_id=client_id(opened.store),
        machine_id=machine_id,
    )


def _try_token(opened: Opened, url: str, token: str, machine_id: str) -> None:
    with closing(_client(opened, url, token, machine_id)) as client:
        library.sections(client)


def _keep(opened: Opened, url: str, token: str, server: KeptServer) -> None:
    values = {"plex_url": url, "plex_token": token, "plex_server": server.machine_id}
    is_same = opened.context.settings.text("plex_server") == server.machine_id
    goes_on = is_same and not setup_of(opened.store).held  # a new key to the server of before is no other answer
    keep_values(opened, values, answers=None if goes_on else SetupStep.SERVER)
    opened.store.state.put(CHOSEN_SERVER, server)


def _warnings(way: Way, url: str) -> list[Advice]:
    codes = ["by_relay"] if way is Way.RELAY else []
    if way is not Way.LOCAL and not url.startswith("https:"):
        codes.append("not_encrypted")
    return [explain(code, {"url": url}) for code in codes]
