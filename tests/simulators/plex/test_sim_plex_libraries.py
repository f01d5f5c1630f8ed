"""Events in the life of whole libraries of the simulated Plex, of their folders and disks, and of the server."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sim_plex_client import OWNER, BarePlex, Stream, bare_plex, entry_of

from plexsync_simulators.process import start_plex
from plexsync_simulators.shared.json_type import Json

LONG_AGO = 1_000
A, B = "/media/a", "/media/b"


def film(path: str, **more: Any) -> Json:
    return {"title": path.rpartition("/")[2], "files": [{"path": path, "size": 7, "duration": 60_000}], **more}


@pytest.fixture
def plex() -> Iterator[BarePlex]:
    old = {"addedAt": LONG_AGO, "updatedAt": LONG_AGO}
    one = {
        "key": "1",
        "title": "Movies",
        "uuid": "u-1",
        "locations": [A, B],
        "agent": "tv.plex.agents.movie",
        "createdAt": LONG_AGO,
        "updatedAt": LONG_AGO,
        "scannedAt": LONG_AGO,
        "items": [film(f"{A}/1.mp4", **old), film(f"{A}/2.mp4", **old, Collection=["Set"]), film(f"{B}/3.mp4", **old)],
    }
    two = {"key": "2", "title": "Other", "locations": ["/media/c"], "items": [film("/media/c/4.mp4")]}
    with bare_plex({"sections": [one, two]}, scan_ms=1) as client:
        yield client


@pytest.fixture
def stream(plex: BarePlex) -> Iterator[Stream]:
    stream = Stream(plex)
    yield stream
    stream.end(plex)


def files(plex: BarePlex, key: str = "1", query: str = "") -> dict[str, str]:
    """Rating key -> file of a section's items."""
    rows = plex.get(f"/library/sections/{key}/all?type=1&sort=id{query}").get("Metadata", [])
    return {row["ratingKey"]: row["Media"][0]["Part"][0]["file"] for row in rows}


def key_of(plex: BarePlex, path: str) -> str:
    return next(key for key, file in files(plex).items() if file == path)


def section(plex: BarePlex, key: str = "1") -> Json:
    return next(one for one in plex.get("/library/sections")["Directory"] if one["key"] == key)


def scan(plex: BarePlex, key: str = "1", query: str = "") -> None:
    plex.sim.control("POST", f"sections/{key}/scan{query}")


def deleted(stream: Stream, count: int) -> set[str]:
    return {str(entry_of(stream.until("timeline", state=9)[-1][1])["itemID"]) for _ in range(count)}


@pytest.mark.parametrize("dated", [True, False])
def test_a_moved_file_stays_with_its_item(plex: BarePlex, stream: Stream, *, dated: bool) -> None:
    key, before = key_of(plex, f"{A}/1.mp4"), section(plex)
    plex.sim.control("POST", "switches", {"move_moves_updated": dated})
    assert plex.sim.control("POST", "move", {"section": "1", "from": f"{A}/1.mp4", "to": f"{B}/x/1.mp4"}) == {
        "files": 1
    }
    scan(plex, query="?path=/media/a")
    assert files(plex)[key] == f"{A}/1.mp4"
    scan(plex, query="?path=/media/b/x")
    assert files(plex)[key] == f"{B}/x/1.mp4"
    assert stream.states(key) == [5, 5]
    item, after = plex.dump(key), section(plex)
    assert (item["updatedAt"] > LONG_AGO, item["addedAt"]) == (dated, LONG_AGO)
    assert after["contentChangedAt"] > before["contentChangedAt"]
    assert min(after["scannedAt"], after["updatedAt"]) > LONG_AGO


def test_a_moved_file_can_come_back_as_a_new_item(plex: BarePlex, stream: Stream) -> None:
    key = key_of(plex, f"{A}/1.mp4")
    plex.sim.control("POST", "switches", {"moved_files": "new"})
    assert plex.sim.control("POST", "move", {"section": "1", "from": A, "to": f"{A}/deeper"}) == {"files": 2}
    scan(plex)
    found = files(plex)
    assert sorted(found.values()) == [f"{A}/deeper/1.mp4", f"{A}/deeper/2.mp4", f"{B}/3.mp4"]
    assert key not in found
    assert key in deleted(stream, 2)


