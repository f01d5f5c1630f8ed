"""Outages, planted faults and latency of the simulated Plex."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
import urllib3
from sim_plex_client import OWNER, BarePlex, bare_plex


@pytest.fixture(scope="module")
def sim_client() -> Iterator[BarePlex]:
    with bare_plex() as client:
        yield client


@pytest.fixture
def plex(sim_client: BarePlex) -> Iterator[BarePlex]:
    yield sim_client
    sim_client.sim.control("POST", "faults", [])
    sim_client.sim.control("POST", "down", {"seconds": 0})
    sim_client.sim.control("POST", "latency", {"read_ms": 0, "write_ms": 0})


def plant(plex: BarePlex, **fault: object) -> None:
    plex.sim.control("POST", "faults", [{"match": {"method": "PUT", "path_regex": "/all$"}, **fault}])


@pytest.mark.parametrize(("when", "studio"), [("before", None), ("after", "S")])
def test_a_status_fault_strikes_before_or_after_the_effect(plex: BarePlex, when: str, studio: str | None) -> None:
    key = plex.add(title="status")
    plant(plex, kind="status", status=503, when=when, times=2)
    for _ in range(2):
        assert plex.edit(key, studio__value="S", status=503).headers["Content-Type"] == "text/html"
    assert plex.item(key).get("studio") == studio
    plex.edit(key, studio__value="T")
    assert plex.item(key)["studio"] == "T"


def test_a_status_fault_may_say_how_long_to_wait(plex: BarePlex) -> None:
    key = plex.add(title="wait")
    plant(plex, kind="status", status=429, retry_after=7)
    assert plex.edit(key, studio__value="S", status=429).headers["Retry-After"] == "7"


@pytest.mark.parametrize(("when", "studio"), [("before", None), ("after", "S")])
def test_a_reset_gives_no_answer(plex: BarePlex, when: str, studio: str | None) -> None:
    key = plex.add(title="reset")
    plant(plex, kind="reset", when=when)
    with pytest.raises(urllib3.exceptions.ProtocolError):
        plex.edit(key, studio__value="S")
    assert plex.item(key).get("studio") == studio


@pytest.mark.parametrize(("when", "studio"), [("before", None), ("after", "S")])
def test_a_fault_can_kill_who_asks(plex: BarePlex, when: str, studio: str | None) -> None:
    key = plex.add(title="kill")
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]) as victim:
        plant(plex, kind="kill", when=when, pid=victim.pid)
        assert plex.sim.control("GET", "faults") == {"planted": 1}
        with pytest.raises(urllib3.exceptions.ProtocolError):
            plex.edit(key, studio__value="S")
        assert victim.wait(10) == -signal.SIGKILL
    assert plex.sim.control("GET", "faults") == {"planted": 0}
    assert plex.item(key).get("studio") == studio


@pytest.mark.parametrize("later_ms", [0, 100])
def test_an_edit_may_take_effect_later_than_the_fault(plex: BarePlex, later_ms: int) -> None:
    """A server that works on what nobody waits for any more."""
    key = plex.add(title="later")
    plant(plex, kind="status", status=500, when="later", later_ms=later_ms)
    plex.edit(key, studio__value="S", status=500)
    assert plex.item(key).get("studio") is None
    plex.edit(key, studio__value="T")
    plex.sim.control("POST", "release", {"cut": False})
    until = time.monotonic() + 5
    while plex.item(key)["studio"] == "T" and time.monotonic() < until:
        time.sleep(0.02)
    assert plex.item(key)["studio"] == "S"


def test_a_truncated_answer_ends_before_its_announced_length(plex: BarePlex) -> None:
    plex.sim.control("POST", "faults", {"match": {"path_regex": "^/library/sections$"}, "kind": "truncate"})
    with pytest.raises(urllib3.exceptions.ProtocolError, match="IncompleteRead"):
        plex.get("/library/sections")
    assert plex.get("/library/sections")["size"] == 2


@pytest.mark.parametrize(("when", "studio"), [("before", None), ("after", "S")])
def test_a_hanging_request_ends_in_the_clients_patience(plex: BarePlex, when: str, studio: str | None) -> None:
    key = plex.add(title="hang")
    plant(plex, kind="hang", when=when)
    with pytest.raises(urllib3.exceptions.TimeoutError):
        edit_impatiently(plex, key)
    assert plex.item(key).get("studio") == studio


def edit_impatiently(plex: BarePlex, key: str) -> None:
    url = f"{plex.sim.url}/library/sections/1/all?type=1&id={key}&studio.value=S"
    with urllib3.PoolManager(retries=False, timeout=0.2, headers={"X-Plex-Token": OWNER}) as impatient:
        impatient.request("PUT", url)


def test_a_slow_answer_is_true_and_late(plex: BarePlex) -> None:
    key = plex.add(title="slow")
    plant(plex, kind="slow", delay_ms=150)
    began = time.monotonic()
    plex.edit(key, studio__value="S")
    assert time.monotonic() - began >= 0.15
    assert plex.item(key)["studio"] == "S"


def test_a_fault_can_let_some_requests_pass_and_choose_by_query(plex: BarePlex) -> None:
    key = plex.add(title="skip")
    fault = {"match": {"query_regex": "studio"}, "kind": "status", "status": 500, "skip": 1}
    assert plex.sim.control("POST", "faults", fault) == {"planted": 1}
    plex.edit(key, studio__value="one")
    plex.edit(key, tagline__value="other")
    plex.edit(key, studio__value="two", status=500)
    plex.edit(key, studio__value="three")


def test_a_fault_nobody_knows_is_refused(plex: BarePlex) -> None:
    with pytest.raises(RuntimeError, match="400"):
        plex.sim.control("POST", "faults", [{"kind": "earthquake"}])
    with pytest.raises(RuntimeError, match="400"):
        plex.sim.control("POST", "switches", {"read_mss": 1})


def test_a_server_that_is_down_cuts_every_connection_but_the_controls(plex: BarePlex) -> None:
    plex.sim.control("POST", "down", {"seconds": 60})
    with pytest.raises(urllib3.exceptions.ProtocolError):
        plex.ask("GET", "/identity")
    plex.sim.control("POST", "down", {"seconds": 0})
    assert plex.ask("GET", "/identity").status == 200


def test_writes_wait_for_one_another_and_reads_do_not(plex: BarePlex) -> None:
    keys = [plex.add(title=f"w{number}") for number in range(4)]
    plex.sim.control("POST", "latency", {"read_ms": 50, "write_ms": 50})

    def at_once(paths: list[tuple[str, str]]) -> float:
        threads = [threading.Thread(target=plex.ask, args=path) for path in paths]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.monotonic() - began

    assert at_once([("PUT", f"/library/sections/1/all?type=1&id={key}&studio.value=S") for key in keys]) >= 0.2
    assert at_once([("GET", f"/library/metadata/{key}?skipRefresh=1") for key in keys]) < 0.2


def test_another_server_can_stand_at_the_same_address(plex: BarePlex) -> None:
    plex.sim.control("POST", "machine_id", {"machine_id": "other"})
    assert plex.get("/identity")["machineIdentifier"] == "other"


def test_none_of_this_left_a_trace_on_stderr(plex: BarePlex) -> None:
    assert plex.sim.stderr == ""
