"""The client of plex.tv against the simulated one: every recorded case, told apart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from canned import Canned, Reply, canned

from plexsync.domain.advice import explain_error
from plexsync.domain.errors import BadAnswer, Dropped, PinExpired, TokenRefused, TooManyRequests, Unreachable
from plexsync.plextv import account, pins, servers
from plexsync.plextv.addresses import Way, addresses
from plexsync.plextv.client import HOST, OTHER_HOST, PlexTvClient, host_of
from plexsync_simulators.process import Process, start_plextv

RECORDINGS = Path(__file__).parents[2] / "recordings" / "plextv"
CLIENT_ID = "00000000-0000-4000-8000-00000000c11d"


def recorded(name: str) -> Any:
    return json.loads((RECORDINGS / name).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def sim() -> Iterator[Process]:
    with start_plextv() as process:
        yield process


@pytest.fixture(autouse=True)
def fresh(sim: Process) -> None:
    switches = {"pin_form": "now", "created_status": "201", "expired": "404", "claimed": "stays", "resources": "list"}
    sim.control("POST", "switches", {**switches, "notation": "asked", "requests_per_second": 0, "retry_after": 0})
    sim.control("POST", "faults", [])
    sim.control("POST", "resources", recorded("resources.json"))


@pytest.fixture
def asking(sim: Process) -> Iterator[PlexTvClient]:
    with closing(PlexTvClient(sim.url, CLIENT_ID)) as client:
        yield client


@pytest.fixture
def signed_in(sim: Process) -> Iterator[PlexTvClient]:
    sim.control("POST", "tokens", {"admit": ["known"]})
    with closing(PlexTvClient(sim.url, CLIENT_ID, "known")) as client:
        yield client


@pytest.mark.parametrize("switches", [{}, {"pin_form": "2022"}, {"created_status": "200"}])
def test_a_pin_is_made_approved_and_read(sim: Process, asking: PlexTvClient, switches: dict[str, str]) -> None:
    sim.control("POST", "switches", switches)
    pin = pins.make(asking, strong=True)
    assert (len(pin.code), pin.seconds, pin.token) == (25, 1800, "")
    assert pins.read(asking, pin.id).token == ""
    token = sim.control("POST", "approve", {"code": pin.code})["token"]
    assert pins.read(asking, pin.id).token == token


def test_a_short_pin_has_a_code_to_type(asking: PlexTvClient) -> None:
    pin = pins.make(asking, strong=False)
    assert (len(pin.code), pin.seconds) == (4, 900)


def test_the_link_is_built_as_recorded() -> None:
    pin = pins.Pin(1, "a b&c", 1800)
    assert pins.sign_in_link("id=1", pin) == (
        "https://app.plex.tv/auth#?clientID=id%3D1&code=a%20b%26c&context[device][product]=PlexSync"
    )


def test_nothing_of_a_pin_shows_in_its_name() -> None:
    assert repr(pins.Pin(12345678, "secretcode", 9.0, "secrettoken")) == "Pin(seconds=9.0)"


@pytest.mark.parametrize("answer", ["404", "200"])
def test_a_pin_that_is_over_is_told_from_trouble(sim: Process, asking: PlexTvClient, answer: str) -> None:
    sim.control("POST", "switches", {"expired": answer})
    pin = pins.make(asking, strong=True)
    sim.control("POST", "expire", {"code": pin.code})
    with pytest.raises(PinExpired):
        pins.read(asking, pin.id)


def test_a_pin_of_another_client_or_turned_down_is_over(sim: Process, asking: PlexTvClient) -> None:
    pin = pins.make(asking, strong=True)
    with closing(PlexTvClient(sim.url, "another")) as other, pytest.raises(PinExpired):
        pins.read(other, pin.id)
    sim.control("POST", "deny", {"code": pin.code})
    with pytest.raises(PinExpired):
        pins.read(asking, pin.id)


@pytest.mark.parametrize(("wait", "told"), [(0, "5"), (9, "9"), (100_000, "600")])
def test_a_rate_limit_says_how_long_to_wait(sim: Process, asking: PlexTvClient, wait: int, told: str) -> None:
    fault = {"kind": "status", "status": 429, "retry_after": wait}
    sim.control("POST", "faults", fault)
    with pytest.raises(TooManyRequests) as caught:
        pins.make(asking, strong=True)
    assert caught.value.data["retry_after"] == told


def test_a_page_in_place_of_json_is_passing_trouble(sim: Process, asking: PlexTvClient) -> None:
    sim.control("POST", "faults", {"kind": "status", "status": 503})
    with pytest.raises(BadAnswer) as caught:
        pins.make(asking, strong=True)
    assert caught.value.data["status"] == "503"
    sim.control("POST", "switches", {"notation": "xml"})
    with pytest.raises(BadAnswer, match="application/xml"):
        pins.make(asking, strong=True)


@pytest.mark.parametrize(
    "body", ["[]", "{}", "7", '{"id": 1}', '{"id": "x", "code": "a", "expiresIn": 1, "authToken": null}', "{"]
)
def test_an_odd_pin_is_passing_trouble(body: str) -> None:
    with (
        canned(lambda _: Reply(200, body.encode())) as server,
        closing(PlexTvClient(server.url, "x")) as client,
        pytest.raises(BadAnswer),
    ):
        pins.make(client, strong=True)


def test_no_network_and_a_cut_connection_are_told(sim: Process, asking: PlexTvClient) -> None:
    sim.control("POST", "faults", {"kind": "reset"})
    with pytest.raises(Dropped):
        pins.make(asking, strong=True)
    with closing(PlexTvClient("http://127.0.0.1:9", "x")) as nobody, pytest.raises(Unreachable) as caught:
        pins.make(nobody, strong=True)
    assert "This machine does not reach plex.tv" in explain_error(caught.value).text


def test_an_account_is_named_by_its_title_also_a_managed_one(sim: Process, signed_in: PlexTvClient) -> None:
    assert account.account(signed_in).name == "example-owner"
    sim.control("POST", "tokens", {"admit": ["known"], "person": "managed"})
    assert account.account(signed_in).name == "Example Child"


def test_a_dead_token_is_told_from_trouble(sim: Process, signed_in: PlexTvClient) -> None:
    account.keep_alive(signed_in)
    sim.control("POST", "tokens", {"expire": ["known"]})
    with pytest.raises(TokenRefused):  # 498
        account.account(signed_in)
    sim.control("POST", "tokens", {"admit": ["known"]})
    account.sign_out(signed_in)
    with pytest.raises(TokenRefused):  # 401
        account.account(signed_in)


def test_servers_are_listed_own_ones_first_players_not_at_all(signed_in: PlexTvClient) -> None:
    found = servers.servers(signed_in)
    assert [(one.name, one.is_owned, one.owner) for one in found.servers] == [
        ("Example Main", True, ""),
        ("Example Strict", True, ""),
        ("Example Old Box", True, ""),
        ("Example Main", False, "example-friend"),
        ("Example Family", False, "example-parent"),
    ]
    assert found.odd == ()
    assert "EXAMPLE_srv" not in repr(found)


@pytest.mark.parametrize("name", ["resources_empty.json", "resources_no_server.json"])
def test_an_account_may_have_no_server(sim: Process, signed_in: PlexTvClient, name: str) -> None:
    sim.control("POST", "resources", recorded(name))
    assert servers.servers(signed_in).servers == ()


def test_long_tokens_are_taken_as_they_are(sim: Process, signed_in: PlexTvClient) -> None:
    sim.control("POST", "resources", recorded("resources_jwt.json"))
    assert servers.servers(signed_in).servers[0].token.startswith("eyJ")


def test_one_odd_row_costs_only_itself(sim: Process, signed_in: PlexTvClient) -> None:
    good = recorded("resources.json")[1]
    odd = [{**good, "accessToken": None, "name": "No token"}, 7, None, {"provides": "server"}]
    half = {**good, "clientIdentifier": "half", "connections": [{"uri": 1}, *good["connections"]]}
    sim.control("POST", "resources", [*odd, good, half])
    found = servers.servers(signed_in)
    assert [len(one.connections) for one in found.servers] == [2, 2]
    assert found.odd == ("No token", "", "", "")


def test_a_body_that_is_no_list_never_means_no_servers(sim: Process, signed_in: PlexTvClient) -> None:
    sim.control("POST", "switches", {"resources": "object"})
    with pytest.raises(BadAnswer):
        servers.servers(signed_in)


def test_addresses_are_local_before_direct_before_relay_and_secure_first(signed_in: PlexTvClient) -> None:
    main, strict, _, shared, relayed = servers.servers(signed_in).servers
    ways = [(one.way, one.url.partition(":")[0]) for one in addresses(main)]
    assert ways == sorted(ways, key=lambda one: (one[0], one[1] != "https"))
    assert [one.url for one in addresses(main)][:4] == [
        "https://192-0-2-210.000000000000000000000000ce000001.plex.direct:32400",
        "https://192-0-2-10.000000000000000000000000ce000001.plex.direct:32400",
        "http://192.0.2.210:32400",
        "http://192.0.2.10:32400",
    ]
    assert "http://[2001:db8::10]:32400" in {one.url for one in addresses(main)}
    assert {one.url.partition(":")[0] for one in addresses(strict)} == {"https"}
    assert "192-0-2-10" not in "".join(one.url for one in addresses(shared))
    assert [one.way for one in addresses(relayed)] == [Way.RELAY]


def test_the_token_stands_in_no_address(sim: Process) -> None:
    assert not sim.control("GET", "requests")["token_in_address"]


def test_only_this_machine_can_stand_in_for_plex_tv() -> None:
    assert host_of({}) == HOST == "https://plex.tv"
    assert host_of({OTHER_HOST: "http://127.0.0.1:9"}) == "http://127.0.0.1:9"
    assert host_of({OTHER_HOST: "https://evil.example"}) == HOST


def test_headers_are_those_that_plex_tv_wants(sim: Process) -> None:
    seen: list[Canned] = []
    with canned(lambda _: Reply(200, b"{}")) as server:
        with closing(PlexTvClient(server.url, "x")) as client:
            client.ask("POST", "/api/v2/pins?strong=true")
        seen.append(server)
    headers = seen[0].asked[0].headers
    assert headers["Accept"] == "application/json"
    assert headers["X-Plex-Client-Identifier"] == "x"
    assert headers["X-Plex-Product"] == "PlexSync"
    assert "X-Plex-Token" not in headers
