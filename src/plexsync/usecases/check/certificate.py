"""The certificate a server shows, for a person to judge whether to trust it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from plexsync.domain.address import is_loopback
from plexsync.domain.settings.parsers import parse_certificate
from plexsync.net.tls import certificate_of
from plexsync.usecases.check.finding import Grade, HealthFinding

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
        text = f"{server}'s certificate at {url} is a public one. It is renewed every few weeks, and {setting} is not."
        step = f"Let it be verified by its name: `plexsync config set {setting} ''`."
        yield HealthFinding(f"{server}'s certificate", Grade.WARNING, text, step)


def certificate(server: str, setting: str, url: str, trusted: str) -> Iterator[HealthFinding]:
    """Yield a finding if a server that could not be talked to shows a certificate that is not trusted."""
    parts = urlsplit(url)
    if parts.scheme != "https" or (is_loopback(parts.hostname or "") and not trusted):
        return
    try:
        sha256, reason = certificate_of(url, SECONDS)
    except OSError:
        return  # no TLS at all: what was found before says so
    if trusted:
        reason = "" if parse_certificate(sha256) == trusted else f"it is not the one of {setting}"
    if reason:
        text = f"The certificate shown at {url} is not trusted ({reason}). Its SHA-256 is {sha256}."
        step = f"If it is {server}'s own, trust this one certificate: `plexsync config set {setting} {sha256}`."
        yield HealthFinding(f"{server}'s certificate", Grade.FAILED, text, step)
