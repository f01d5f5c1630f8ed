"""Events in the life of the simulated Plex's items: times that move, and messages to listeners."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from sim_plex_client import SHARED, BarePlex, Stream, bare_plex, entry_of, tags

from plexsync_simulators.shared.json_type import Json

LONG_AGO = 1_000
OLD = {"addedAt": LONG_AGO, "updatedAt": LONG_AGO}
MOVIES: Json = {"key": "1", "title": "Movies", "agent": "tv.plex.agents.movie", "locations": ["/media/a"]}
AGENT = {"title": "From agent", "summary": "Agent's", "studio": "Agent Studio", "Genre": ["New"], "Role": ["Star"]}


@pytest.fixture(scope="module")
def plex() -> Iterator[BarePlex]:
    with bare_plex({"sections": [{**MOVIES, "items": []}]}, shared_token=SHARED, scan_ms=1) as client:
        yield client


@pytest.fixture
def stream(plex: BarePlex) -> Iterator[Stream]:
    stream = Stream(plex)
    yield stream
    stream.end(plex)


def section(plex: BarePlex) -> Json:
    found: Json = plex.get("/library/sections")["Directory"][0]
    return found


def until(condition: Any) -> None:
    ends = time.monotonic() + 5
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.01)


def test_an_item_added_anew_is_another_item(plex: BarePlex, stream: Stream) -> None:
    key = plex.add(title="old", studio="S", locked=["studio"], **OLD)
    plex.ask("POST", f"/library/metadata/{key}/posters", body=b"picture")
    before = section(plex)
    new = plex.sim.control("POST", f"items/{key}/rekey")["ratingKey"]
    stream.until("timeline", itemID=int(key), state=9)
    assert stream.states(new) == [0, 2, 3, 4, 5, 5]
    item = plex.dump(new)
    assert (item["title"], item["locked"], item["thumb"]["uploads"]) == ("old", [], [])
    assert "studio" not in item
    assert min(item["addedAt"], item["updatedAt"]) > LONG_AGO
    assert section(plex)["contentChangedAt"] > before["contentChangedAt"]
    assert plex.ask("GET", f"/library/metadata/{key}").status == 404


def test_an_edit_by_request_moves_times_and_is_told(plex: BarePlex, stream: Stream) -> None:
    key = plex.add(title="edited", **OLD)
    stream.states(key)
    before = section(plex)
    plex.edit(key, studio__value="S", studio__locked="1")
    assert stream.states(key) == [5]
    item, after = plex.dump(key), section(plex)
    assert (item["updatedAt"] > LONG_AGO, item["addedAt"]) == (True, LONG_AGO)
    assert after["contentChangedAt"] > before["contentChangedAt"]
    assert (after["updatedAt"], after["scannedAt"]) == (before["updatedAt"], before["scannedAt"])
    plex.sim.control("POST", "switches", {"edit_events": False})
    plex.edit(key, studio__value="T")
    plex.sim.control("POST", "switches", {"edit_events": True})
    plex.sim.control("POST", f"items/{key}", {"set": {"title": "By hand"}, "lock": True})
    told = stream.until("timeline", title="By hand")
    assert len(told) == 1
    assert plex.dump(key)["locked"] == ["studio", "title"]


@pytest.mark.parametrize(
    ("poster_events", "kinds"),
    [
        ("both", ["activity", "activity", "timeline"]),
        ("timeline", ["timeline"]),
        ("activity", ["activity", "activity"]),
        ("none", []),
    ],
)
def test_a_picture_moves_the_item_and_is_told(plex: BarePlex, poster_events: str, kinds: list[str]) -> None:
    key = plex.add(title=f"pictured {poster_events}", **OLD)
    plex.sim.control("POST", "switches", {"poster_events": poster_events})
    stream = Stream(plex)
    plex.ask("POST", f"/library/metadata/{key}/posters", body=b"picture")
    assert plex.dump(key)["updatedAt"] > LONG_AGO
    seen = stream.within(0.2)
    assert [kind for kind, _ in seen] == kinds
    if seen and seen[0][0] == "activity":
        activity = entry_of(seen[0][1])["Activity"]
        assert (activity["type"], activity["Context"]) == (
            "library.refresh.items",
            {"key": f"/library/metadata/{key}"},
        )
    stream.end(plex)
    plex.sim.control("POST", "switches", {"poster_events": "both"})


def test_locking_a_picture_is_an_edit(plex: BarePlex, stream: Stream) -> None:
    key = plex.add(title="locked picture", **OLD)
    stream.states(key)
    plex.edit(key, thumb__locked="1")
    assert stream.states(key) == [5]
    assert plex.dump(key)["updatedAt"] > LONG_AGO


PERSONAL = {
    "rating": ["PUT /:/rate?key={}&rating=7"],
    "watching": [
        "GET /:/scrobble?key={}",
        "GET /:/unscrobble?key={}",
        "PUT /:/progress?key={}&time=30000&state=stopped",
        "POST /:/timeline?ratingKey={}&time=60000&state=playing",
    ],
}


@pytest.mark.parametrize("what", PERSONAL)
def test_what_is_a_persons_own_moves_nothing(plex: BarePlex, what: str) -> None:
    key = plex.add(title=f"personal {what}", **OLD)
    before = section(plex)
    stream = Stream(plex, "&filters=timeline,activity")
    for line in PERSONAL[what]:
        method, path = line.format(key).split(" ")
        assert plex.ask(method, path).status == 200
        assert BarePlex(plex.sim, SHARED).ask(method, path).status == 200
    assert stream.within(0.1) == []
    assert (plex.dump(key)["updatedAt"], section(plex)) == (LONG_AGO, before)
    field = "lastRatedAt" if what == "rating" else "lastViewedAt"
    assert plex.item(key)[field] > LONG_AGO
    found = plex.get(f"/library/sections/1/all?type=1&{field}%3E%3E={LONG_AGO}&title={what}")["Metadata"]
    assert [row["ratingKey"] for row in found] == [key]
    plex.sim.control("POST", "switches", {f"{what}_moves_updated": True})
    method, path = PERSONAL[what][0].format(key).split(" ")
    plex.ask(method, path)
    assert stream.states(key) == [5]
    assert plex.dump(key)["updatedAt"] > LONG_AGO
    plex.sim.control("POST", "switches", {f"{what}_moves_updated": False})
    stream.end(plex)


def test_playing_is_told_as_playing(plex: BarePlex, stream: Stream) -> None:
    key = plex.add(title="played")
    plex.ask("GET", f"/:/timeline?ratingKey={key}&time=60000&state=paused")
    entry = entry_of(stream.until("playing")[-1][1])
    assert (entry["ratingKey"], entry["state"], entry["viewOffset"]) == (key, "paused", 60_000)


def test_a_refresh_writes_what_is_unlocked(plex: BarePlex) -> None:
    key = plex.add(title="mine", summary="mine", Genre=["Own"], locked=["title", "thumb"], **OLD)
    other = plex.add(title="unlocked picture", **OLD)
    for one in (key, other):
        plex.ask("POST", f"/library/metadata/{one}/posters", body=b"picture")
        plex.sim.control("POST", f"items/{one}/agent", AGENT)
    stream = Stream(plex)
    assert plex.ask("PUT", f"/library/metadata/{key}/refresh").status == 200
    ended = stream.until("activity", event="ended")
    stream.end(plex)
    states = [entry_of(event)["state"] for kind, event in ended if kind == "timeline"]
    assert states == [3, 4, 5]
    item = plex.dump(key)
    assert (item["title"], item["summary"], item["studio"]) == ("mine", "Agent's", "Agent Studio")
    assert (item["Genre"], item["addedAt"], item["updatedAt"] > LONG_AGO) == (["Own", "New"], LONG_AGO, True)
    assert item["thumb"]["selected"].startswith("upload://")
    plex.sim.control("POST", f"items/{other}/refresh")
    assert plex.dump(other)["thumb"]["selected"] == "media://generated"


@pytest.mark.parametrize("rekeys", [False, True])
def test_another_match_replaces_what_is_unlocked(plex: BarePlex, *, rekeys: bool) -> None:
    key = plex.add(
        title="wrong",
        summary="wrong",
        Genre=["Wrong"],
        Label=["Mine"],
        Collection=["Kept"],
        studio="My Studio",
        locked=["studio"],
        userRating=8.0,
    )
    plex.ask("POST", f"/library/metadata/{key}/posters", body=b"picture")
    offer = {"guid": "plex://movie/5d77", "name": "From agent", "year": 1999, "agent": AGENT}
    plex.sim.control("POST", f"items/{key}/matches", [offer])
    shown = plex.get(f"/library/metadata/{key}/matches?manual=1")["SearchResult"]
    assert [(one["guid"], one["name"], one["year"]) for one in shown] == [("plex://movie/5d77", "From agent", 1999)]
    plex.sim.control("POST", "switches", {"match_rekeys": rekeys})
    before, stream = section(plex), Stream(plex)
    assert plex.ask("PUT", f"/library/metadata/{key}/match?guid=plex%3A%2F%2Fmovie%2F5d77&name=N").status == 200
    if rekeys:
        stream.until("timeline", itemID=int(key), state=9)
        assert plex.ask("GET", f"/library/metadata/{key}").status == 404
        key = str(entry_of(stream.until("timeline", state=0, type=1)[-1][1])["itemID"])
    else:
        assert stream.states(key) == [2, 3, 4, 5]
    stream.end(plex)
    plex.sim.control("POST", "switches", {"match_rekeys": False})
    item = plex.dump(key)
    assert (item["guid"], item["title"], item["summary"]) == ("plex://movie/5d77", "From agent", "Agent's")
    assert (item["studio"], item["locked"], item["userRating"]) == ("My Studio", ["studio"], 8.0)
    assert (item["Genre"], item["Label"], item["Collection"]) == (["New"], ["Mine"], ["Kept"])
    assert item["thumb"]["selected"] == "media://generated"
    assert section(plex)["contentChangedAt"] > before["contentChangedAt"]
    plex.sim.control("DELETE", f"items/{key}")


def test_a_match_can_be_made_at_once_and_taken_away(plex: BarePlex) -> None:
    key = plex.add(title="wrong", summary="wrong", files=[{"path": "/media/a/file name (2003).mp4"}])
    plex.sim.control("POST", f"items/{key}/match", {"guid": "plex://movie/1", "agent": AGENT})
    assert plex.dump(key)["studio"] == "Agent Studio"
    assert plex.ask("PUT", f"/library/metadata/{key}/unmatch").status == 200
    until(lambda: plex.dump(key)["guid"] == f"local://{key}")
    item = plex.dump(key)
    assert (item["title"], item["year"], item["summary"], item["Genre"]) == ("file name", 2003, "", [])


def test_merged_and_split(plex: BarePlex, stream: Stream) -> None:
    first, second, third = (plex.add(title=f"piece {n}", files=[{"path": f"/media/a/{n}.mp4"}]) for n in range(3))
    before = section(plex)["contentChangedAt"]
    assert plex.ask("PUT", f"/library/metadata/{first}/merge?ids={second},{third}").status == 200
    stream.until("timeline", itemID=int(third), state=9)
    assert stream.states(first) == [5]
    item = plex.item(first)
    assert [media["Part"][0]["file"] for media in item["Media"]] == [f"/media/a/{n}.mp4" for n in range(3)]
    assert plex.ask("GET", f"/library/metadata/{second}").status == 404
    pieces = plex.sim.control("POST", f"items/{first}/split")["ratingKeys"]
    assert len(set(pieces) - {second, third}) == 2
    assert stream.states(pieces[0])[0] == 0
    assert [len(plex.item(key)["Media"]) for key in (first, *pieces)] == [1, 1, 1]
    plex.sim.control("POST", f"items/{first}/merge", {"ids": pieces})
    assert len(plex.item(first)["Media"]) == 3
    assert section(plex)["contentChangedAt"] > before
    assert plex.ask("PUT", f"/library/metadata/{first}/merge").status == 400


def test_gaps_are_planted_in_bulk(plex: BarePlex, stream: Stream) -> None:
    keys = [plex.add(title=f"gap {n}", studio="S", summary="kept", **OLD) for n in range(3)]
    stream.states(keys[-1])
    edits = [
        {"ratingKey": keys[0], "studio": "", "title": "changed", "Genre": ["G"], "locked": True},
        {"ratingKey": keys[1], "studio": "T", "locked": ["summary"]},
    ]
    assert plex.sim.control("POST", "items/bulk", edits) == {"changed": 2}
    assert [stream.states(key) for key in keys[:2]] == [[5], [5]]
    first, second = map(plex.dump, keys[:2])
    assert (first["title"], tags(plex.item(keys[0]), "Genre"), first["locked"]) == (
        "changed",
        ["G"],
        ["studio", "title", "genre"],
    )
    assert (second["studio"], second["locked"], second["updatedAt"] > LONG_AGO) == ("T", ["summary"], True)
    plex.sim.control("POST", "items/bulk?quiet=1", [{"ratingKey": keys[2], "studio": "Q"}])
    assert (plex.dump(keys[2])["studio"], plex.dump(keys[2])["updatedAt"]) == ("Q", LONG_AGO)
    assert [kind for kind, _ in stream.within(0.1)] == []
    with pytest.raises(RuntimeError, match="404"):
        plex.sim.control("POST", "items/bulk", [{"ratingKey": keys[0], "studio": "no"}, {"ratingKey": "0"}])
    assert "studio" not in plex.dump(keys[0])


def test_a_dump_shows_what_just_changed(plex: BarePlex) -> None:
    one, two = (plex.add(title=f"dumped {n}", Role=[{"tag": "Shared Person"}], Collection=["Set"]) for n in range(2))
    plex.sim.control("GET", "dump")
    plex.edit(one, raw="actor[0].tag.tag=Shared%20Person&actor[0].tag.thumb=https%3A%2F%2Fexample.com%2Fp.jpg")
    assert plex.dump(two)["Role"][0]["thumb"] == "https://example.com/p.jpg"
    plex.sim.control("POST", f"items/{two}/agent", {"title": "A"})
    items = plex.sim.control("GET", "dump")["sections"][0]["items"]
    assert next(item for item in items if item["ratingKey"] == two)["agent"] == {"title": "A"}
    collection = next(item for item in items if item["type"] == "collection" and item["title"] == "Set")
    plex.edit(collection["ratingKey"], kind=18, title__value="Renamed")
    assert plex.dump(two)["Collection"] == ["Renamed"]
    assert plex.get(f"/library/sections/1/all?type=1&id={two}")["Metadata"][0]["Collection"] == [{"tag": "Renamed"}]
