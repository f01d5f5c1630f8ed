"""Connections to a server: TLS is verified, except on this very machine or where a person trusts one certificate."""

from __future__ import annotations

import hashlib
import ipaddress
import re
import socket
import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from plexsync.domain.address import is_loopback

PORT = 443
PLEX_DIRECT = ".plex.direct"
"""Names of Plex servers by their number; their certificates are public and renewed every few weeks."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server is, and the SHA-256 of the one certificate to trust there ("": what this machine trusts)."""

    url: str
    certificate: str = ""


class _OwnMachine(HTTPSConnection):
    """TLS to this machine: servers make their own certificate, whose name hardly ever is 127.0.0.1."""

    def connect(self) -> None:
        super().connect()
        self.is_verified = True  # who answers on loopback is this machine, so there is nothing to warn of


class _OwnMachinePool(HTTPSConnectionPool):
    ConnectionCls = _OwnMachine


def open_pool(scheme: str, host: str, port: int | None, certificate: str, **options: Any) -> HTTPConnectionPool:
    """Make a pool of connections; ``certificate`` is the SHA-256 of the one to trust, "" for what this machine trusts.

    A certificate that is named is asked for on this machine too, and no other is taken then, however it is signed. Only
    a ``plex.direct`` name is always verified as such: its certificate is another one every few weeks. Such a name holds
    its number, so no name server is asked: many routers keep its answers back (DNS rebinding protection).
    """
    if scheme != "https":
        return HTTPConnectionPool(host, port, **options)
    if number := number_in(host):
        return HTTPSConnectionPool(number, port, server_hostname=host, **options)
    if certificate and not host.endswith(PLEX_DIRECT):
        return HTTPSConnectionPool(
            host, port, cert_reqs="CERT_NONE", assert_hostname=False, assert_fingerprint=certificate, **options
        )
    if is_loopback(host):
        return _OwnMachinePool(host, port, cert_reqs="CERT_NONE", assert_hostname=False, **options)
    return HTTPSConnectionPool(host, port, **options)


def open_socket(scheme: str, host: str, port: int | None, certificate: str, timeout: float) -> socket.socket:
    """Connect as a pool of :func:`open_pool` does and return the socket; raises urllib3's HTTPError."""
    pool = open_pool(scheme, host, port, certificate)
    connection = _connection(pool, host, timeout)
    connection.connect()
    found: socket.socket = connection.sock
    return found


def _connection(pool: HTTPConnectionPool, host: str, timeout: float) -> HTTPConnection:
    """Make a connection that judges certificates as a pool does."""
    if not isinstance(pool, HTTPSConnectionPool):
        return HTTPConnection(host, pool.port, timeout=timeout)
    kind = _OwnMachine if isinstance(pool, _OwnMachinePool) else HTTPSConnection
    return kind(
        pool.host,
        pool.port,
        timeout=timeout,
        server_hostname=host,
        cert_reqs=pool.cert_reqs,
        assert_hostname=pool.assert_hostname,
        assert_fingerprint=pool.assert_fingerprint,
    )


def number_in(host: str) -> str:
    """Return the address that a ``plex.direct`` name holds, as 192-168-1-5.HASH.plex.direct; "" for any other name."""
    label = host.removesuffix(PLEX_DIRECT).partition(".")[0] if host.endswith(PLEX_DIRECT) else ""
    return next((number for sign in ".:" if _is_number(number := label.replace("-", sign))), "")


def certificate_of(url: str, timeout: float) -> tuple[str, str]:
    """Return the SHA-256 of the certificate a server shows, and why this machine does not trust it ("" if it does).

    Nothing is sent. Raises OSError where no TLS connection comes about at all.
    """
    try:
        return _shake_hands(url, ssl.create_default_context(), timeout), ""
    except ssl.SSLCertVerificationError as problem:
        unverified = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        unverified.check_hostname = False
        unverified.verify_mode = ssl.CERT_NONE
        return _shake_hands(url, unverified, timeout), problem.verify_message


def https_address(url: str, timeout: float) -> str | None:
    """Return the address at which the server of an http address speaks TLS, None if it does not.

    A server whose certificate is for a ``plex.direct`` name is given under that name, where it can be verified. Nothing
    is sent.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or PORT
    place = f"[{host}]" if ":" in host else host
    try:
        names = _names_shown(host, port, timeout)
    except ssl.SSLCertVerificationError:
        return f"https://{place}:{port}{parts.path}"
    except (OSError, ValueError):
        return None
    wildcard = next((name for name in names if name.startswith("*.") and name.endswith(PLEX_DIRECT)), None)
    if wildcard is not None and _is_number(host):
        place = re.sub("[.:]", "-", host) + wildcard.removeprefix("*")
    return f"https://{place}:{port}{parts.path}"


def _names_shown(host: str, port: int, timeout: float) -> tuple[str, ...]:
    """Return the names that a server's certificate is for, which somebody this machine trusts must have signed."""
    context = ssl.create_default_context()
    context.check_hostname = False  # the name is what is asked for
    with (
        socket.create_connection((host, port), timeout) as raw,
        context.wrap_socket(raw, server_hostname=host) as secure,
    ):
        names = (secure.getpeercert() or {}).get("subjectAltName", ())
    return tuple(str(row[1]) for row in names if row[0] == "DNS")


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _shake_hands(url: str, context: ssl.SSLContext, timeout: float) -> str:
    parts = urlsplit(url)
    host = parts.hostname or ""
    with (
        socket.create_connection((number_in(host) or host, parts.port or PORT), timeout) as raw,
        context.wrap_socket(raw, server_hostname=host) as secure,
    ):
        digest = hashlib.sha256(secure.getpeercert(binary_form=True) or b"").hexdigest().upper()
    return ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))
