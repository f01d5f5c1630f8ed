"""Events and scans of the simulated Plex, held against the recorded notifications (docs/engineering/plex.md §5)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sim_plex_client import OWNER, BarePlex, Stream, bare_plex, entry_of

SCANNED = "Library scan complete"
AGENT = "tv.plex.agents.movie"
WITH_AGENT = {"key": "9", "title": "With agent", "agent": AGENT, "locations": ["/media/agent"], "items": []}
RECORDED = Path(__file__).parents[2] / "recordings" / "plex" / "websocket_notifications.jsonl"


@pytest.fixture(scope="module")
def plex() -> Iterator[BarePlex]:
    with bare_plex(scan_ms=20) as client:
        yield client


@pytest.fixture
def stream(plex: BarePlex) -> Iterator[Stream]:
    stream = Stream(plex)
    yield stream
    stream.end(plex)


def recorded(kind: str) -> list[dict[str, Any]]:
    containers = [json.loads(line)["NotificationContainer"] for line in RECORDED.read_text().splitlines()]
    return [container for container in containers if container["type"] == kind]


def test_add_edit_and_delete_are_told_with_recorded_shapes(plex: BarePlex, stream: Stream) -> None:
    key = plex.add(title="told")
    created = stream.until("timeline", state=5)
    assert [entry_of(event)["state"] for _, event in created] == [0, 5]
    assert entry_of(created[-1][1])["mediaState"] == "analyzing"
    first = entry_of(created[0][1])
    assert (first["itemID"], first["sectionID"], first["metadataState"]) == (key, "1", "created")
    plex.edit(key, studio__value="S")
    assert entry_of(stream.until("timeline", itemID=int(key), state=5)[-1][1])["title"] == "told"
    plex.sim.control("DELETE", f"items/{key}")
    deleted = entry_of(stream.until("timeline", state=9)[-1][1])
    assert (deleted["itemID"], deleted["metadataState"]) == (int(key), "deleted")
    known = {name for container in recorded("timeline") for entry in container["TimelineEntry"] for name in entry}
    assert known <= set(first)


def test_a_scan_tells_its_start_progress_and_end(plex: BarePlex, stream: Stream) -> None:
    plex.sim.control("POST", "unscanned", {"section": "1", "files": [{"path": "/media/a/new/n (2001).mp4", "size": 1}]})
    before = plex.get("/library/sections")["Directory"][0]
    assert plex.ask("POST", "/library/sections/1/refresh?path=%2Fmedia%2Fa%2Fnew").status == 200
    events = stream.until("status", title=SCANNED)
    activities = [entry_of(event) for kind, event in events if kind == "activity"]
    assert [entry["event"] for entry in activities] == ["started", "updated", "ended"]
    theirs = recorded("activity")[-1]["ActivityNotification"][0]
    assert set(theirs) == set(activities[0])
    assert set(theirs["Activity"]) == set(activities[0]["Activity"])
    assert activities[0]["Activity"]["Context"] == theirs["Activity"]["Context"]
    assert events[-1][1]["StatusNotification"] == recorded("status")[0]["StatusNotification"][0]
    assert {entry_of(event)["title"] for kind, event in events if kind == "timeline"} == {"n"}
    assert plex.get("/library/sections/1/all?type=1&title==n")["Metadata"][0]["year"] == 2001
    after = plex.get("/library/sections")["Directory"][0]
    assert (after["refreshing"], after["contentChangedAt"] > before["contentChangedAt"]) == (False, True)


def test_while_a_scan_runs_the_section_and_the_activities_say_so(plex: BarePlex) -> None:
    plex.sim.control("POST", "switches", {"scan_ms": 5_000})
    plex.ask("GET", "/library/sections/1/refresh")
    assert plex.get("/library/sections")["Directory"][0]["refreshing"] is True
    assert [one["type"] for one in plex.get("/activities")["Activity"]] == ["library.update.section"]
    plex.ask("DELETE", "/library/sections/1/refresh")
    plex.sim.control("POST", "switches", {"scan_ms": 20})
    assert plex.get("/library/sections")["Directory"][0]["refreshing"] is False
    assert plex.get("/activities")["size"] == 0


def test_a_scan_of_another_folder_finds_nothing(plex: BarePlex, stream: Stream) -> None:
    plex.sim.control("POST", "unscanned", {"section": "1", "files": [{"path": "/media/a/far/f.mp4", "size": 1}]})
    for path in ("%2Fmedia%2Fa%2Ffa", "%2Fmedia%2Fb", "%2Felsewhere"):
        plex.ask("GET", f"/library/sections/1/refresh?path={path}")
        assert "timeline" not in [kind for kind, _ in stream.until("status", title=SCANNED)]
    plex.ask("GET", "/library/sections/1/refresh")
    assert "timeline" in [kind for kind, _ in stream.until("status", title=SCANNED)]


def test_vanished_files_leave_with_the_trash(plex: BarePlex, stream: Stream) -> None:
    plex.sim.control("POST", "switches", {"auto_empty_trash": False})
    key = plex.add(title="gone", files=[{"path": "/media/a/gone.mp4"}])
    two = plex.add(title="half", files=[{"path": "/media/a/half.mp4"}, {"path": "/media/b/half.mp4"}])
    plex.sim.control("POST", "vanish", {"section": "1", "paths": ["/media/a/gone.mp4", "/media/a/half.mp4"]})
    plex.ask("GET", "/library/sections/1/refresh")
    stream.until("status", title=SCANNED)
    assert [row["ratingKey"] for row in plex.get("/library/sections/1/all?type=1&trash=1")["Metadata"]] == [key]
    assert [media["Part"][0]["file"] for media in plex.item(two)["Media"]] == ["/media/b/half.mp4"]
    plex.ask("PUT", "/library/sections/1/emptyTrash")
    assert plex.ask("GET", f"/library/metadata/{key}").status == 404


def test_a_rekeyed_item_is_another_item_with_the_same_file(plex: BarePlex, stream: Stream) -> None:
    key = plex.add(title="old", studio="S", files=[{"path": "/media/a/same.mp4", "size": 7}])
    new = plex.sim.control("POST", f"items/{key}/rekey")["ratingKey"]
    assert plex.ask("GET", f"/library/metadata/{key}").status == 404
    item = plex.item(new)
    assert (item["title"], item["Media"][0]["Part"][0]["file"]) == ("same", "/media/a/same.mp4")
    assert "studio" not in item
    stream.until("timeline", state=9, itemID=int(key))
    stream.until("timeline", state=0, itemID=new)


@pytest.mark.parametrize("name", ["filters", "filter"])
def test_filters_choose_and_the_other_form_is_the_container(plex: BarePlex, name: str) -> None:
    only, without = Stream(plex, f"&{name}=status"), Stream(plex, f"&{name}=-timeline,status")
    plex.sim.control("POST", "switches", {"event_stream": "container"})
    plex.ask("GET", "/library/sections/1/refresh")
    kind, event = only.next() or ("", {})
    assert (kind, event["NotificationContainer"]["type"], event["NotificationContainer"]["size"]) == ("status",) * 2 + (
        1,
    )
    assert entry_of(event)["notificationName"] == "LIBRARY_UPDATE"
    assert [(without.next() or ("",))[0] for _ in range(3)] == ["activity"] * 3
    plex.sim.control("POST", "switches", {"event_stream": "bare"})
    only.end(plex)
    without.end(plex)


def test_an_outage_hangs_up_on_listeners(plex: BarePlex) -> None:
    stream = Stream(plex)
    plex.sim.control("POST", "starting", {"on": True})
    assert stream.next() is None
    stream.end(plex)
    plex.sim.control("POST", "starting", {"on": False})


def test_events_need_a_token(plex: BarePlex) -> None:
    for path in ("/:/eventsource/notifications", "/:/websockets/notifications"):
        assert BarePlex(plex.sim, token="").ask("GET", path).status == 401


def test_the_websocket_carries_the_same_events(plex: BarePlex) -> None:
    async def listen() -> list[Any]:
        url = f"{plex.sim.url}/:/websockets/notifications?X-Plex-Token={OWNER}&filters=timeline"
        async with aiohttp.ClientSession() as session, session.ws_connect(url) as channel:
            key = await asyncio.to_thread(plex.add, title="socket")
            first = (await channel.receive(5)).json()
            await asyncio.to_thread(plex.sim.control, "POST", "down", {"seconds": 0})
            rest = [await channel.receive(5) for _ in range(3)]
            return [key, entry_of(first), rest[-1].type]

    key, entry, ending = asyncio.run(listen())
    assert (entry["itemID"], entry["state"]) == (key, 0)
    assert ending in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)


def test_a_quiet_stream_is_kept_alive_by_pings(plex: BarePlex) -> None:
    plex.sim.control("POST", "switches", {"ping_ms": 20})
    stream = Stream(plex)
    assert [stream.next() for _ in range(3)] == [("ping", {})] * 3
    stream.end(plex)
    plex.sim.control("POST", "switches", {"ping_ms": 10_000})


@pytest.mark.parametrize(("events", "pings"), [("silent", [("ping", {})]), ("dead", [])])
def test_a_server_can_stay_silent_or_be_half_dead(plex: BarePlex, events: str, pings: list[Any]) -> None:
    plex.sim.control("POST", "switches", {"events": events, "ping_ms": 20})
    stream = Stream(plex)
    plex.add(title=f"untold {events}")
    assert stream.within(0.3)[:1] == pings
    plex.sim.control("POST", "switches", {"events": "on", "ping_ms": 10_000})
    stream.end(plex)


def test_a_server_can_be_without_events(plex: BarePlex) -> None:
    plex.sim.control("POST", "switches", {"events": "missing"})
    for path in ("/:/eventsource/notifications", "/:/websockets/notifications", "/:/websocket/notifications"):
        assert plex.ask("GET", path).status == 404
    plex.sim.control("POST", "switches", {"events": "on"})


def test_streams_can_be_hung_up_on(plex: BarePlex) -> None:
    stream = Stream(plex)
    assert plex.sim.control("POST", "hang_up") == {"listening": 1}
    assert stream.next() is None
    stream.end(plex)


def test_an_agent_goes_through_its_steps(plex: BarePlex, stream: Stream) -> None:
    plex.sim.control("POST", "library", {"sections": [WITH_AGENT]})
    body = {"section": "9", "title": "stepped", "files": [{"path": "/media/agent/s.mp4"}]}
    key = plex.sim.control("POST", "items", body)["ratingKeys"][0]
    assert stream.states(key) == [0, 2, 3, 4, 5, 5]
    plex.sim.control("POST", f"items/{key}/refresh")
    assert stream.states(key) == [3, 4, 5]
    plex.sim.control("POST", f"items/{key}/match", {"guid": "plex://movie/1", "name": "Other"})
    assert stream.states(key) == [2, 3, 4, 5]
    plex.sim.control("POST", "switches", {"timeline_steps": False, "media_events": False})
    plex.sim.control("POST", f"items/{key}/refresh")
    assert stream.states(key) == [5]
    plex.sim.control("POST", "switches", {"timeline_steps": True, "media_events": True})
    plex.sim.control("DELETE", "sections/9")


def test_a_library_without_agent_can_end_at_state_one(plex: BarePlex, stream: Stream) -> None:
    plex.sim.control("POST", "switches", {"final_state": "1"})
    assert stream.states(plex.add(title="agentless")) == [0, 1, 1]
    plex.sim.control("POST", "switches", {"final_state": "5"})


def test_nothing_was_written_to_stderr(plex: BarePlex) -> None:
    assert plex.sim.stderr == ""
