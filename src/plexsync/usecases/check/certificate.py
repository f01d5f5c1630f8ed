"""The certificate a server shows, for a person to judge whether to trust it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from plexsync.domain.address import is_loopback
from plexsync.domain.settings.parsers import parse_certificate
from plexsync.net.tls import certificate_of
from plexsync.usecases.check.finding import Grade, HealthFinding, found

SECONDS = 5.0


def pinned(server: str, setting: str, url: str) -> Iterator[HealthFinding]:
    """Yield a warning if the one certificate that is trusted is a public one: it will be another one in some weeks."""
    parts = urlsplit(url)
    if parts.scheme != "https":
        return
    try:
        _, reason = certificate_of(url, SECONDS)
    except OSError:
        return  # no TLS at all: what was found before says so
    if not reason:
        facts = {"server": server, "url": url, "setting": setting}
        yield found(f"{server}'s certificate", Grade.WARNING, "certificate_public", facts)


def certificate(server: str, setting: str, url: str, trusted: str) -> Iterator[HealthFinding]:
    """Yield a finding if a server that could not be talked to shows a certificate that is not trusted."""
    parts = urlsplit(url)
    if parts.scheme != "https" or (is_loopback(parts.hostname or "") and not trusted):
        return
    try:
        sha256, reason = certificate_of(url, SECONDS)
    except OSError:
        return  # no TLS at all: what was found before says so
    facts = {"server": server, "url": url, "setting": setting, "value": sha256, "detail": reason}
    if trusted:
        facts["because"] = "other"
    if reason if not trusted else parse_certificate(sha256) != trusted:
        yield found(f"{server}'s certificate", Grade.FAILED, "certificate_untrusted", facts)
