"""Ways into a simulated Stash that asks for a login: cookie, API key, and neither."""

from __future__ import annotations

import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from stash_canned import client_of

from plexsync.domain.errors import TokenRefused
from plexsync_simulators.process import Process, start_stash

VERSION = "query { version { version } }"


@pytest.fixture(scope="module")
def stash(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    folder = tmp_path_factory.mktemp("stash")
    with start_stash(dir=folder, username="admin", password="pw", max_session_age=3) as process:
        yield process


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def log_in(stash: Process) -> str:
    """Return a session cookie's value."""
    form = urllib.parse.urlencode({"username": "admin", "password": "pw", "returnURL": "/"}).encode()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay)
    try:
        with opener.open(f"{stash.url}/login", form, timeout=10) as answer:
            told = answer.headers["Set-Cookie"]
    except urllib.error.HTTPError as redirect:
        with redirect:
            told = redirect.headers["Set-Cookie"]
    return str(told).partition(";")[0].removeprefix("session=")


def test_without_anything_it_stays_shut(stash: Process) -> None:
    with client_of(stash.url) as client:
        with pytest.raises(TokenRefused):
            client.query(VERSION)
        with pytest.raises(TokenRefused):
            client.image("/scene/1/screenshot")


@pytest.mark.parametrize("secret", [{"cookie": "garbage"}, {"api_key": "garbage"}])
def test_what_is_wrong_is_refused(stash: Process, secret: dict[str, str]) -> None:
    with client_of(stash.url, **secret) as client, pytest.raises(TokenRefused):  # type: ignore[arg-type]
        client.query(VERSION)


def test_a_client_that_asks_now_and_then_outlives_its_cookie(stash: Process) -> None:
    cookie = log_in(stash)
    with client_of(stash.url, cookie=cookie) as client, client_of(stash.url, cookie=cookie) as silent:
        end = time.monotonic() + 4.5
        while time.monotonic() < end:
            client.query(VERSION)
            time.sleep(0.5)
        assert client.cookie != cookie
        with pytest.raises(TokenRefused):
            silent.query(VERSION)


def test_an_api_key(stash: Process) -> None:
    with client_of(stash.url, cookie=log_in(stash)) as client:
        key = client.query("mutation { generateAPIKey(input: {}) }")["generateAPIKey"]
    with client_of(stash.url, api_key=key) as client:
        assert client.query(VERSION)
        assert client.cookie == ""


def test_its_own_certificate(tmp_path: Path) -> None:
    issued = trustme.CA().issue_cert("stash.example")
    certificate, key = tmp_path / "stash.crt", tmp_path / "stash.key"
    issued.cert_chain_pems[0].write_to_path(str(certificate))
    issued.private_key_pem.write_to_path(str(key))
    with start_stash(dir=tmp_path / "stash", tls_cert=certificate, tls_key=key) as process:
        assert process.url.startswith("https://")
        with client_of(process.url) as client:
            assert client.counts()["scene"] == 0