def test_a_file_moved_to_another_library(plex: BarePlex) -> None:
    plex.sim.control("POST", "move", {"section": "1", "from": f"{A}/1.mp4", "to": "/media/c/1.mp4"})
    scan(plex, "1")
    scan(plex, "2")
    assert f"{A}/1.mp4" not in files(plex).values()
    assert "/media/c/1.mp4" in files(plex, "2").values()
    with pytest.raises(RuntimeError, match="404"):
        plex.sim.control("POST", "move", {"section": "1", "from": f"{A}/none.mp4", "to": f"{A}/x.mp4"})


@pytest.mark.parametrize("how", ["request", "control"])
def test_a_renamed_library_keeps_key_and_uuid(plex: BarePlex, how: str) -> None:
    before = section(plex)
    if how == "request":
        assert plex.ask("PUT", "/library/sections/1?agent=tv.plex.agents.movie&name=Films").status == 200
    else:
        plex.sim.control("POST", "sections/1", {"title": "Films"})
    after = section(plex)
    assert (after["title"], after["uuid"]) == ("Films", "u-1")
    assert after["updatedAt"] > before["updatedAt"]
    assert (after["contentChangedAt"], after["scannedAt"]) == (before["contentChangedAt"], before["scannedAt"])
    assert plex.get("/library/metadata/" + key_of(plex, f"{A}/1.mp4"))["librarySectionTitle"] == "Films"


def test_a_folder_removed_takes_its_items_and_brings_them_back_as_new_ones(plex: BarePlex, stream: Stream) -> None:
    key, before = key_of(plex, f"{B}/3.mp4"), section(plex)
    plex.sim.control("POST", "sections/1", {"locations": [A]})
    assert deleted(stream, 1) == {key}
    after = section(plex)
    assert [one["path"] for one in after["Location"]] == [A]
    assert after["contentChangedAt"] > before["contentChangedAt"]
    assert f"{B}/3.mp4" not in files(plex).values()
    assert plex.ask("PUT", "/library/sections/1?location=/media/a&location=/media/b").status == 200
    new = str(entry_of(stream.until("timeline", state=0)[-1][1])["itemID"])
    assert files(plex)[new] == f"{B}/3.mp4"
    assert new != key
    with pytest.raises(RuntimeError, match="400"):
        plex.sim.control("POST", "sections/1", {"locations": []})


@pytest.mark.parametrize("how", ["request", "control"])
@pytest.mark.parametrize("told", [True, False])
def test_a_library_removed(plex: BarePlex, how: str, *, told: bool) -> None:
    keys = set(files(plex))
    plex.sim.control("POST", "switches", {"removal_events": told})
    stream = Stream(plex, "&filters=timeline")
    if how == "request":
        assert plex.ask("DELETE", "/library/sections/1").status == 200
    else:
        assert plex.sim.control("DELETE", "sections/1") == {"removed": 3}
    assert [one["key"] for one in plex.get("/library/sections")["Directory"]] == ["2"]
    assert plex.ask("GET", "/library/sections/1/all").status == 404
    assert plex.ask("GET", "/library/metadata/" + ",".join(keys)).status == 404
    gone = {str(entry_of(event)["itemID"]) for _, event in stream.within(0.2) if entry_of(event)["state"] == 9}
    assert gone >= keys if told else not gone
    stream.end(plex)


def test_a_library_emptied(plex: BarePlex, stream: Stream) -> None:
    keys = set(files(plex))
    before = section(plex)["contentChangedAt"]
    assert plex.sim.control("POST", "sections/1/empty") == {"removed": 3}
    assert keys <= deleted(stream, 4)
    assert plex.get("/library/sections/1/all?type=1&X-Plex-Container-Size=0")["totalSize"] == 0
    assert plex.get("/library/sections/1/collections")["size"] == 0
    assert section(plex)["contentChangedAt"] > before


def test_an_unmounted_folder_keeps_its_items_as_unavailable(plex: BarePlex, stream: Stream) -> None:
    key = key_of(plex, f"{B}/3.mp4")
    for action, there in (("unmount", False), ("mount", True), ("unmount", False)):
        plex.sim.control("POST", action, {"section": "1", "path": B})
        shown = plex.get(f"/library/sections/1/all?type=1&id={key}&checkFiles=1")["Metadata"][0]["Media"][0]["Part"][0]
        assert (shown["exists"], shown["accessible"]) == (there, there)
    assert files(plex, query="&trash=1") == {}
    scan(plex)
    assert stream.states(key) == [5]
    assert files(plex, query="&trash=1") == {key: f"{B}/3.mp4"}
    assert key in files(plex)
    scan(plex)
    plex.sim.control("POST", "mount", {"section": "1", "path": B})
    scan(plex)
    assert files(plex, query="&trash=1") == {}
    assert stream.states(key) == [5]


