"""TLS with a certificate nobody has signed: refused, then trusted by its SHA-256, and it alone."""

from __future__ import annotations

import contextlib
import datetime as dt
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from canned import Canned, as_json, canned
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from plex_canned import TOKEN

from plexsync.domain.errors import Unreachable
from plexsync.domain.settings.parsers import parse_certificate
from plexsync.net.tls import Address, certificate_of
from plexsync.plex.client import PlexClient
from plexsync.stash.client import StashClient
from plexsync.stash.connection import Connection
from plexsync.usecases.check.finding import Grade
from plexsync.usecases.check.health import check
from plexsync.usecases.opening import open_data
from plexsync.usecases.settings.values import set_value
from plexsync_simulators.process import start_stash
from plexsync_simulators.world import make_world

ELSEWHERE = "127.1"  # this machine under a name that is not known to be its own
SAN = x509.SubjectAlternativeName([x509.DNSName("plex.example")])


def self_signed(folder: Path) -> tuple[Path, Path, str]:
    """A certificate signed by its own key: its file, the key's file, and its SHA-256 as OpenSSL prints it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "plex.example")])
    now = dt.datetime.now(dt.timezone.utc)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(now).not_valid_after(now + dt.timedelta(days=1))
    certificate = builder.add_extension(SAN, critical=False).sign(key, hashes.SHA256())
    shown, kept = folder / "certificate.pem", folder / "key.pem"
    shown.write_bytes(certificate.public_bytes(Encoding.PEM))
    kept.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return shown, kept, certificate.fingerprint(hashes.SHA256()).hex(":").upper()


@pytest.fixture
def plex(tmp_path: Path) -> Iterator[tuple[Canned, str, str]]:
    """A server that speaks TLS, its address as one elsewhere, and its certificate's SHA-256."""
    shown, key, sha256 = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown, key)
    with canned(lambda _: as_json({"MediaContainer": {"claimed": True}}), context) as server:
        yield server, server.url.replace("127.0.0.1", ELSEWHERE), sha256


def client(url: str, certificate: str = "") -> contextlib.closing[PlexClient]:
    address = Address(url, parse_certificate(certificate) if certificate else "")
    return contextlib.closing(PlexClient(address, TOKEN, connect_timeout=5, read_timeout=5, client_id="x"))


def test_a_certificate_nobody_signed_is_refused_before_the_token_goes_out(plex: tuple[Canned, str, str]) -> None:
    server, url, _ = plex
    with client(url) as asking, pytest.raises(Unreachable) as caught:
        asking.get("/identity")
    assert "certificate" in caught.value.data["detail"].lower()
    assert server.asked == []


def test_the_one_that_is_trusted_is_taken(plex: tuple[Canned, str, str]) -> None:
    server, url, sha256 = plex
    with client(url, sha256) as asking:
        assert asking.get("/identity") == {"claimed": True}
    assert server.asked[0].headers["X-Plex-Token"] == TOKEN


def test_another_one_is_refused_also_on_this_machine(plex: tuple[Canned, str, str]) -> None:
    server, url, sha256 = plex
    other = sha256.replace("A", "B").replace("0", "1")
    for address in (url, server.url):
        with client(address, other) as asking, pytest.raises(Unreachable) as caught:
            asking.get("/identity")
        assert caught.value.data["detail"] == "it shows another certificate than the one that is trusted"
    assert server.asked == []


def test_what_a_server_shows_is_read_without_a_request(plex: tuple[Canned, str, str]) -> None:
    server, url, sha256 = plex
    assert certificate_of(url, 5.0) == (sha256, "self-signed certificate")
    assert server.asked == []


@pytest.mark.parametrize("text", ["x", "ab" * 31, "ab" * 33, "zz" * 32])
def test_what_is_no_sha256_is_said(text: str) -> None:
    with pytest.raises(ValueError, match="SHA-256: 64 hexadecimal digits"):
        parse_certificate(text)


def test_check_shows_the_certificate_and_one_command_trusts_it(tmp_path: Path) -> None:
    """Stash speaks TLS under another name: refused with the way out, then trusted, then talked to."""
    shown, key, sha256 = self_signed(tmp_path)
    data = tmp_path / "data"
    with start_stash(dir=tmp_path / "stash", library=make_world(3, 1).stash, tls_cert=shown, tls_key=key) as stash:
        url = stash.url.replace("127.0.0.1", ELSEWHERE)
        set_value(data, "stash_url", url)
        with open_data(data, {}) as opened:
            findings = {finding.name: finding for finding in check(opened, time.time).findings}
        assert findings["Stash"].grade is Grade.FAILED
        told = findings["Stash's certificate"]
        assert sha256 in told.text
        assert f"`plexsync config set stash_certificate {sha256}`" in told.next_step
        set_value(data, "stash_certificate", sha256)
        with open_data(data, {}) as opened:
            assert opened.context.stash.counts()["scene"] == 3
            findings = {finding.name: finding for finding in check(opened, time.time).findings}
        assert findings["Stash"].grade is Grade.OK
        assert "Stash's certificate" not in findings
        set_value(data, "stash_certificate", "0" * 64)
        with open_data(data, {}) as opened:
            findings = {finding.name: finding for finding in check(opened, time.time).findings}
        assert "not the one of stash_certificate" in findings["Stash's certificate"].text
        assert sha256 in findings["Stash's certificate"].next_step
        wrong = Connection(url, certificate="0" * 64)
        with (
            contextlib.closing(StashClient(wrong, connect_timeout=5, read_timeout=5)) as asking,
            pytest.raises(Unreachable),
        ):
            asking.counts()
