"""Where Stash is and what opens it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_EVERY_ADDRESS = {"": "127.0.0.1", "0.0.0.0": "127.0.0.1", "[::]": "[::1]", "::": "[::1]"}  # noqa: S104


@dataclass(frozen=True, slots=True)
class Connection:
    """Where Stash is and what opens it: a session cookie's value, an API key, or nothing where no password is set.

    ``certificate`` is the SHA-256 of the one certificate to trust there ("": what this machine trusts).
    """

    url: str
    cookie: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    certificate: str = ""

    @classmethod
    def from_plugin(cls, server_connection: Mapping[str, Any]) -> Connection:
        """Make one from the ``server_connection`` that Stash writes to a plugin's stdin.

        Host is Stash's own setting: "every address" becomes loopback, a bare IPv6 address gets its brackets.
        ``SessionCookie`` may be null (tests/recordings/stash/hooks).
        """
        host = str(server_connection.get("Host") or "")
        host = _EVERY_ADDRESS.get(host, host)
        if ":" in host and not host.startswith("["):
            host = f"[{host}]"
        scheme = server_connection.get("Scheme") or "http"
        cookie = server_connection.get("SessionCookie") or {}
        return cls(f"{scheme}://{host}:{server_connection['Port']}", cookie=str(cookie.get("Value") or ""))
