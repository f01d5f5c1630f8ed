"""A server's address as people write or paste it."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, quote, urlsplit

EXAMPLE = "an address like http://192.168.1.5:32400, without a password or token in it"
_WEB_APP = "/web"
_HOSTED = frozenset({"app.plex.tv", "plex.tv", "www.plex.tv"})
_NEVER_IN_NAMES = frozenset('%<>"\\^`{|}')


def read_address(raw: object) -> str:
    """Return an http or https address in its usual form: small letters, no slash at the end, no page of the web app.

    Raises ValueError, saying what is allowed, for anything that is no address, and for one with a secret in it.
    """
    text = str(raw).strip()
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        is_usable = parts.scheme in {"http", "https"} and _is_host(parts.hostname or "") and parts.port != 0
    except ValueError:  # brackets that do not close, or a port that is none
        raise ValueError(EXAMPLE) from None
    if not is_usable or "@" in parts.netloc or any(sign.isspace() for sign in text):
        raise ValueError(EXAMPLE)
    if parts.hostname in _HOSTED:
        raise ValueError(f"the address of the server itself, not of Plex's website: {EXAMPLE}")
    return f"{parts.scheme}://{_place(parts)}{_folder(parts)}"


def is_address(text: str) -> bool:
    """Tell whether :func:`read_address` can read a text."""
    try:
        read_address(text)
    except ValueError:
        return False
    return True


def _is_host(name: str) -> bool:
    """Tell whether a name can be one of a machine; only an IPv6 address may have a zone after a percent sign."""
    return bool(name) and name.isprintable() and (":" in name or not _NEVER_IN_NAMES & set(name))


def _place(parts: SplitResult) -> str:
    host = f"[{parts.hostname}]" if ":" in str(parts.hostname) else str(parts.hostname)
    return host if parts.port is None else f"{host}:{parts.port}"


def _folder(parts: SplitResult) -> str:
    """Return the folder below which the server answers; what names a page of its web app is left out."""
    before, page, rest = parts.path.partition(_WEB_APP)
    is_page = bool(page) and rest[:1] in {"", "/"}
    beside = parts.query + parts.fragment
    if "token" in beside.casefold() or (beside and not is_page):
        raise ValueError(EXAMPLE)
    return (before if is_page else parts.path).rstrip("/")


def is_loopback(host: str) -> bool:
    """Tell whether a host's name or number is this machine's own."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def is_own_machine(url: str) -> bool:
    """Tell whether an address means whatever machine it is used on."""
    return is_loopback(urlsplit(url).hostname or "")


def plex_page(url: str, machine_id: str, rating_key: str) -> str:
    """Return the address of an item's page in Plex Web, "" where server or address is not known; no token is in it.

    ``url`` is an address as :func:`read_address` returns it.
    """
    if not url or not machine_id:
        return ""
    server, key = quote(machine_id, safe=""), quote(f"/library/metadata/{rating_key}", safe="")
    return f"{url}/web/index.html#!/server/{server}/details?key={key}"
