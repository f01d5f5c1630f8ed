"""The simulated Plex as a process: start, end, restart, and what it costs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sim_plex_client import OWNER, RECORDED_LIBRARY, BarePlex, tags

from plexsync_simulators.process import FORKSERVER_VARIABLE, PLEX, Process, StartFailed, start_plex
from plexsync_simulators.shared.json_type import Json

OWN_PROCESS, FORKSERVER = "a process of its own", "from the forkserver"
QUICK: Json = {"read_latency_ms": 0, "write_latency_ms": 0, "token": OWNER}


@pytest.fixture(autouse=True, params=[OWN_PROCESS, FORKSERVER])
def started(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """How the simulator is started: as anybody starts it, and as the tests do."""
    if request.param == OWN_PROCESS:
        monkeypatch.delenv(FORKSERVER_VARIABLE, raising=False)


def test_a_restart_goes_on_where_the_server_ended(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    with start_plex(library=RECORDED_LIBRARY, state=state, **QUICK) as sim:
        plex = BarePlex(sim)
        key = plex.add(title="kept", Label=["l"], Role=[{"tag": "A", "role": "R", "thumb": "https://example.com/a"}])
        plex.edit(key, raw="collection[0].tag.tag=C&genre[0].tag.tag=G&genre.locked=1", studio__value="")
        plex.ask("POST", f"/library/metadata/{key}/posters", body=b"picture")
        before, port, machine = sim.control("GET", "dump"), sim.port, plex.get("/identity")["machineIdentifier"]
        plex.close()
        assert sim.stop() == 0
    with start_plex(library=RECORDED_LIBRARY, state=state, port=port, **QUICK) as sim:
        plex = BarePlex(sim)
        assert sim.control("GET", "dump") == before
        assert plex.get("/identity")["machineIdentifier"] == machine
        assert plex.ask("GET", plex.item(key)["thumb"]).body == b"picture"
        assert int(plex.add(title="new")) > max(int(one["ratingKey"]) for one in before["sections"][0]["items"])
        plex.close()


def test_it_ends_cleanly_with_listeners_connected_and_a_scan_running() -> None:
    with start_plex(library=RECORDED_LIBRARY, scan_ms=60_000, **QUICK) as sim:
        plex = BarePlex(sim)
        plex.ask("GET", "/library/sections/1/refresh")
        command = [sys.executable, "-c", "import sys,urllib.request as u;u.urlopen(sys.argv[1]).read()"]
        url = f"{sim.url}/:/eventsource/notifications?X-Plex-Token={OWNER}"
        with subprocess.Popen([*command, url], stderr=subprocess.DEVNULL) as listener:
            deadline = time.monotonic() + 10
            while not sim.control("GET", "requests")["kinds"].get("GET events") and time.monotonic() < deadline:
                time.sleep(0.02)
            code = sim.stop(timeout=5)
            assert (code, listener.wait(5)) == (0, 0)
        plex.close()


def test_a_start_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(StartFailed, match="no-such-file"):
        Process(PLEX, library=tmp_path / "no-such-file")


def test_it_ends_when_its_parent_is_gone() -> None:
    script = (
        "import os,sys;from plexsync_simulators.process import Process, PLEX;"
        "p=Process(PLEX);print(p.pid, flush=True);os._exit(0)"
    )
    pid = int(subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, timeout=30).stdout)
    deadline = time.monotonic() + 10
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not alive(pid)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_starting_seconds_pass() -> None:
    with start_plex(starting_seconds=0.5, **QUICK) as sim:
        plex = BarePlex(sim)
        began = time.monotonic()
        assert plex.ask("GET", "/identity").status == 503
        while plex.ask("GET", "/identity").status == 503 and time.monotonic() - began < 10:
            time.sleep(0.02)
        assert plex.ask("GET", "/identity").status == 200
        plex.close()


def test_switches_are_set_from_the_command_line() -> None:
    with start_plex(library=RECORDED_LIBRARY, tag_semantics="replace", auto_empty_trash=0, **QUICK) as sim:
        plex = BarePlex(sim)
        key = plex.add(title="x", Genre=["A"])
        plex.edit(key, raw="genre[0].tag.tag=B")
        assert tags(plex.item(key), "Genre") == ["B"]
        assert plex.get("/:/prefs")["Setting"][0]["value"] is False
        plex.close()


@pytest.mark.parametrize("started", [FORKSERVER], indirect=True)
def test_twenty_thousand_items_cost_little() -> None:
    section = {**RECORDED_LIBRARY["sections"][0], "items": [film(number) for number in range(20_000)]}
    with start_plex(library={"sections": [section]}, **QUICK) as sim:
        plex = BarePlex(sim)

        def cpu_of(method: str, paths: list[str]) -> float:
            """CPU seconds of the server per request."""
            before = sim.control("GET", "process")["cpu_seconds"]
            for path in paths:
                assert plex.ask(method, path).status == 200
            after = sim.control("GET", "process")["cpu_seconds"]
            return float(after - before) / len(paths)

        page = "/library/sections/1/all?type=1&sort=id&X-Plex-Container-Size=500&X-Plex-Container-Start={}"
        assert cpu_of("GET", [page.format(500 * number) for number in range(10)]) < 0.06
        edit = "/library/sections/1/all?type=1&id={}&title.value=T&title.locked=1&genre[0].tag.tag=New"
        assert cpu_of("PUT", [edit.format(number + 1) for number in range(300)]) < 0.003
        plex.close()


def film(number: int) -> Json:
    return {
        "ratingKey": str(number + 1),
        "title": f"Film {number}",
        "summary": "text " * 60,
        "files": [{"path": f"/media/a/{number}.mp4", "size": number, "duration": 60_000}],
        "Genre": [f"Genre {number % 50}", "Drama"],
        "Role": [f"Person {number % 300}", f"Person {number % 301}"],
    }
