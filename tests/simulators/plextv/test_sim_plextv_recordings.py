"""The simulated plex.tv answers every recorded exchange: status, notation, the same names with the same types."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import urllib3
from sim_plextv_client import CLIENT, HEADERS, TOKEN, TvAnswer, ask, recording

from plexsync_simulators.process import Process, start_plextv
from plexsync_simulators.shared.json_type import Json

EXCHANGES = recording("exchanges.json")["exchanges"]
SWITCHED: Mapping[str, dict[str, str]] = {
    "pin_create_old_form": {"pin_form": "2022"},
    "pin_create_status_200": {"created_status": "200"},
    "pin_expired_200": {"expired": "200"},
    "resources_not_a_list": {"resources": "object"},
    "resources_jwt_access_token": {"access_tokens": "jwt"},
    "home_switch_pin_missing": {"home_pin": "needed"},
}
DEFAULTS = {
    "pin_form": "now",
    "created_status": "201",
    "expired": "404",
    "claimed": "stays",
    "resources": "list",
    "access_tokens": "plain",
    "home_pin": "free",
    "requests_per_second": 0,
    "retry_after": 0,
}
PLANTED = {"pin_poll_429": 429, "pin_poll_503": 503, "home_switch_429": 429}
BAD_TOKENS = ("user_bad_token", "resources_bad_token", "ping_bad_token", "user_bad_token_legacy")
RESOURCES = {
    "resources_empty": "resources_empty.json",
    "resources_no_server": "resources_no_server.json",
    "resources_jwt_access_token": "resources_jwt.json",
}


@pytest.fixture(scope="module")
def sim() -> Iterator[Process]:
    with start_plextv(read_latency_ms="0.0", write_latency_ms="0.0") as process:
        yield process


@pytest.fixture(autouse=True)
def fresh(sim: Process) -> None:
    sim.control("POST", "switches", DEFAULTS)
    sim.control("POST", "faults", [])
    sim.control("POST", "tokens", {"admit": [TOKEN]})
    sim.control("POST", "resources", recording("resources.json"))


def new_pin(sim: Process) -> Json:
    found: Json = ask(sim, "POST", "/api/v2/pins?strong=true", HEADERS).json()
    return found


def claimed(sim: Process) -> int:
    pin = new_pin(sim)
    sim.control("POST", "approve", {"code": pin["code"]})
    return int(pin["id"])


def expired(sim: Process) -> int:
    pin = new_pin(sim)
    sim.control("POST", "expire", {"code": pin["code"]})
    return int(pin["id"])


PINS: Mapping[str, Callable[[Process], int]] = {
    "pin_claimed": claimed,
    "pin_expired": expired,
    "pin_expired_200": expired,
}


def headers_of(exchange: Json) -> dict[str, str]:
    wanted = exchange["required_headers"]
    headers = {name: HEADERS[name] if value == "*" else value for name, value in wanted.items()}
    case = exchange["case"]
    if case.startswith(BAD_TOKENS):
        headers["X-Plex-Token"] = "nobody's"
    if case == "pin_other_client_id":
        headers["X-Plex-Client-Identifier"] = "another"
    return headers


def prepare(sim: Process, case: str) -> str:
    """Bring the server into the state of a case; gives the id of the pin that it is about."""
    sim.control("POST", "switches", SWITCHED.get(case, {}))
    if case in RESOURCES:
        sim.control("POST", "resources", recording(RESOURCES[case]))
    if case == "user_managed":
        sim.control("POST", "tokens", {"admit": [TOKEN], "person": "managed"})
    if case == "user_jwt_expired":
        sim.control("POST", "tokens", {"expire": [TOKEN]})
    number = PINS[case](sim) if case in PINS else new_pin(sim)["id"]
    if case in PLANTED:
        sim.control("POST", "faults", {"kind": "status", "status": PLANTED[case]})
    return str(number)


@pytest.mark.parametrize("exchange", EXCHANGES, ids=[one["case"] for one in EXCHANGES])
def test_every_recorded_exchange_is_answered_as_it_was(sim: Process, exchange: Json) -> None:
    number = prepare(sim, exchange["case"])
    path = exchange["path"].replace("100000001", number)
    if exchange["query"]:
        path += "?" + "&".join(f"{name}={value}" for name, value in exchange["query"].items())
    answer = ask(sim, exchange["method"], path, headers_of(exchange))
    assert answer.status == exchange["status"]
    assert answer.kind == exchange["content_type"]
    if exchange["body_file"]:
        compare(answer, exchange["body_file"])


def compare(answer: TvAnswer, name: str) -> None:
    told = recording(name)
    if name.startswith(("error_", "pin_expired.")) and name.endswith(".json"):
        assert answer.json() == told
    elif name.endswith(".html"):
        assert answer.body.decode() == told
    elif name.endswith(".xml"):
        assert tags(answer.body) >= tags(told) - {("user", ""), ("roles", "")}
    elif name == "resources.json":
        assert answer.json() == told  # what a test gives is what a client gets
    else:
        assert shape(answer.json()) == shape(told)


def tags(text: str | bytes) -> set[tuple[str, str]]:
    """Every element's name with each of its attributes."""
    root = ET.fromstring(text)
    return {(one.tag, name) for one in root.iter() for name in (*one.attrib, "")}


