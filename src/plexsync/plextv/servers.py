"""The servers of an account, each with its own token and its connections (docs/engineering/plextv.md §4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from plexsync.net.decode import DECODE_ERRORS, text, text_if_any, whole
from plexsync.plextv.client import PlexTvClient

_PATH = "/api/v2/resources?includeHttps=1&includeRelay=1&includeIPv6=1"


@dataclass(frozen=True, slots=True)
class ServerConnection:
    """One address of a server: ``uri`` as plex.tv gives it, ``local`` and ``relay`` as it calls them."""

    uri: str
    address: str
    port: int
    local: bool
    relay: bool
    is_ipv6: bool


@dataclass(frozen=True, slots=True)
class PlexServer:
    """A server as plex.tv lists it; ``owner`` is "" for the account's own, ``token`` is good for this server alone.

    ``is_nearby`` tells that it has the public address from which plex.tv was asked, ``is_seen`` that plex.tv has heard
    of it lately.
    """

    machine_id: str
    name: str
    owner: str
    platform: str
    version: str
    token: str = field(repr=False)
    is_owned: bool = False
    is_nearby: bool = False
    is_seen: bool = False
    https_required: bool = False
    connections: tuple[ServerConnection, ...] = ()


@dataclass(frozen=True, slots=True)
class ServerList:
    """The servers of an account, its own first, and the names of those whose row could not be read."""

    servers: tuple[PlexServer, ...]
    odd: tuple[str, ...] = ()


def servers(client: PlexTvClient) -> ServerList:
    """List the servers of an account; raises :class:`ServerError`, also for an answer that is no list."""
    rows = client.ask("GET", _PATH)
    if not isinstance(rows, list):
        raise client.nonsense("the list of servers is no list")
    read = [(row, _read(row)) for row in rows]
    found = [server for _, server in read if isinstance(server, PlexServer)]
    odd = tuple(
        text_if_any(row.get("name") if isinstance(row, dict) else None)
        for row, trouble in read
        if isinstance(trouble, Exception)
    )
    return ServerList(tuple(sorted(found, key=lambda server: (not server.is_owned, not server.is_seen))), odd)


def _read(row: Any) -> PlexServer | Exception | None:
    """Read a row: a server, the trouble with it, or None for a player."""
    try:
        return _server(row) if "server" in text(row["provides"]).split(",") else None
    except DECODE_ERRORS as problem:
        return problem


def _server(row: Mapping[str, Any]) -> PlexServer:
    return PlexServer(
        machine_id=text(row["clientIdentifier"]),
        name=text(row["name"]),
        owner=text_if_any(row.get("sourceTitle")),
        platform=text_if_any(row.get("platform")),
        version=text_if_any(row.get("productVersion")),
        token=text(row["accessToken"]),
        is_owned=row.get("owned") is True,
        is_nearby=row.get("publicAddressMatches") is True,
        is_seen=row.get("presence") is True,
        https_required=row.get("httpsRequired") is True,
        connections=tuple(_connections(row.get("connections"))),
    )


def _connections(rows: Any) -> list[ServerConnection]:
    """Read the connections of a server; one that makes no sense costs only itself."""
    read = map(_connection, rows if isinstance(rows, list) else [])
    return [connection for connection in read if connection is not None]


def _connection(row: Any) -> ServerConnection | None:
    try:
        place = text(row["uri"]), text(row["address"]), whole(row["port"])
        local, relay, is_ipv6 = (row.get(name) is True for name in ("local", "relay", "IPv6"))
    except DECODE_ERRORS:
        return None
    return ServerConnection(*place, local=local, relay=relay, is_ipv6=is_ipv6)
