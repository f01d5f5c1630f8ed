"""Addresses that do not quite lead to the server, and what a person is told of the one that would."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import trustme
from canned import Reply, as_json, canned
from urllib3 import HTTPSConnectionPool

from plexsync.domain.advice import explain_error
from plexsync.domain.errors import Dropped, HttpsOnly, Moved, NotConfigured, TokenRefused
from plexsync.net.tls import Address, open_pool
from plexsync.plex.client import PlexClient
from plexsync.usecases.check.certificate import pinned
from plexsync.usecases.check.finding import Grade

TOKEN = "Sup3rS3cretT0ken"
IDENTITY = as_json({"MediaContainer": {"machineIdentifier": "m", "version": "1.43.0"}})


def client_of(url: str, token: str = TOKEN) -> PlexClient:
    return PlexClient(Address(url), token, connect_timeout=5, read_timeout=5, client_id="tests")


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """A certification authority that this machine trusts for the time of a test."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    return authority


def speaking(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_a_server_that_takes_https_only_is_told_with_its_plex_direct_name(authority: trustme.CA) -> None:
    with canned(lambda _: IDENTITY, speaking(authority, "*.0123abcd.plex.direct")) as server:
        client = client_of(server.url.replace("https://", "http://"))
        with pytest.raises(HttpsOnly) as raised:
            client.get("/identity")
        port = server.url.rpartition(":")[2]
        assert raised.value.data["https_url"] == f"https://127-0-0-1.0123abcd.plex.direct:{port}"
        assert "Secure connections" in str(explain_error(raised.value))


def test_one_with_a_certificate_of_its_own_is_told_by_its_number() -> None:
    context = speaking(trustme.CA(), "nas.example")
    with canned(lambda _: IDENTITY, context) as server, pytest.raises(HttpsOnly) as raised:
        client_of(server.url.replace("https://", "http://")).get("/identity")
    assert raised.value.data["https_url"] == server.url


def test_a_server_that_hangs_up_and_speaks_no_tls_is_only_dropped() -> None:
    with canned(lambda _: Reply(reset=True)) as server, pytest.raises(Dropped) as raised:
        client_of(server.url).get("/identity")
    assert type(raised.value) is Dropped


def test_another_address_is_named_and_not_followed() -> None:
    with canned(lambda _: IDENTITY) as other:
        answer = Reply(301, headers={"Location": f"{other.url}/plex/identity?X-Plex-Token={TOKEN}"})
        with canned(lambda _: answer) as server, pytest.raises(Moved) as raised:
            client_of(server.url).get("/identity")
        assert raised.value.data["location"] == f"{other.url}/plex"
        assert not other.asked, "nobody followed, so no token went along"
        assert TOKEN not in str(raised.value)


@pytest.mark.parametrize("location", ["", "/web/index.html", "//elsewhere/", "::"])
def test_whatever_the_place_looks_like_something_is_said(location: str) -> None:
    with canned(lambda _: Reply(302, headers={"Location": location})) as server, pytest.raises(Moved):
        client_of(server.url).get("/identity")


def test_without_a_token_none_is_sent_and_a_server_that_wants_one_is_told_as_a_missing_setting() -> None:
    with canned(lambda _: IDENTITY) as server:
        client_of(server.url, "").get("/identity")
        assert "X-Plex-Token" not in server.asked[0].headers
    with canned(lambda _: Reply(401)) as server, pytest.raises(NotConfigured) as missing:
        client_of(server.url, "").get("/library/sections")
    assert missing.value.data["setting"] == "plex_token"
    with canned(lambda _: Reply(401)) as server, pytest.raises(TokenRefused):
        client_of(server.url).get("/library/sections")


def test_each_answer_may_close_its_connection() -> None:
    with canned(lambda _: Reply(body=IDENTITY.body, headers={"Connection": "close"})) as server:
        client = client_of(server.url)
        for _ in range(20):
            assert client.get("/identity")["machineIdentifier"] == "m"
        assert len(server.asked) == 20, "none was sent twice"


def test_a_plex_direct_name_is_verified_as_such_and_never_pinned() -> None:
    pool = open_pool("https", "192-168-1-5.0123abcd.plex.direct", 32400, "ab" * 32)
    assert isinstance(pool, HTTPSConnectionPool)
    assert (pool.assert_fingerprint, pool.cert_reqs) == (None, None)
    pinned = open_pool("https", "nas", 32400, "ab" * 32)
    assert isinstance(pinned, HTTPSConnectionPool)
    assert pinned.assert_fingerprint == "ab" * 32


def test_capitals_and_ipv6_are_addresses_too() -> None:
    assert client_of("http://[::1]:32400").url == "http://[::1]:32400"


def test_check_warns_of_a_public_certificate_that_is_pinned(authority: trustme.CA) -> None:
    with canned(lambda _: IDENTITY, speaking(authority, "127.0.0.1")) as server:
        (told,) = pinned("Plex", "plex_certificate", server.url)
    assert told.grade is Grade.WARNING
    assert "`plexsync config set plex_certificate ''`" in told.next_step


def test_check_says_nothing_of_a_certificate_of_a_servers_own_that_is_pinned() -> None:
    with canned(lambda _: IDENTITY, speaking(trustme.CA(), "127.0.0.1")) as server:
        assert list(pinned("Plex", "plex_certificate", server.url)) == []
