"""A chosen server is found at the best of its addresses, and no other machine ever learns its token."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from canned import Canned, Reply, as_json, canned
from plextv_canned import HASH, MACHINE, authority, connection, row, secure

from plexsync.domain.errors import ForeignServer, NoAddressAnswers, TlsFailed, Unreachable
from plexsync.net.tls import Address, number_in
from plexsync.plex.client import PlexClient
from plexsync.plextv import servers
from plexsync.plextv.addresses import ServerAddress, Way, addresses
from plexsync.plextv.client import PlexTvClient
from plexsync.runtime.reach.race import Tried, reach

IDENTITY = {"MediaContainer": {"machineIdentifier": MACHINE, "version": "1.43"}}
TOKEN = "server-token-1"


@contextmanager
def plex(machine_id: str = MACHINE, delay: float = 0.0) -> Iterator[Canned]:
    def answer(_: object) -> Any:
        time.sleep(delay)
        return as_json({"MediaContainer": {**IDENTITY["MediaContainer"], "machineIdentifier": machine_id, "size": 0}})

    with canned(answer) as server:
        yield server


def port(server: Canned) -> int:
    return int(server.url.rpartition(":")[2])


def listed(*rows: dict[str, Any]) -> servers.PlexServer:
    """A server as the client reads it from plex.tv's list."""
    with canned(lambda _: as_json(list(rows))) as tv, closing(PlexTvClient(tv.url, "x", "t")) as client:
        return servers.servers(client).servers[0]


def found(*connections: dict[str, Any], **other: Any) -> Tried:
    server = listed(row(*connections, **other))
    return reach(server.name, server.machine_id, addresses(server), "x")


def test_local_goes_before_direct_before_relay_even_if_slower() -> None:
    with plex(delay=0.3) as slow, plex() as fast, plex() as relay:
        places = [
            connection(port(relay), local=True, relay=True),
            connection(port(fast), local=False),
            connection(port(slow)),
        ]
        best = found(*places)
    assert best.address.url == f"http://127.0.0.1:{port(slow)}"
    assert (best.address.way, best.version) == (Way.LOCAL, "1.43")


def test_a_dead_address_that_seems_better_costs_two_seconds_at_most() -> None:
    """192.0.2.x is nobody's (as a Docker bridge that is not ours)."""
    with plex() as direct:
        began = time.monotonic()
        best = found(connection(32400, "192.0.2.210"), connection(port(direct), local=False))
    assert best.address.way is Way.DIRECT
    assert time.monotonic() - began < 3.5


def test_another_server_at_the_address_is_passed_over_and_gets_no_token() -> None:
    with plex("f" * 40) as foreign, plex() as own:
        best = found(connection(port(foreign)), connection(port(own), local=False))
    assert best.address.url == own.url
    assert foreign.asked
    assert all("X-Plex-Token" not in asked.headers for asked in (*foreign.asked, *own.asked))


def test_a_server_that_is_nowhere_is_said_with_the_reasons() -> None:
    with plex("f" * 40) as foreign, pytest.raises(NoAddressAnswers) as caught:
        found(connection(port(foreign)), connection(9))
    assert "Another Plex server answers" in caught.value.data["detail"]
    assert caught.value.data["number"] == "2"


def test_a_server_without_addresses_is_said() -> None:
    with pytest.raises(NoAddressAnswers):
        found()


def test_a_plex_direct_name_holds_its_number() -> None:
    assert number_in(f"192-0-2-10.{HASH}.plex.direct") == "192.0.2.10"
    assert number_in(f"2001-db8--10.{HASH}.plex.direct") == "2001:db8::10"
    assert number_in("plex.example.org") == number_in(f"x-y.{HASH}.plex.direct") == number_in("plex.direct") == ""


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Canned]:
    """A server that speaks TLS with a certificate for ``plex.direct`` names, signed by somebody who is trusted."""
    shown, key, signed = authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(signed))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(shown, key)
    with canned(lambda _: as_json(IDENTITY), context) as server:
        yield server


def test_https_by_its_name_is_verified_without_a_name_server(tls: Canned) -> None:
    best = found(secure(port(tls)))
    assert best.address.url == f"https://127-0-0-1.{HASH}.plex.direct:{port(tls)}"


def test_a_certificate_for_another_name_is_refused(tls: Canned) -> None:
    other = HASH.replace("1", "2")
    with pytest.raises(NoAddressAnswers) as caught:
        found(secure(port(tls), hash_=other), httpsRequired=True)
    assert "name" in caught.value.data["detail"]
    client = PlexClient(
        Address(f"https://127-0-0-1.{other}.plex.direct:{port(tls)}"),
        TOKEN,
        connect_timeout=5,
        read_timeout=5,
        client_id="x",
    )
    with closing(client), pytest.raises(TlsFailed):
        client.get("/identity")
    assert tls.asked == []


def test_notifications_go_by_the_same_name(tls: Canned) -> None:
    url = f"https://127-0-0-1.{HASH}.plex.direct:{port(tls)}"
    client = PlexClient(Address(url), TOKEN, connect_timeout=5, read_timeout=5, client_id="x", machine_id=MACHINE)
    with closing(client):
        shaken = client.handshake("/:/websockets/notifications", {})
        shaken.socket.close()
    assert shaken.url.startswith(url)


def proved(server: Canned) -> PlexClient:
    address = Address(server.url)
    return PlexClient(address, TOKEN, connect_timeout=5, read_timeout=5, client_id="x", machine_id=MACHINE)


def test_the_chosen_server_is_asked_who_it_is_before_it_gets_the_token() -> None:
    with plex() as server, closing(proved(server)) as client:
        client.get("/library/sections")
        client.get("/library/sections")
    assert [(one.path, "X-Plex-Token" in one.headers) for one in server.asked] == [
        ("/identity", False),
        ("/library/sections", True),
        ("/library/sections", True),
    ]


def test_another_server_never_learns_the_token() -> None:
    with plex("f" * 40) as server, closing(proved(server)) as client:
        for ask in (
            lambda: client.get("/library/sections"),
            lambda: client.edit("/library/metadata/1", "title.value=x", item="1"),
            lambda: client.handshake("/:/websockets/notifications", {}),
            lambda: client.lines("/:/eventsource/notifications", {}, silence=1).__enter__(),
        ):
            with pytest.raises(ForeignServer):
                ask()
    assert all("X-Plex-Token" not in asked.headers for asked in server.asked)


def test_who_answers_after_a_broken_connection_is_asked_again() -> None:
    answers = iter([as_json(IDENTITY), Reply(reset=True), as_json({"MediaContainer": {"machineIdentifier": "f"}})])
    with canned(lambda _: next(answers)) as server, closing(proved(server)) as client:
        with pytest.raises(Unreachable):
            client.get("/library/sections")
        with pytest.raises(ForeignServer):
            client.get("/library/sections")
    assert "X-Plex-Token" not in server.asked[-1].headers


def test_addresses_that_mean_nothing_here_are_not_tried() -> None:
    server = listed(row(connection(1, "169.254.1.1"), connection(2, "::"), connection(3, "fe80::1"), connection(4)))
    assert [one.url for one in addresses(server)] == ["http://127.0.0.1:4"]
    away = listed(row(connection(1), connection(2, local=False), owned=False, publicAddressMatches=False))
    assert addresses(away) == (ServerAddress("http://127.0.0.1:2", Way.DIRECT),)
    near = listed(row(connection(1), owned=False, publicAddressMatches=True))
    assert addresses(near) == (ServerAddress("http://127.0.0.1:1", Way.LOCAL),)
