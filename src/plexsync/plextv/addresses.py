"""The addresses at which a server may answer, the best first (docs/engineering/plextv.md §4)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from urllib.parse import urlsplit

from plexsync.domain.address import is_address, read_address
from plexsync.plextv.servers import PlexServer, ServerConnection


class Way(IntEnum):
    """How an address leads to a server, the best first."""

    LOCAL = 0
    DIRECT = 1
    RELAY = 2


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """One address to try."""

    url: str
    way: Way
    is_ipv6: bool = False

    @property
    def rank(self) -> tuple[int, bool]:
        """How good it is, small is better: local before direct before relay, then https before http."""
        return self.way, not self.is_encrypted

    @property
    def is_encrypted(self) -> bool:
        """Whether nobody on the way can read a token."""
        return self.url.startswith("https:")

    @property
    def stays_home(self) -> bool:
        """Whether it surely leads to no machine outside: a server tells a public address of its own as local, too."""
        try:
            number = ipaddress.ip_address(urlsplit(self.url).hostname or "")
        except ValueError:
            return False
        return self.way is Way.LOCAL and not number.is_global


def addresses(server: PlexServer) -> tuple[ServerAddress, ...]:
    """Return every address of a server that is worth a try, each once, the best first.

    Beside each secure one stands its plain twin, unless the server takes no plain http. Private addresses of a server
    elsewhere are left out: they lead to another machine here.
    """
    found: dict[str, ServerAddress] = {}
    for connection in server.connections:
        if not _leads_astray(server, connection):
            for address in _of(server, connection):
                found.setdefault(address.url, address)
    return tuple(sorted(found.values(), key=lambda address: (address.rank, address.is_ipv6)))


def _of(server: PlexServer, connection: ServerConnection) -> Iterator[ServerAddress]:
    way = Way.RELAY if connection.relay else Way.LOCAL if connection.local else Way.DIRECT
    place = f"[{connection.address}]" if ":" in connection.address else connection.address
    plain = f"http://{place}:{connection.port}"
    for url in (connection.uri, *(() if server.https_required or connection.relay else (plain,))):
        if is_address(url):
            yield ServerAddress(read_address(url), way, connection.is_ipv6)


def _leads_astray(server: PlexServer, connection: ServerConnection) -> bool:
    """Tell whether an address means nothing here, or another machine."""
    try:
        number = ipaddress.ip_address(connection.address)
    except ValueError:
        number = None
    if number is not None and (number.is_link_local or number.is_unspecified):
        return True
    is_elsewhere = not server.is_owned and not server.is_nearby
    return connection.local and not connection.relay and is_elsewhere