@pytest.mark.parametrize("how", ["by hand", "by itself"])
def test_emptying_the_trash_takes_unmounted_items_which_come_back_as_new_ones(
    plex: BarePlex, stream: Stream, how: str
) -> None:
    key = key_of(plex, f"{B}/3.mp4")
    plex.sim.control("POST", "switches", {"unmounted_trash": "kept" if how == "by hand" else "emptied"})
    plex.sim.control("POST", "unmount", {"section": "1", "path": B})
    scan(plex)
    if how == "by hand":
        assert plex.ask("PUT", "/library/sections/1/emptyTrash").status == 200
    assert deleted(stream, 1) == {key}
    scan(plex)
    assert f"{B}/3.mp4" not in files(plex).values()
    plex.sim.control("POST", "mount", {"section": "1", "path": B})
    scan(plex)
    assert key_of(plex, f"{B}/3.mp4") != key


def test_a_vanished_file_comes_back_from_the_trash(plex: BarePlex) -> None:
    key = key_of(plex, f"{A}/1.mp4")
    plex.sim.control("POST", "switches", {"auto_empty_trash": False})
    plex.sim.control("POST", "vanish", {"section": "1", "paths": [f"{A}/1.mp4"]})
    scan(plex)
    scan(plex)
    assert files(plex, query="&trash=1") == {key: f"{A}/1.mp4"}
    plex.sim.control("POST", "reappear", {"section": "1", "paths": [f"{A}/1.mp4"]})
    scan(plex)
    assert files(plex, query="&trash=1") == {}


@pytest.mark.parametrize("keep", [False, True])
@pytest.mark.parametrize("keys", ["rotated", "fresh"])
def test_another_server_has_its_own_keys(plex: BarePlex, keys: str, *, keep: bool) -> None:
    plex.edit(key_of(plex, f"{A}/1.mp4"), studio__value="S", studio__locked="1")
    plex.ask("POST", f"/library/metadata/{key_of(plex, f'{A}/1.mp4')}/posters", body=b"picture")
    before, stream = files(plex), Stream(plex)
    body = {"machine_id": "f" * 40, "keep": keep, "keys": keys}
    assert plex.sim.control("POST", "replace", body)["machine_id"] == "f" * 40
    assert stream.next() is None
    assert plex.get("/identity")["machineIdentifier"] == "f" * 40
    after = files(plex)
    assert sorted(after.values()) == sorted(before.values())
    assert not set(after.items()) & set(before.items())
    # Keys are handed round over all libraries, so that most of the old ones name another film.
    assert len(set(after) & set(before)) == (2 if keys == "rotated" else 0)
    assert section(plex)["uuid"] != "u-1"
    item = plex.dump(key_of(plex, f"{A}/1.mp4"))
    assert (item.get("studio"), item["locked"]) == (("S", ["studio"]) if keep else (None, []))
    assert item["thumb"]["selected"].startswith("upload://") == keep
    stream.end(plex)


def test_another_server_can_have_another_library(plex: BarePlex) -> None:
    library = {"sections": [{"key": "7", "title": "Elsewhere", "locations": [A], "items": [film(f"{A}/1.mp4")]}]}
    assert plex.sim.control("POST", "replace", {"library": library})["items"] == 1
    assert [one["title"] for one in plex.get("/library/sections")["Directory"]] == ["Elsewhere"]
    assert list(files(plex, "7").values()) == [f"{A}/1.mp4"]
    with pytest.raises(RuntimeError, match="400"):
        plex.sim.control("POST", "replace", {"keys": "odd"})


def test_disks_and_moves_outlive_a_restart(tmp_path: Any) -> None:
    one = {"key": "1", "title": "Movies", "locations": [A, B], "items": [film(f"{A}/1.mp4"), film(f"{B}/2.mp4")]}
    options: Json = {"token": OWNER, "scan_ms": 1, "state": tmp_path / "state.json", "auto_empty_trash": 0}
    with start_plex(library={"sections": [one]}, **options) as sim:
        sim.control("POST", "unmount", {"section": "1", "path": B})
        sim.control("POST", "vanish", {"section": "1", "paths": [f"{A}/1.mp4"]})
        sim.control("POST", "sections/1/scan")
        before = sim.control("GET", "dump")
        assert [item["inTrash"] for item in before["sections"][0]["items"]] == [True, True]
    with start_plex(**options) as sim:
        assert sim.control("GET", "dump")["sections"] == before["sections"]
        sim.control("POST", "sections/1/scan")
        assert [item["inTrash"] for item in sim.control("GET", "dump")["sections"][0]["items"]] == [True, True]