def shape(value: Any) -> Any:
    """Names and types, without values; rows of one list count once each."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items()}
    if isinstance(value, list):
        return [shape(one) for one in value]
    return type(value).__name__


def test_a_pin_belongs_to_the_client_that_made_it_and_counts_down(sim: Process) -> None:
    pin = new_pin(sim)
    assert (len(pin["code"]), pin["expiresIn"], pin["clientIdentifier"]) == (25, 1800, CLIENT)
    short = ask(sim, "POST", "/api/v2/pins", HEADERS).json()
    assert (len(short["code"]), short["expiresIn"]) == (4, 900)


def test_a_claimed_pin_may_be_gone_at_the_second_read(sim: Process) -> None:
    sim.control("POST", "switches", {"claimed": "gone"})
    path = f"/api/v2/pins/{claimed(sim)}"
    assert ask(sim, "GET", path, HEADERS).json()["authToken"]
    assert ask(sim, "GET", path, HEADERS).status == 404


def test_a_pin_that_a_person_turns_down_is_gone(sim: Process) -> None:
    pin = new_pin(sim)
    sim.control("POST", "deny", {"code": pin["code"]})
    assert ask(sim, "GET", f"/api/v2/pins/{pin['id']}", HEADERS).status == 404


def test_the_rate_limit_may_name_how_long_to_wait_and_usually_does_not(sim: Process) -> None:
    for wait, told in ((0, None), (7, "7")):
        sim.control("POST", "switches", {"requests_per_second": 1, "retry_after": wait})
        answers = [ask(sim, "GET", "/api/v2/ping", HEADERS) for _ in range(3)]
        refused = next(one for one in answers if one.status == 429)
        assert refused.headers.get("Retry-After") == told


def test_xml_may_come_whatever_is_asked_for(sim: Process) -> None:
    sim.control("POST", "switches", {"notation": "xml"})
    answer = ask(sim, "POST", "/api/v2/pins?strong=true", HEADERS)
    sim.control("POST", "switches", {"notation": "asked"})
    assert answer.kind == "application/xml"
    assert tags(answer.body) >= tags(recording("pin_created.xml"))


def test_signing_out_kills_the_token_and_a_new_sign_in_kills_the_one_before(sim: Process) -> None:
    first, second = (sim.control("POST", "approve", {"code": new_pin(sim)["code"]})["token"] for _ in range(2))
    assert ask(sim, "GET", "/api/v2/user", {**HEADERS, "X-Plex-Token": first}).status == 401
    assert ask(sim, "DELETE", "/api/v2/users/signout", {**HEADERS, "X-Plex-Token": second}).status == 204
    assert ask(sim, "GET", "/api/v2/ping", {**HEADERS, "X-Plex-Token": second}).status == 401


def test_a_signed_in_client_approves_a_short_code(sim: Process) -> None:
    pin = ask(sim, "POST", "/api/v2/pins", HEADERS).json()
    assert ask(sim, "PUT", "/api/v2/pins/link", HEADERS, code=pin["code"]).status == 204
    assert ask(sim, "GET", f"/api/v2/pins/{pin['id']}", HEADERS).json()["authToken"]


def test_it_can_be_down_and_cut_connections(sim: Process) -> None:
    sim.control("POST", "down", {"seconds": 60})
    with pytest.raises(urllib3.exceptions.ProtocolError):
        ask(sim, "GET", "/api/v2/ping", HEADERS)
    sim.control("POST", "down", {"seconds": 0})
    assert ask(sim, "GET", "/api/v2/ping", HEADERS).status == 200


def test_a_token_in_an_address_is_noticed(sim: Process) -> None:
    assert not sim.control("GET", "requests")["token_in_address"]
    ask(sim, "GET", f"/api/v2/ping?X-Plex-Token={TOKEN}", {name: HEADERS[name] for name in list(HEADERS)[:3]})
    assert sim.control("GET", "requests")["token_in_address"]
