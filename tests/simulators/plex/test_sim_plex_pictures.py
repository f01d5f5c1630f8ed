"""Pictures of the simulated Plex, request by request (docs/engineering/plex.md §3)."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from sim_plex_client import OWNER, BarePlex, bare_plex

from plexsync_simulators.shared.json_type import Json

PICTURE = b"\x89PNG\r\n\x1a\n and then some"
SHA1 = hashlib.sha1(PICTURE, usedforsecurity=False).hexdigest()


@pytest.fixture(scope="module")
def plex() -> Iterator[BarePlex]:
    with bare_plex() as client:
        yield client


def entries(plex: BarePlex, key: str, what: str = "posters") -> list[Json]:
    found: list[Json] = plex.get(f"/library/metadata/{key}/{what}")["Metadata"]
    return found


def test_an_upload_is_selected_listed_by_hash_and_fetched_back(plex: BarePlex) -> None:
    key = plex.add(title="upload")
    assert [entry["selected"] for entry in entries(plex, key)] == [True]
    assert plex.ask("POST", f"/library/metadata/{key}/posters", body=PICTURE).status == 200
    generated, ours = entries(plex, key)
    assert (generated["selected"], ours["selected"], ours["ratingKey"]) == (False, True, f"upload://posters/{SHA1}")
    for path in (ours["key"], plex.item(key)["thumb"]):
        reply = plex.ask("GET", path)
        assert (reply.body, reply.headers["Content-Type"]) == (PICTURE, "image/png")
    assert plex.dump(key)["thumb"]["sha1"] == SHA1
    assert plex.dump(key)["art"]["sha1"] is None


def test_equal_bytes_make_no_second_entry_but_are_selected_again(plex: BarePlex) -> None:
    key = plex.add(title="again")
    for content in (PICTURE, b"other", PICTURE):
        plex.ask("POST", f"/library/metadata/{key}/posters", body=content)
    assert [entry["selected"] for entry in entries(plex, key)] == [False, True, False]


def test_art_is_a_gallery_of_its_own(plex: BarePlex) -> None:
    key = plex.add(title="art")
    plex.ask("POST", f"/library/metadata/{key}/arts", body=PICTURE)
    assert entries(plex, key, "arts")[1]["ratingKey"] == f"upload://arts/{SHA1}"
    assert len(entries(plex, key)) == 1


def test_select_clear_and_what_is_missing(plex: BarePlex) -> None:
    key = plex.add(title="select")
    plex.ask("POST", f"/library/metadata/{key}/posters", body=PICTURE)
    plex.ask("POST", f"/library/metadata/{key}/posters", body=b"other")
    chosen = quote(f"upload://posters/{SHA1}", safe="")
    assert plex.ask("PUT", f"/library/metadata/{key}/poster?url={chosen}").status == 200
    assert plex.dump(key)["thumb"]["sha1"] == SHA1
    assert plex.ask("PUT", f"/library/metadata/{key}/poster?url=upload%3A%2F%2Fposters%2Fnone").status == 404
    assert plex.ask("DELETE", f"/library/metadata/{key}/thumb").status == 200
    item = plex.item(key)
    assert "thumb" not in item
    assert item["Field"] == [{"locked": True, "name": "thumb"}]
    assert [entry["selected"] for entry in entries(plex, key)] == [False, False, False]
    for method in ("DELETE", "PUT"):
        assert plex.ask(method, f"/library/metadata/{key}/posters?url={chosen}").status in (404, 405)


def test_a_new_entry_may_be_missing_for_a_while(plex: BarePlex) -> None:
    key = plex.add(title="late")
    plex.sim.control("POST", "switches", {"poster_delay_ms": 200})
    began = time.monotonic()
    plex.ask("POST", f"/library/metadata/{key}/posters", body=PICTURE)
    plex.sim.control("POST", "switches", {"poster_delay_ms": 0})
    assert len(entries(plex, key)) == 1
    while len(entries(plex, key)) == 1 and time.monotonic() - began < 5:
        time.sleep(0.02)
    assert time.monotonic() - began >= 0.2
    assert entries(plex, key)[1]["selected"]


def test_a_picture_can_be_fetched_by_url_from_this_machine_only(plex: BarePlex) -> None:
    key = plex.add(title="fetched")
    source = quote(f"{plex.sim.url}/identity", safe="")
    assert plex.ask("POST", f"/library/metadata/{key}/posters?url={source}").status == 200
    assert len(entries(plex, key)) == 2
    away = quote("http://example.com/a.png", safe="")
    assert plex.ask("POST", f"/library/metadata/{key}/posters?url={away}").status == 400
    assert plex.ask("POST", f"/library/metadata/{key}/posters").status == 400


def test_an_unlocked_picture_falls_back_at_a_refresh_a_locked_one_stays(plex: BarePlex) -> None:
    plex.sim.control("POST", "switches", {"scan_ms": 1})
    loose, locked = plex.add(title="loose"), plex.add(title="locked")
    for key in (loose, locked):
        plex.ask("POST", f"/library/metadata/{key}/posters", body=PICTURE)
    plex.edit(locked, thumb__locked="1")
    plex.ask("PUT", f"/library/metadata/{loose},{locked}/refresh")
    deadline = time.monotonic() + 5
    while plex.get("/activities")["size"] and time.monotonic() < deadline:
        time.sleep(0.02)
    assert [plex.dump(key)["thumb"]["sha1"] for key in (loose, locked)] == [None, SHA1]


def test_plex_opens_the_address_of_a_picture_elsewhere(plex: BarePlex) -> None:
    key = plex.add(title="elsewhere")
    plex.ask("POST", f"/library/metadata/{key}/posters", body=PICTURE)
    there = f"{plex.sim.url}{plex.item(key)['thumb']}?X-Plex-Token={OWNER}"
    asked = "/photo/:/transcode?width=100&height=100&minSize=1&url="
    assert plex.ask("GET", asked + quote(there, safe="")).body == PICTURE
    for wrong in ("http://127.0.0.1:9/performer/1/image", f"{plex.sim.url}/identity?X-Plex-Token={OWNER}"):
        assert plex.ask("GET", asked + quote(wrong, safe="")).status == 404


def test_an_upload_may_wait_in_the_list_until_it_is_selected(plex: BarePlex) -> None:
    key = plex.add(title="waits")
    plex.sim.control("POST", "switches", {"upload_selects": False})
    plex.ask("POST", f"/library/metadata/{key}/posters", body=PICTURE)
    plex.sim.control("POST", "switches", {"upload_selects": True})
    assert [entry["selected"] for entry in entries(plex, key)] == [True, False]
    plex.ask("POST", f"/library/metadata/{key}/posters", body=PICTURE)
    assert [entry["selected"] for entry in entries(plex, key)] == [False, True]
